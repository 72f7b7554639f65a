import type { KeyTerms } from '../../access/index.ts';
import type { Allowance, Budget } from '../../inference/index.ts';
import type { Scope } from '../../limits/index.ts';
import { ALL_TIME, type TimeWindow, usdFromNano } from '../../std/index.ts';

/** What has been spent of a scope's current window. */
export type Spending = {
  readonly nanoUsd: bigint;
  /** null: the window never ends. */
  readonly resetsAtMs: number | null;
};

/** What is in flight counts when it is settled. */
export type SpentBy = (scope: Scope, window: TimeWindow) => Promise<Spending>;

/** Who has spent anything at all, by ids, whoever has spent most in front. */
export type SpentMost = (kind: 'key' | 'user' | 'team') => Promise<readonly string[]>;

/** Somebody who may use so much: a key, a team, a customer. */
export type Allowed = {
  readonly maxBudgetNanoUsd: bigint | null;
  readonly rpmLimit: number | null;
  readonly terms: KeyTerms;
  readonly allowance: Allowance;
  readonly modelAllowances: ReadonlyMap<string, Allowance>;
};

/** Whose they are. */
export type Whose = Pick<Scope, 'kind' | 'id'>;

/** What of a window counts: what was forgiven in that very window does not. */
export function countedNano(spent: Spending, window: TimeWindow, { forgiven }: KeyTerms): bigint {
  const own = forgiven?.[window.name];
  if (own === undefined || own.untilMs !== spent.resetsAtMs) return spent.nanoUsd;
  const left = spent.nanoUsd - BigInt(own.nanoUsd);
  return left > 0n ? left : 0n;
}

/** The window of `max_budget`, in which what somebody has spent is told. */
export function mainWindow({ maxBudgetNanoUsd, terms, allowance }: Allowed): TimeWindow {
  const hasMain = maxBudgetNanoUsd !== null || terms.softBudget !== undefined;
  return (hasMain ? allowance.budgets[0]?.window : undefined) ?? ALL_TIME;
}

/** What somebody may use and has spent, in LiteLLM's fields. */
export async function encodeTerms(whose: Whose, allowed: Allowed, spentBy: SpentBy) {
  const { terms, allowance, modelAllowances, maxBudgetNanoUsd } = allowed;
  const main = mainWindow(allowed);
  const further = allowance.budgets.slice(allowance.budgets.length - (terms.budgets?.length ?? 0));
  const all = { ...whose, model: null };
  const [spent, ofModels, ofBudgets] = await Promise.all([
    spentBy(all, main),
    Promise.all(
      [...modelAllowances].map(([model, { budgets }]) => spentOfModel({ ...whose, model }, budgets[0], spentBy)),
    ),
    Promise.all(further.map((budget) => spentBy(all, budget.window))),
  ]);
  return {
    spend: usdFromNano(countedNano(spent, main, terms)),
    max_budget: usdOrNull(maxBudgetNanoUsd),
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
      spend: usdFromNano(countedNano(ofBudgets[index] ?? NOTHING, budget.window, terms)),
      reset_at: isoOrNull(ofBudgets[index]?.resetsAtMs ?? null),
    })),
    rpm_limit: allowed.rpmLimit,
    tpm_limit: terms.tpmLimit ?? null,
    max_parallel_requests: terms.maxParallelRequests ?? null,
    model_rpm_limit: terms.modelRpmLimit ?? {},
    model_tpm_limit: terms.modelTpmLimit ?? {},
  };
}

/** A budget may be set below what is spent already: that is allowed, and said. */
export async function noticesOf(
  whose: Whose,
  { allowance: { budgets }, terms }: Pick<Allowed, 'allowance' | 'terms'>,
  spentBy: SpentBy,
): Promise<readonly string[]> {
  const spendings = await Promise.all(budgets.map((budget) => spentBy({ ...whose, model: null }, budget.window)));
  return budgets.flatMap((budget, index) => {
    const { resetsAtMs } = spendings[index] ?? NOTHING;
    const nanoUsd = countedNano(spendings[index] ?? NOTHING, budget.window, terms);
    if (budget.policy === 'soft' || nanoUsd === 0n || nanoUsd < budget.limitNanoUsd) return [];
    const until = resetsAtMs === null ? 'until the budget is raised' : `until ${new Date(resetsAtMs).toISOString()}`;
    const [limit, spent] = [usdFromNano(budget.limitNanoUsd), usdFromNano(nanoUsd)];
    return [
      `${spent} USD of the budget of ${limit} USD (${budget.window.name}) are spent: calls are refused ${until}.`,
    ];
  });
}

/** Notices as a part of an answer; where there are none, nothing. */
export function told(notices: readonly string[]): { readonly notices?: readonly string[] } {
  return notices.length === 0 ? {} : { notices };
}

const NOTHING: Spending = { nanoUsd: 0n, resetsAtMs: null };

/** Only what has a budget of its own is kept for a model. */
async function spentOfModel(
  scope: Scope & { readonly model: string },
  budget: Budget | undefined,
  spentBy: SpentBy,
): Promise<readonly (readonly [string, number])[]> {
  if (budget === undefined) return [];
  return [[scope.model, usdFromNano((await spentBy(scope, budget.window)).nanoUsd)]];
}

export function usdOrNull(nanoUsd: bigint | string | null | undefined): number | null {
  return nanoUsd === null || nanoUsd === undefined ? null : usdFromNano(BigInt(nanoUsd));
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
