import type { Allowance, Budget, BudgetPolicy, RateLimit, RoutedBy } from '../inference/index.ts';
import { NO_ALLOWANCE } from '../inference/index.ts';
import { ALL_TIME, type NanoUsd, parseTimeWindow, type TimeWindow } from '../std/index.ts';

/** Windows are as they were said: `30d`, `monthly`. Amounts are nanodollars as text, for this is stored as JSON. */
export type KeyTerms = {
  readonly softBudget?: string | undefined;
  readonly budgetDuration?: string | undefined;
  readonly tpmLimit?: number | undefined;
  readonly maxParallelRequests?: number | undefined;
  readonly modelMaxBudget?: Readonly<Record<string, ModelBudgetTerms>> | undefined;
  readonly modelRpmLimit?: Readonly<Record<string, number>> | undefined;
  readonly modelTpmLimit?: Readonly<Record<string, number>> | undefined;
  /** Beside `max_budget`. */
  readonly budgets?: readonly BudgetTerms[] | undefined;
  /** It makes and changes keys, and calls no models. */
  readonly isManagement?: true | undefined;
  /** It keeps users and teams over SCIM, and does nothing else. */
  readonly isScim?: true | undefined;
  readonly includeByokInLimit?: boolean | undefined;
  /** On top of `max_budget`, for a while. */
  readonly increase?: IncreaseTerms | undefined;
  /** What of a window's spending no longer counts, by the window's name. The books keep it. */
  readonly forgiven?: Readonly<Record<string, ForgivenTerms>> | undefined;
  /** LiteLLM's: addresses, `prefix*`, names of groups. */
  readonly allowedRoutes?: readonly string[] | undefined;
  /** LiteLLM's; kept for the day on which there is a cache. */
  readonly allowedCacheControls?: readonly string[] | undefined;
  /** Of a key or a team: members that each request must have; `metadata.ticket` is one within another. */
  readonly enforcedParams?: readonly string[] | undefined;
  /** Of a key: the shared budget whose terms hold where it has none of its own. */
  readonly budgetId?: string | undefined;
  /** Beside `rpmLimit`, `tpmLimit` and `maxParallelRequests`. */
  readonly rates?: readonly RateLimit[] | undefined;
  /** Of a key: where its calls may go, whatever their requests say. */
  readonly policy?: RoutedBy | undefined;
  /** Of a key: the configuration has it, at this place: nobody else changes it. */
  readonly managedAt?: string | undefined;
};

/** `ofAll`: on top of every budget of one's own. `reason`, `by`: why, and whose doing it is. */
export type IncreaseTerms = {
  readonly nanoUsd: string;
  readonly untilMs: number;
  readonly ofAll?: true | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
};

/** `untilMs` is the end of the window that was then; null: it has none. */
export type ForgivenTerms = { readonly nanoUsd: string; readonly untilMs: number | null };

export type ModelBudgetTerms = { readonly nanoUsd: string; readonly per?: string | undefined };

export type BudgetTerms = {
  readonly nanoUsd: string;
  readonly per: string;
  readonly policy: BudgetPolicy;
  readonly softNanoUsd?: string | undefined;
};

/** How much somebody may use, as it was said. */
export type StatedTerms = {
  readonly maxBudgetNanoUsd: NanoUsd | null;
  readonly rpmLimit: number | null;
  readonly terms: KeyTerms;
};

/** What a key's terms come to: for all that it does, and for what it does with single models. */
export type KeyAllowances = {
  readonly allowance: Allowance;
  readonly modelAllowances: ReadonlyMap<string, Allowance>;
};

export function allowancesOf(stated: StatedTerms): KeyAllowances {
  const { rpmLimit, terms } = stated;
  const stands = [...mainBudgets(stated), ...(terms.budgets ?? []).map((each) => budgetOf(each, terms.increase))];
  const budgets = terms.forgiven === undefined ? stands : stands.map((each) => forgive(each, terms.forgiven));
  const limits = [
    ...rate('requests', rpmLimit),
    ...rate('tokens', terms.tpmLimit),
    ...rate('parallel', terms.maxParallelRequests),
    ...(terms.rates ?? []),
  ];
  const isBare = budgets.length === 0 && limits.length === 0;
  return { allowance: isBare ? NO_ALLOWANCE : { budgets, limits }, modelAllowances: modelAllowancesOf(terms) };
}

