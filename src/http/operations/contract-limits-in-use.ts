import { z } from 'zod';

const kinds = [
  'gateway',
  'key',
  'user',
  'member',
  'team',
  'project',
  'organization_member',
  'organization',
  'customer',
  'tag',
  'provider',
  'deployment',
] as const;

export const limitsQuery = z.strictObject({
  kind: z.enum(kinds).optional().describe('Whose limits.'),
  id: z.string().min(1).max(600).optional().describe('Of one of them; of a member team/user.'),
});
