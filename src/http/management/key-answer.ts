import type { VirtualKey } from '../../access/index.ts';
import type { Budget } from '../../inference/index.ts';
import { ALL_TIME, type TimeWindow, usdFromNano } from '../../std/index.ts';

/** What has been spent of a scope's current window. */
export type Spending = {
  readonly nanoUsd: bigint;
  /** null: the window never ends. */
  readonly resetsAtMs: number | null;
};

/** `model` null: whatever the key did. What is in flight counts when it is settled. */
export type SpentBy = (keyId: string, model: string | null, window: TimeWindow) => Promise<Spending>;

/** LiteLLM's fields. `token` is what is stored of the key; `token_id` is its public id, safe in logs. */
export async function encodeKey(key: VirtualKey, spentBy: SpentBy): Promise<Readonly<Record<string, unknown>>> {
  const { caller, terms, allowance, modelAllowances } = key;
  const hasMain = key.maxBudgetNanoUsd !== null || terms.softBudget !== undefined;
  const [main] = hasMain ? allowance.budgets : [];
  const further = allowance.budgets.slice(allowance.budgets.length - (terms.budgets?.length ?? 0));
  const [spent, ofModels, ofBudgets] = await Promise.all([
    spentBy(key.id, null, main?.window ?? ALL_TIME),
    Promise.all([...modelAllowances].map(([model, { budgets }]) => spentOfModel(key.id, model, budgets[0], spentBy))),
    Promise.all(further.map((budget) => spentBy(key.id, null, budget.window))),
  ]);
  return {
    token: key.hash,
    token_id: key.id,
    key_name: `sk-...${key.hint}`,
    key_alias: caller.keyAlias,
    key_type: caller.kind === 'management-key' ? 'management' : 'default',
    spend: usdFromNano(spent.nanoUsd),
    max_budget: usdOrNull(key.maxBudgetNanoUsd),
    soft_budget: usdOrNull(terms.softBudget),
    budget_duration: terms.budgetDuration ?? null,
    budget_reset_at: isoOrNull(spent.resetsAtMs),
    temp_budget_increase: usdOrNull(terms.increase?.nanoUsd),
    temp_budget_expiry: isoOrNull(terms.increase?.untilMs ?? null),
    model_max_budget: mapValues(terms.modelMaxBudget ?? {}, ({ nanoUsd, per }) => ({
      budget_limit: usdFromNano(BigInt(nanoUsd)),
      time_period: per ?? null,
    })),
    model_spend: Object.fromEntries(ofModels.flat()),
    budgets: further.map((budget, index) => ({
      usd: usdFromNano(budget.limitNanoUsd),
      per: budget.window.name,
      on_exhausted: budget.policy,
      soft: usdOrNull(budget.softNanoUsd),
      spend: usdFromNano(ofBudgets[index]?.nanoUsd ?? 0n),
      reset_at: isoOrNull(ofBudgets[index]?.resetsAtMs ?? null),
    })),
    rpm_limit: key.rpmLimit,
    tpm_limit: terms.tpmLimit ?? null,
    max_parallel_requests: terms.maxParallelRequests ?? null,
    model_rpm_limit: terms.modelRpmLimit ?? {},
    model_tpm_limit: terms.modelTpmLimit ?? {},
    models: caller.models,
    aliases: caller.aliases,
    user_id: caller.userId,
    team_id: caller.teamId,
    metadata: key.metadata,
    blocked: key.blocked,
    expires: isoOrNull(key.expiresAtMs),
    created_at: new Date(key.createdAtMs).toISOString(),
    created_by: key.createdBy,
  };
}

/** A budget may be set below what is spent already: that is allowed, and said. */
export async function noticesOf(key: VirtualKey, spentBy: SpentBy): Promise<readonly string[]> {
  const { budgets } = key.allowance;
  const spendings = await Promise.all(budgets.map((budget) => spentBy(key.id, null, budget.window)));
  return budgets.flatMap((budget, index) => {
    const { nanoUsd, resetsAtMs } = spendings[index] ?? { nanoUsd: 0n, resetsAtMs: null };
    if (budget.policy === 'soft' || nanoUsd === 0n || nanoUsd < budget.limitNanoUsd) return [];
    const until = resetsAtMs === null ? 'until the budget is raised' : `until ${new Date(resetsAtMs).toISOString()}`;
    const [limit, spent] = [usdFromNano(budget.limitNanoUsd), usdFromNano(nanoUsd)];
    return [
      `${spent} USD of the budget of ${limit} USD (${budget.window.name}) are spent: calls are refused ${until}.`,
    ];
  });
}

/** Only what has a budget of its own is kept for a model. */
async function spentOfModel(
  keyId: string,
  model: string,
  budget: Budget | undefined,
  spentBy: SpentBy,
): Promise<readonly (readonly [string, number])[]> {
  if (budget === undefined) return [];
  return [[model, usdFromNano((await spentBy(keyId, model, budget.window)).nanoUsd)]];
}

function usdOrNull(nanoUsd: bigint | string | null | undefined): number | null {
  return nanoUsd === null || nanoUsd === undefined ? null : usdFromNano(BigInt(nanoUsd));
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
