import { z } from 'zod';
import { enforcedParams, period, rate, usd } from '../management/contract-limits.ts';
import { ids, isNamed, models, NAMED, notYet, paging, partyFields, partyId, userReference } from './contract-party.ts';

/** `admin` runs the team, `user` calls models in it. */
const teamRole = z.enum(['admin', 'user'], { error: "expected 'admin' or 'user'" });

const member = z.strictObject({ ...userReference, role: teamRole.default('user') }).refine(isNamed, NAMED);

/** What members may do besides calling models: routes of keys. */
const permission = z.string().regex(/^\/key\/[a-z_/{}]+$/, { error: 'expected a route of keys such as /key/generate' });

const teamFields = {
  team_alias: z.string().min(1).max(255).nullish(),
  organization_id: partyId.nullish(),
  model_aliases: z.record(z.string().min(1), z.string().min(1)).nullish(),
  team_member_permissions: z.array(permission).nullish(),
  default_team_member_models: models.nullish(),
  sso_groups: z
    .array(z.string().min(1).max(255))
    .max(1_000)
    .nullish()
    .describe('Groups of the identity provider whose people are members.'),
  team_member_budget: usd.nullish().describe('USD of each member who has no terms of its own.'),
  team_member_budget_duration: period.nullish(),
  team_member_rpm_limit: rate.nullish(),
  team_member_tpm_limit: rate.nullish(),
  enforced_params: enforcedParams,
  ...partyFields,
  ...notYet(
    'guardrails',
    'policies',
    'prompts',
    'object_permission',
    'access_group_ids',
    'mcp_rpm_limit',
    'team_member_key_duration',
    'allowed_passthrough_routes',
    'secret_manager_settings',
    'router_settings',
    'enforced_batch_output_expires_after',
    'enforced_file_expires_after',
    'rpm_limit_type',
    'tpm_limit_type',
  ),
};

export const newTeamBody = z.strictObject({
  team_id: partyId.nullish(),
  members_with_roles: z.array(member).max(1_000).nullish(),
  admins: z.array(partyId).max(1_000).nullish(),
  members: z.array(partyId).max(1_000).nullish(),
  ...teamFields,
});

export const updateTeamBody = z.strictObject({ team_id: partyId, ...teamFields });
export const patchTeamBody = z.strictObject(teamFields);

export type TeamFields = Omit<z.output<typeof updateTeamBody>, 'team_id'>;
export type NewTeam = z.output<typeof newTeamBody>;

export const teamQuery = z.looseObject({ team_id: partyId.optional() });
export const deleteTeamsBody = z.strictObject({ team_ids: ids });
export const teamBody = z.strictObject({ team_id: partyId });
export const teamModelsBody = z.strictObject({ team_id: partyId, models: models.min(1) });

export const permissionsBody = z.strictObject({ team_id: partyId, team_member_permissions: z.array(permission) });

export const teamListQuery = z.looseObject({
  user_id: partyId.optional(),
  organization_id: partyId.optional(),
  team_id: partyId.optional(),
  team_alias: z.string().optional(),
  search: z.string().optional(),
  sort_by: z
    .enum(['team_id', 'team_alias', 'created_at', 'updated_at', 'spend'])
    .optional()
    .describe('spend: all that a team ever spent. Left out: newest first.'),
  sort_order: z.enum(['asc', 'desc']).default('asc'),
  ...paging,
});

export const teamFilterQuery = z.looseObject({
  ...paging,
  team_id: partyId.optional(),
  team_alias: z.string().optional().describe('A part of the name or the id.'),
});

export const bulkPermissionsBody = z
  .strictObject({
    permissions: z.array(permission).min(1).max(20),
    team_ids: ids.nullish(),
    apply_to_all_teams: z.boolean().default(false),
  })
  .refine((body) => (body.team_ids == null) === body.apply_to_all_teams, {
    error: "give either 'team_ids' or 'apply_to_all_teams': true",
  });

/** What one member may use of the team. */
const memberTerms = {
  max_budget_in_team: usd.nullish(),
  budget_duration: period.nullish(),
  tpm_limit: rate.nullish(),
  rpm_limit: rate.nullish(),
  allowed_models: models.nullish(),
};

export const addMembersBody = z.strictObject({
  team_id: partyId,
  member: z.union([member, z.array(member).min(1).max(1_000)], {
    error: 'expected { role, user_id or user_email }, or a list of them',
  }),
  ...memberTerms,
});

export const bulkAddMembersBody = z.strictObject({
  team_id: partyId,
  members: z.array(member).min(1).max(1_000),
  ...memberTerms,
});

export const updateMemberBody = z
  .strictObject({ team_id: partyId, ...userReference, role: teamRole.nullish(), ...memberTerms })
  .refine(isNamed, NAMED);

export const removeMemberBody = z.strictObject({ team_id: partyId, ...userReference }).refine(isNamed, NAMED);

export type MemberTermsFields = Omit<z.output<typeof updateMemberBody>, 'team_id' | 'user_id' | 'user_email' | 'role'>;
export type NamedMember = z.output<typeof member>;
