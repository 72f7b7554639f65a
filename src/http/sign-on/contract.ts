import { z } from 'zod';

const secret = z.string().min(1).max(1_000);
const email = z.string().min(3).max(320);

const byPassword = z.strictObject({ email, password: secret });
const byMasterKey = z.strictObject({ master_key: secret });

export const signInBody = z.union([byPassword, byMasterKey], {
  error: 'expected { email, password }, or { master_key }',
});

export const loginBody = z.looseObject({
  username: z.string().min(1).max(320).describe("An e-mail address; 'admin' for the master key."),
  password: secret,
});

export const emptyBody = z.strictObject({});

const newPassword = z.string().min(1).max(1_000).describe('12 characters at least.');

export const setupBody = z.strictObject({
  token: secret.describe('Of the link that was printed at the start.'),
  email: z.email({ error: 'expected an e-mail address such as ann@example.com' }).max(320),
  password: newPassword,
  alias: z.string().min(1).max(255).nullish(),
});

export const acceptBody = z.strictObject({ token: secret, password: newPassword });

export const changePasswordBody = z.strictObject({ current_password: secret, password: newPassword });

export const linkQuery = z.strictObject({ token: secret });

export const sessionsQuery = z.strictObject({
  user_id: z.string().min(1).max(255).optional().describe('Left out: everybody, whoever has the master key too.'),
});

export const endSessionsBody = z.union(
  [z.strictObject({ session_id: z.string().min(1).max(255) }), z.strictObject({ user_id: z.string().min(1).max(255) })],
  { error: 'expected { session_id }, or { user_id } for all of a user' },
);

export const lockoutBody = z.strictObject({ id: z.string().min(1).max(400).describe('Of the list.') });

const invitationId = z.string().min(1).max(255);

export const newInvitationBody = z.strictObject({ user_id: z.string().min(1).max(255) });
export const invitationsQuery = z.strictObject({ user_id: z.string().min(1).max(255).optional() });
export const invitationQuery = z.strictObject({ invitation_id: invitationId });
export const invitationBody = z.strictObject({ invitation_id: invitationId });
export const updateInvitationBody = z.strictObject({
  invitation_id: invitationId,
  is_accepted: z.literal(true, { error: 'expected true, which closes it; make a new invitation to open one again' }),
});

export const oidcStartQuery = z.looseObject({
  provider: z.string().min(1).max(100),
  return_to: z.string().max(2_000).default('/ui/').describe('A path of the gateway.'),
});

/** The provider's, each once. */
export const oidcCallbackQuery = z.record(z.string(), z.string().max(10_000));

export const backChannelForm = z.looseObject({ logout_token: z.string().max(20_000) });
