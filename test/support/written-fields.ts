/** Of a field that is written: what nobody who is below somebody may ask for, and what anybody may. */
export type Asked = {
  readonly wider?: unknown;
  readonly within?: unknown;
  /** What has to stand beside it. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** The rule's own name for it, where that is another. */
  readonly rule?: string;
  /** Whatever its rule takes, it is under the ceilings. */
  readonly isMeasured?: true;
};

/** A function where the value must be nobody's yet. */
export type Fields = Readonly<Record<string, Asked | (() => Asked)>>;

let count = 0;

export function fresh(prefix: string): string {
  return `${prefix}-${++count}-of-nobody-yet`;
}

export function freshEmail(): string {
  return `${fresh('somebody')}@example.com`;
}

const SOON = { temp_budget_expiry: '1h', max_budget: 30 };

/** Everybody in these tests is below 50 USD, 100 requests, 1,000 tokens and 10 calls, and two models. */
export const BOUND = {
  models: ['m-1', 'm-2'],
  max_budget: 50,
  rpm_limit: 100,
  tpm_limit: 1_000,
  max_parallel_requests: 10,
};

const limitFields: Fields = {
  models: { wider: ['of-others'], within: ['m-1'], isMeasured: true },
  max_budget: { wider: 1_000_000, within: 20, isMeasured: true },
  soft_budget: { within: 1 },
  budget_duration: { within: '30d' },
  model_max_budget: { wider: { 'm-1': 1_000_000 }, within: { 'm-1': 1 }, isMeasured: true },
  budgets: { wider: [{ usd: 1_000_000, per: '1d' }], within: [{ usd: 1, per: '1d' }], isMeasured: true },
  budget_limits: {
    wider: [{ max_budget: 1_000_000, budget_duration: '1d' }],
    within: [{ max_budget: 1, budget_duration: '1d' }],
    rule: 'budgets',
    isMeasured: true,
  },
  temp_budget_increase: { wider: 1_000_000, within: 1, beside: SOON, isMeasured: true },
  temp_budget_expiry: { within: '2h', beside: { temp_budget_increase: 1 }, rule: 'temp_budget_increase' },
  rpm_limit: { wider: 1_000_000, within: 1, isMeasured: true },
  tpm_limit: { wider: 1_000_000, within: 1, isMeasured: true },
  max_parallel_requests: { wider: 1_000_000, within: 1, isMeasured: true },
  model_rpm_limit: { wider: { 'm-1': 1_000_000 }, within: { 'm-1': 1 }, isMeasured: true },
  model_tpm_limit: { wider: { 'm-1': 1_000_000 }, within: { 'm-1': 1 }, isMeasured: true },
};

const commonFields: Fields = {
  ...limitFields,
  metadata: { within: { note: 'ours' } },
  tags: { within: ['ours'] },
  blocked: { wider: true },
  budget_id: { wider: 'budget-of-the-operator' },
};

/** `key` of a new key is its secret. */
export const keyFields: Fields = {
  ...commonFields,
  key: () => ({ within: `sk-${fresh('brought')}` }),
  new_key: () => ({ within: `sk-${fresh('brought')}` }),
  key_alias: () => ({ within: fresh('alias') }),
  grace_period: { within: '1h' },
  duration: { within: '30d' },
  aliases: { within: { fast: 'm-1' } },
  user_id: { wider: 'user-b' },
  team_id: { wider: 'team-b' },
  project_id: { wider: 'project-b' },
  organization_id: { wider: 'org-b' },
  allowed_routes: { wider: ['/*'] },
  key_type: { wider: 'management' },
  allowed_cache_controls: { within: ['no-cache'] },
  enforced_params: { wider: ['user'] },
  rpm_limit_type: { within: 'best_effort_throughput' },
  tpm_limit_type: { within: 'best_effort_throughput' },
  send_invite_email: { within: false },
  spend: { within: null, rule: 'nothing of it' },
};

