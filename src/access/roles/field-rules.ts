import type { Action } from '../action.ts';
import type { KeyTerms } from '../key-terms.ts';
import type { KeyMember, PartyMember } from './settable.ts';

/**
 * What it takes to set a field, besides being allowed what the route does. `ceiling`: that neither those above whom it
 * stands nor the key that asks have less. `place`: being allowed to make the whole where it is to stand. `rank`: being
 * no less oneself. `operator`: being allowed everything. Else another line of the matrix.
 */
export type Need = 'nothing' | 'ceiling' | 'place' | 'rank' | 'operator' | Action;

/** `field`: its name in LiteLLM's API. */
export type FieldRule = { readonly field: string; readonly needs: Need };

const TERMS: Readonly<Record<keyof KeyTerms, FieldRule>> = {
  softBudget: { field: 'soft_budget', needs: 'nothing' },
  budgetDuration: { field: 'budget_duration', needs: 'ceiling' },
  tpmLimit: { field: 'tpm_limit', needs: 'ceiling' },
  maxParallelRequests: { field: 'max_parallel_requests', needs: 'ceiling' },
  modelMaxBudget: { field: 'model_max_budget', needs: 'ceiling' },
  modelRpmLimit: { field: 'model_rpm_limit', needs: 'ceiling' },
  modelTpmLimit: { field: 'model_tpm_limit', needs: 'ceiling' },
  budgets: { field: 'budgets', needs: 'ceiling' },
  increase: { field: 'temp_budget_increase', needs: 'ceiling' },
  isManagement: { field: 'key_type', needs: 'key.allow' },
  isScim: { field: 'key_type', needs: 'key.allow' },
  includeByokInLimit: { field: 'include_byok_in_limit', needs: 'nothing' },
  forgiven: { field: 'spend', needs: 'key.allow' },
  allowedRoutes: { field: 'allowed_routes', needs: 'key.allow' },
  allowedCacheControls: { field: 'allowed_cache_controls', needs: 'nothing' },
  enforcedParams: { field: 'enforced_params', needs: 'key.allow' },
  budgetId: { field: 'budget_id', needs: 'key.allow' },
  rates: { field: 'rates', needs: 'operator' },
  policy: { field: 'routing', needs: 'operator' },
  managedAt: { field: 'managed_at', needs: 'operator' },
};

export const keyFieldRules: Readonly<Record<KeyMember, FieldRule>> = {
  ...TERMS,
  keyAlias: { field: 'key_alias', needs: 'nothing' },
  userId: { field: 'user_id', needs: 'place' },
  teamId: { field: 'team_id', needs: 'place' },
  projectId: { field: 'project_id', needs: 'place' },
  organizationId: { field: 'organization_id', needs: 'place' },
  models: { field: 'models', needs: 'ceiling' },
  aliases: { field: 'aliases', needs: 'nothing' },
  metadata: { field: 'metadata', needs: 'nothing' },
  tags: { field: 'tags', needs: 'ceiling' },
  priority: { field: 'metadata.priority', needs: 'key.allow' },
  maxBudgetNanoUsd: { field: 'max_budget', needs: 'ceiling' },
  rpmLimit: { field: 'rpm_limit', needs: 'ceiling' },
  expiresAtMs: { field: 'duration', needs: 'ceiling' },
  blocked: { field: 'blocked', needs: 'key.block' },
};

/** Kinds that others than an operator make and change. */
export const governedKinds = ['team', 'project', 'member', 'organization_member', 'user'] as const;

export type GovernedKind = (typeof governedKinds)[number];

/** Of something new; left out: the same. */
export type PartyFieldRule = FieldRule & { readonly ofNew?: Need };

type PartyRules = Readonly<Record<PartyMember, PartyFieldRule>>;

const MEASURED = [
  'models',
  'maxBudgetNanoUsd',
  'rpmLimit',
  'softBudget',
  'budgetDuration',
  'tpmLimit',
  'maxParallelRequests',
  'modelMaxBudget',
  'modelRpmLimit',
  'modelTpmLimit',
  'budgets',
  'increase',
] as const satisfies readonly PartyMember[];