export function hasTerms({ maxBudgetNanoUsd, rpmLimit, terms }: StatedTerms): boolean {
  const { budgetId: _, policy: __, managedAt: ___, increase: ____, enforcedParams: _____, ...own } = terms;
  return maxBudgetNanoUsd !== null || rpmLimit !== null || Object.values(own).some((term) => term !== undefined);
}

/** Each term of one's own, else the shared one. An amount of one's own has its own period, or none. */
export function completedBy(own: StatedTerms, shared: StatedTerms): StatedTerms {
  const { maxBudgetNanoUsd, rpmLimit, terms } = own;
  const said = Object.fromEntries(Object.entries(terms).filter(([, term]) => term !== undefined));
  const merged: KeyTerms = { ...shared.terms, ...said };
  const { budgetDuration, increase } = maxBudgetNanoUsd === null ? merged : terms;
  return {
    maxBudgetNanoUsd: maxBudgetNanoUsd ?? shared.maxBudgetNanoUsd,
    rpmLimit: rpmLimit ?? shared.rpmLimit,
    terms: { ...merged, budgetDuration, increase },
  };
}

/** What somebody may use who refers to a budget; null: to none. */
export function termsWith(own: StatedTerms, budget: StatedTerms | null): StatedTerms & KeyAllowances {
  const stated = budget === null ? own : completedBy(own, budget);
  return { ...stated, ...allowancesOf(stated) };
}

function mainBudgets({ maxBudgetNanoUsd, terms }: StatedTerms): readonly Budget[] {
  const window = windowOf(terms.budgetDuration);
  const softNanoUsd = terms.softBudget === undefined ? null : BigInt(terms.softBudget);
  const plain = { window, increase: null };
  if (maxBudgetNanoUsd === null) {
    return softNanoUsd === null ? [] : [{ ...plain, limitNanoUsd: softNanoUsd, policy: 'soft', softNanoUsd: null }];
  }
  const { increase } = terms;
  return [
    {
      ...plain,
      limitNanoUsd: maxBudgetNanoUsd,
      policy: 'clamp',
      softNanoUsd,
      increase: increase === undefined ? null : increaseOf(increase),
    },
  ];
}

function budgetOf({ nanoUsd, per, policy, softNanoUsd }: BudgetTerms, onTop?: IncreaseTerms): Budget {
  const soft = softNanoUsd === undefined ? null : BigInt(softNanoUsd);
  const increase = onTop?.ofAll === true ? increaseOf(onTop) : null;
  return { window: windowOf(per), limitNanoUsd: BigInt(nanoUsd), policy, softNanoUsd: soft, increase };
}

function increaseOf({ nanoUsd, untilMs }: IncreaseTerms): NonNullable<Budget['increase']> {
  return { nanoUsd: BigInt(nanoUsd), untilMs };
}

function forgive(budget: Budget, forgiven: KeyTerms['forgiven']): Budget {
  const own = forgiven?.[budget.window.name];
  if (own === undefined) return budget;
  return {
    ...budget,
    forgiven: { nanoUsd: BigInt(own.nanoUsd), untilMs: own.untilMs ?? Number.POSITIVE_INFINITY },
  };
}

function modelAllowancesOf(terms: KeyTerms): ReadonlyMap<string, Allowance> {
  const { modelMaxBudget = {}, modelRpmLimit = {}, modelTpmLimit = {} } = terms;
  const models = new Set([modelMaxBudget, modelRpmLimit, modelTpmLimit].flatMap((each) => Object.keys(each)));
  if (models.size === 0) return NO_MODELS;
  return new Map(
    [...models].map((model) => {
      const budget = modelMaxBudget[model];
      const budgets: readonly Budget[] =
        budget === undefined
          ? []
          : [budgetOf({ nanoUsd: budget.nanoUsd, per: budget.per ?? 'total', policy: 'clamp' })];
      const limits = [...rate('requests', modelRpmLimit[model]), ...rate('tokens', modelTpmLimit[model])];
      return [model, { budgets, limits }];
    }),
  );
}

const NO_MODELS: ReadonlyMap<string, Allowance> = new Map();

function rate(measure: RateLimit['measure'], limit: number | null | undefined): readonly RateLimit[] {
  if (limit === null || limit === undefined) return [];
  return [{ measure, per: measure === 'parallel' ? null : 'minute', limit }];
}

/** What was stored was a window when it was stored; all of time is the strictest that is left. */
function windowOf(text: string | undefined): TimeWindow {
  return text === undefined ? ALL_TIME : (parseTimeWindow(text) ?? ALL_TIME);
}
