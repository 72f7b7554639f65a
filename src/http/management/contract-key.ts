import { z } from 'zod';
import { limitFields } from './contract-limits.ts';

/** What keys are made with and changed by: LiteLLM's field names. Unknown fields are refused by name. */

const fields = {
  key_alias: z.string().min(1).max(255).nullish(),
  duration: z.string().nullish().describe('Time to live: 30s, 30m, 30h, 30d, 30w, 1mo. Left out or "-1": for ever.'),
  models: z.array(z.string()).optional().describe('Names and patterns; empty: all.'),
  aliases: z
    .record(z.string().min(1), z.string().min(1))
    .nullish()
    .describe('Names that mean another model for this key.'),
  user_id: z.string().nullish(),
  team_id: z.string().nullish(),
  project_id: z.string().nullish(),
  organization_id: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  ...limitFields,
};

export const generateKeyBody = z.strictObject({
  key: z.string().min(16).startsWith('sk-').optional().describe('A key of your own instead of a made one.'),
  ...fields,
});

export const updateKeyBody = z.strictObject({
  key: z.string().describe('The key, its id or its token. What is left out stays as it is; null takes it away.'),
  blocked: z.boolean().optional(),
  ...fields,
});

export type KeyFields = Omit<z.output<typeof updateKeyBody>, 'key' | 'blocked'>;