/** What nobody but an operator sets, of whatever kind; the kinds say what else there is. */
const OPERATORS: PartyRules = {
  ...each(Object.keys(TERMS) as (keyof KeyTerms)[], 'operator'),
  ...each(['models', 'maxBudgetNanoUsd', 'rpmLimit'], 'operator'),
  aliases: { field: 'aliases', needs: 'operator' },
  metadata: { field: 'metadata', needs: 'nothing' },
  alias: { field: 'alias', needs: 'nothing' },
  organizationId: { field: 'organization_id', needs: 'operator' },
  teamId: { field: 'team_id', needs: 'operator' },
  userId: { field: 'user_id', needs: 'operator' },
  budgetId: { field: 'budget_id', needs: 'operator' },
  role: { field: 'role', needs: 'operator' },
  email: { field: 'user_email', needs: 'operator' },
  login: { field: 'userName', needs: 'operator' },
  blocked: { field: 'blocked', needs: 'operator' },
  pays: { field: 'pays', needs: 'operator' },
  memberTerms: { field: 'team_member_budget', needs: 'operator' },
  memberModels: { field: 'default_team_member_models', needs: 'operator' },
  memberPermissions: { field: 'team_member_permissions', needs: 'operator' },
  allowedModelRegion: { field: 'allowed_model_region', needs: 'operator' },
  defaultModel: { field: 'default_model', needs: 'operator' },
  description: { field: 'description', needs: 'nothing' },
  joinedBy: { field: 'joined_by', needs: 'operator' },
  ssoUserId: { field: 'sso_user_id', needs: 'operator' },
  scim: { field: 'scim', needs: 'operator' },
  ssoGroups: { field: 'sso_groups', needs: 'operator' },
  credentials: { field: 'credentials', needs: 'operator' },
  tags: { field: 'tags', needs: 'nothing' },
  priority: { field: 'metadata.priority', needs: 'operator' },
};

function each<Member extends keyof typeof keyFieldRules>(members: readonly Member[], needs: Need) {
  const entries = members.map((member) => [member, { field: keyFieldRules[member].field, needs }] as const);
  return Object.fromEntries(entries) as Readonly<Record<Member, FieldRule>>;
}

const TEAM: PartyRules = {
  ...OPERATORS,
  ...each(MEASURED, 'team.allow'),
  alias: { field: 'team_alias', needs: 'nothing' },
  organizationId: { field: 'organization_id', needs: 'place' },
  aliases: { field: 'model_aliases', needs: 'nothing' },
  blocked: { field: 'blocked', needs: 'team.block' },
  memberTerms: { field: 'team_member_budget', needs: 'ceiling' },
  memberModels: { field: 'default_team_member_models', needs: 'ceiling' },
  memberPermissions: { field: 'team_member_permissions', needs: 'nothing' },
};

const PROJECT: PartyRules = {
  ...OPERATORS,
  ...each(MEASURED, 'ceiling'),
  alias: { field: 'project_alias', needs: 'nothing' },
  teamId: { field: 'team_id', needs: 'place' },
  blocked: { field: 'blocked', needs: 'project.block' },
};

const MEMBER: PartyRules = {
  ...OPERATORS,
  ...each(MEASURED, 'ceiling'),
  models: { field: 'allowed_models', needs: 'ceiling' },
  maxBudgetNanoUsd: { field: 'max_budget_in_team', needs: 'ceiling' },
  role: { field: 'role', needs: 'nothing' },
};

const ORGANIZATION_MEMBER: PartyRules = {
  ...MEMBER,
  maxBudgetNanoUsd: { field: 'max_budget_in_organization', needs: 'ceiling' },
};

const USER: PartyRules = {
  ...OPERATORS,
  ...each(MEASURED, 'operator'),
  alias: { field: 'user_alias', needs: 'nothing' },
  role: { field: 'user_role', needs: 'rank' },
  email: { field: 'user_email', needs: 'operator', ofNew: 'nothing' },
  // Whose a new one is, is not known yet.
  blocked: { field: 'blocked', needs: 'user.block', ofNew: 'nothing' },
};

/** What stands in `MEASURED` is under the ceilings whatever else it takes. */
export const partyFieldRules: Readonly<Record<GovernedKind, PartyRules>> = {
  team: TEAM,
  project: PROJECT,
  member: MEMBER,
  organization_member: ORGANIZATION_MEMBER,
  user: USER,
};
