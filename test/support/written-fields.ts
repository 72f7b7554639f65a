/** Of a field that is written: what nobody who is below somebody may ask for, and what anybody may. */
export type Asked = {
  readonly wider?: unknown;
  readonly within?: unknown;
  /** What has to stand beside it. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** The rule's own name for it, where that is another. */
  readonly rule?: string;
};

let count = 0;

/** Aliases, secrets: nobody's yet. */
function fresh(prefix: string): () => string {
  return () => `${prefix}-${++count}-of-nobody-yet`;
}

const SOON = { temp_budget_expiry: '1h', max_budget: 1 };

/** Everybody in these tests is below 50 USD, 100 requests, 1,000 tokens and 10 calls, and two models. */
export const limitFields: Readonly<Record<string, Asked>> = {
  models: { wider: ['of-others'], within: ['m-1'] },
  max_budget: { wider: 1_000_000, within: 1 },
  soft_budget: { within: 1 },
  budget_duration: { within: '30d' },
  model_max_budget: { wider: { 'm-1': 1_000_000 }, within: { 'm-1': 1 } },
  budgets: { wider: [{ usd: 1_000_000, per: '1d' }], within: [{ usd: 1, per: '1d' }] },
  budget_limits: {
    wider: [{ max_budget: 1_000_000, budget_duration: '1d' }],
    within: [{ max_budget: 1, budget_duration: '1d' }],
    rule: 'budgets',
  },
  temp_budget_increase: { wider: 1_000_000, within: 1, beside: SOON },
  temp_budget_expiry: { within: '2h', beside: { temp_budget_increase: 1 }, rule: 'temp_budget_increase' },
  rpm_limit: { wider: 1_000_000, within: 1 },
  tpm_limit: { wider: 1_000_000, within: 1 },
  max_parallel_requests: { wider: 1_000_000, within: 1 },
  model_rpm_limit: { wider: { 'm-1': 1_000_000 }, within: { 'm-1': 1 } },
  model_tpm_limit: { wider: { 'm-1': 1_000_000 }, within: { 'm-1': 1 } },
};

/** `key` of a new key is its secret. */
export const keyFields: Readonly<Record<string, Asked | (() => Asked)>> = {
  ...limitFields,
  key: () => ({ within: `sk-${fresh('brought')()}` }),
  new_key: () => ({ within: `sk-${fresh('brought')()}` }),
  key_alias: () => ({ within: fresh('alias')() }),
  grace_period: { within: '1h' },
  duration: { within: '30d' },
  aliases: { within: { fast: 'm-1' } },
  user_id: { wider: 'user-b' },
  team_id: { wider: 'team-b' },
  project_id: { wider: 'project-b' },
  organization_id: { wider: 'org-b' },
  budget_id: { wider: 'budget-of-the-operator' },
  metadata: { within: { note: 'ours' } },
  tags: { within: ['ours'] },
  blocked: { wider: true },
  allowed_routes: { wider: ['/*'] },
  key_type: { wider: 'management' },
  allowed_cache_controls: { within: ['no-cache'] },
  enforced_params: { wider: ['user'] },
  rpm_limit_type: { within: 'best_effort_throughput' },
  tpm_limit_type: { within: 'best_effort_throughput' },
  send_invite_email: { within: false },
  spend: { within: null },
};
