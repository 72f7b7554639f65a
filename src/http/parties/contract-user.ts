import { z } from 'zod';
import { generateKeyBody } from '../keys/contract-key.ts';
import { usd } from '../management/contract-limits.ts';
import { email, ids, notYet, paging, partyFields, partyId, userReference } from './contract-party.ts';

/** What users are made with and changed by: LiteLLM's field names. */

export const USER_ROLES = {
  proxy_admin: { description: 'admin over the whole gateway', ui_label: 'Admin (All Permissions)' },
  proxy_admin_viewer: { description: 'sees everything and changes nothing', ui_label: 'Admin (View Only)' },
  internal_user: {
    description: 'makes, sees and deletes keys of its own',
    ui_label: 'Internal User (Create/Delete/View)',
  },
  internal_user_viewer: { description: 'sees its own keys and spend', ui_label: 'Internal User (View Only)' },
} as const;

const ROLE_NAMES = Object.keys(USER_ROLES) as (keyof typeof USER_ROLES)[];
const role = z.enum(ROLE_NAMES, { error: `expected one of ${ROLE_NAMES.join(', ')}` });

const userFields = {
  user_alias: z.string().min(1).max(255).nullish(),
  user_role: role.nullish(),
  sso_user_id: z.string().min(1).max(255).nullish().describe('Its id at the identity provider.'),
  budget_id: partyId.nullish().describe('A budget that it shares the terms of, where it has none of its own.'),
  ...partyFields,
  ...notYet('object_permission', 'guardrails', 'policies', 'config', 'permissions'),
};

/** What is each user's own is set for one user at a time. */
const ownFields = {
  ...userFields,
  password: z
    .string()
    .min(1)
    .max(1_000)
    .nullish()
    .describe('That the user signs in with; ends the sessions that there are. Shown in no answer.'),
};

const { key_alias, duration, aliases, team_id, project_id } = generateKeyBody.shape;

const team = z.union(
  [
    partyId.transform((id) => ({ team_id: id, max_budget_in_team: undefined, user_role: 'user' as const })),
    z.strictObject({
      team_id: partyId,
      max_budget_in_team: usd.nullish(),
      user_role: z.enum(['user', 'admin']).default('user'),
    }),
  ],
  { error: 'expected the id of a team, or { team_id, max_budget_in_team, user_role: user or admin }' },
);

export const newUserBody = z.strictObject({
  user_id: partyId.nullish(),
  user_email: email.nullish(),
  ...ownFields,
  teams: z.array(team).max(1_000).nullish().describe('Teams that it becomes a member of.'),
  organizations: z.array(partyId).max(1_000).nullish().describe('Organizations that it becomes a member of.'),
  auto_create_key: z
    .boolean()
    .optional()
    .describe('A key is made, too, and shown in this answer only. Left out: yes; of an organization only in a team.'),
  send_invite_email: z.literal(false, { error: 'no letters are sent yet; leave it out' }).nullish(),
  key_alias,
  duration,
  aliases,
  team_id,
  project_id,
});

export type NewUserFields = z.output<typeof newUserBody>;

const NAMED = { error: 'name the user by user_id or user_email' };

const updatedUser = z
  .strictObject({ ...userReference, ...ownFields })
  .refine(({ user_id, user_email }) => typeof user_id === 'string' || typeof user_email === 'string', NAMED);

export { updatedUser as updateUserBody };

export type UserFields = z.output<typeof updatedUser>;

export const MOST_UPDATES = 500;

export const bulkUpdateBody = z.union(
  [
    z.strictObject({ users: z.array(updatedUser).min(1).max(MOST_UPDATES) }),
    z.strictObject({ all_users: z.literal(true), user_updates: z.strictObject(userFields) }),
  ],
  { error: `expected { users: [1 to ${MOST_UPDATES} of /user/update's bodies] } or { all_users: true, user_updates }` },
);

export const userInfoQuery = z.looseObject({ user_id: partyId.optional() });
export const deleteUsersBody = z.strictObject({ user_ids: ids });

/** LiteLLM's lists in a query are ids with commas between them. */
const listed = z.string().transform((text) => text.split(',').map((id) => id.trim()));

export const userFilterQuery = z.looseObject({
  ...paging,
  user_id: partyId.optional(),
  user_email: z.string().optional().describe('A part of it.'),
});

export const userListQuery = z.looseObject({
  ...paging,
  role: role.optional(),
  user_ids: listed.optional(),
  sso_user_ids: listed.optional(),
  user_email: z.string().optional(),
  team: partyId.optional(),
  organization_ids: listed.optional(),
  search: z.string().optional(),
  sort_by: z.enum(['user_id', 'user_email', 'user_alias', 'user_role', 'created_at', 'updated_at', 'spend']).optional(),
  sort_order: z.enum(['asc', 'desc']).default('asc'),
});