const OF_MEMBERS = { rule: 'team_member_budget', isMeasured: true } as const;

/** More than what is below it is asked for. */
const LATER = { temp_budget_expiry: '1h', max_budget: 40 };

export const teamFields: Fields = {
  ...commonFields,
  temp_budget_increase: { wider: 1_000_000, within: 1, beside: LATER, isMeasured: true },
  team_alias: { within: 'ours' },
  organization_id: { wider: 'org-b' },
  model_aliases: { within: { fast: 'm-1' } },
  team_member_permissions: { within: ['/key/generate'] },
  default_team_member_models: { wider: ['of-others'], within: ['m-1'], isMeasured: true },
  sso_groups: { wider: ['everybody'] },
  team_member_budget: { wider: 1_000_000, within: 1, isMeasured: true },
  team_member_budget_duration: { within: '30d', rule: 'team_member_budget' },
  team_member_rpm_limit: { wider: 1_000_000, within: 1, ...OF_MEMBERS },
  team_member_tpm_limit: { wider: 1_000_000, within: 1, ...OF_MEMBERS },
};

/** Whom one lets in is not a matter of rules, but of who is known. */
const JOINING = { rule: 'joining', isMeasured: true } as const;

export const newTeamFields: Fields = {
  ...teamFields,
  team_id: () => ({ wider: fresh('team') }),
  members_with_roles: { wider: [{ user_id: 'user-b' }], within: [{ user_id: 'plain', role: 'admin' }], ...JOINING },
  admins: { wider: ['user-b'], within: ['plain'], ...JOINING },
  members: { wider: ['user-b'], within: ['plain'], ...JOINING },
};

export const memberFields: Fields = {
  max_budget_in_team: { wider: 1_000_000, within: 1, isMeasured: true },
  budget_duration: { within: '30d' },
  tpm_limit: { wider: 1_000_000, within: 1, isMeasured: true },
  rpm_limit: { wider: 1_000_000, within: 1, isMeasured: true },
  allowed_models: { wider: ['of-others'], within: ['m-1'], isMeasured: true },
  role: { within: 'admin' },
  member: { wider: { user_id: 'user-b' }, ...JOINING },
  members: { wider: [{ user_id: 'user-b' }], ...JOINING },
};

export const organizationMemberFields: Fields = {
  role: { within: 'org_admin' },
  max_budget_in_organization: { wider: 1_000_000, within: 1, isMeasured: true },
  member: { wider: { user_id: 'user-b' }, ...JOINING },
};

export const projectFields: Fields = {
  ...commonFields,
  project_alias: { within: 'ours' },
  description: { within: 'ours' },
  team_id: { wider: 'team-b' },
};

export const newProjectFields: Fields = { ...projectFields, project_id: () => ({ wider: fresh('project') }) };

export const userFields: Fields = {
  ...commonFields,
  user_alias: { within: 'ours' },
  user_role: { wider: 'proxy_admin', within: 'internal_user_viewer' },
  sso_user_id: () => ({ wider: fresh('sso') }),
  password: () => ({ wider: 'tangerine lampshade ferry', beside: { user_email: freshEmail() } }),
};

export const newUserFields: Fields = {
  ...userFields,
  user_id: () => ({ wider: fresh('user') }),
  user_email: () => ({ within: freshEmail() }),
  teams: { wider: ['team-b'], within: ['team-a'], ...JOINING },
  organizations: { wider: ['org-b'], within: ['org-a'], ...JOINING },
  auto_create_key: { within: false },
  send_invite_email: { within: false },
  key_alias: () => ({ within: fresh('alias') }),
  duration: { within: '30d' },
  aliases: { within: { fast: 'm-1' }, rule: 'its key' },
  team_id: { wider: 'team-b', within: 'team-a', ...JOINING },
  project_id: { wider: 'project-b', within: 'project-a', ...JOINING },
};
