import type { Allowance, Budget } from '../inference/index.ts';
import type { Pot } from '../ledger/index.ts';
import type { Calendar, TimeWindow, WindowSpan } from '../std/index.ts';
import type { ScopeKind } from './scope.ts';

/** A pot that nothing is refused from: what is spent is kept, and told. 9 million USD. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** What a purse has told of its current window already. */
type Told = 'soft' | 'most' | 'all';

/** The budgets of one scope for one kind of window, and the pot of the current one. */
export type Purse = {
  readonly kind: ScopeKind;
  /** Of the scope: `key:a1B2c3`. */
  readonly rule: string;
  readonly window: TimeWindow;
  /** The lowest of them counts at each moment; empty: it refuses nothing. */
  readonly hard: readonly Budget[];
  /** The amount that is told and refuses nothing; null: none. */
  readonly softNano: number | null;
  pot: Pot | null;
  limit: number;
  span: WindowSpan;
  /** null: not looked at yet. */
  told: Set<Told> | null;
};

export type PurseGround = {
  readonly potFor: (potId: string, limit: bigint, endsAtMs: number | null, former: Pot | null) => Pot;
  readonly calendar: () => Calendar;
};

/** Something that is told once in each window. Amounts in nanodollars. */
export type BudgetNews = {
  readonly kind: ScopeKind;
  readonly rule: string;
  readonly window: string;
  /** `soft`: a soft budget is reached; `most`: 80 % of a hard one; `all`: it. */
  readonly reached: Told;
  readonly usedNanoUsd: number;
  readonly limitNanoUsd: number;
  readonly resetsAtMs: number | null;
};

const MOST = 0.8;
const NEVER: WindowSpan = { startMs: Number.POSITIVE_INFINITY, endMs: Number.NEGATIVE_INFINITY, label: '' };

/** One purse for each kind of window: of several budgets the lowest counts, hard and soft ones each for themselves. */
export function pursesOf(kind: ScopeKind, rule: string, { budgets }: Allowance, former: readonly Purse[]): Purse[] {
  const windows = new Map(budgets.map(({ window }) => [window.name, window]));
  return [...windows.values()].map((window): Purse => {
    const same = budgets.filter((budget) => budget.window.name === window.name);
    const hard = same.filter(({ policy }) => policy !== 'soft');
    const softs = same.flatMap(({ policy, limitNanoUsd, softNanoUsd }) => [
      ...(policy === 'soft' ? [Number(limitNanoUsd)] : []),
      ...(softNanoUsd === null ? [] : [Number(softNanoUsd)]),
    ]);
    return {
      kind,
      rule,
      window,
      hard,
      softNano: softs.length === 0 ? null : Math.min(...softs),
      pot: null,
      limit: 0,
      span: NEVER,
      told: former.find((purse) => purse.window.name === window.name)?.told ?? null,
    };
  });
}

/** The pot of the window that now is in, with the limit that now holds. */
export function openPurse(purse: Purse, ground: PurseGround, nowMs: number): Pot {
  const { span, pot } = purse;
  const limit = lowestOf(purse.hard, nowMs);
  if (pot !== null && nowMs >= span.startMs && nowMs < span.endMs) {
    if (limit === purse.limit && !pot.retired) return pot;
  } else {
    purse.span = ground.calendar().windowAt(purse.window, nowMs);
    if (span !== NEVER) purse.told = new Set();
  }
  purse.limit = limit;
  const id = potIdOf(purse.rule, purse.span);
  purse.pot = ground.potFor(id, BigInt(limit), resetOf(purse.span), pot?.id === id ? pot : null);
  // What was reached before this process came has been told; what a raised limit puts off is to be told again.
  const reached = reachedBy(purse, purse.pot).map((news) => news.reached);
  purse.told = new Set(purse.told === null ? reached : reached.filter((level) => purse.told?.has(level)));
  return purse.pot;
}

export function potIdOf(rule: string, { label }: WindowSpan): string {
  return label === '' ? rule : `${rule}/${label}`;
}

/** What has been reached and not been told yet. */
export function newsOf(purse: Purse): readonly BudgetNews[] {
  const { pot, hard, softNano, limit } = purse;
  const lowest = Math.min(
    softNano ?? Number.POSITIVE_INFINITY,
    hard.length === 0 ? Number.POSITIVE_INFINITY : limit * MOST,
  );
  return pot === null || pot.posted + pot.postedElsewhere < lowest ? NO_NEWS : untold(purse, reachedBy(purse, pot));
}

/** A call was refused: the budget is used up, though some of it may be left. */
export function newsOfRefusal(purse: Purse): readonly BudgetNews[] {
  return purse.pot === null ? NO_NEWS : untold(purse, [newsAt(purse, purse.pot, 'all')]);
}

/** Epoch milliseconds; null: never. */
export function resetOf({ endMs }: WindowSpan): number | null {
  return Number.isFinite(endMs) ? endMs : null;
}

const NO_NEWS: readonly BudgetNews[] = [];

function untold({ told }: Purse, news: readonly BudgetNews[]): readonly BudgetNews[] {
  const untold = news.filter(({ reached }) => told?.has(reached) === false);
  for (const { reached } of untold) told?.add(reached);
  return untold;
}

function reachedBy(purse: Purse, pot: Pot): readonly BudgetNews[] {
  const { hard, softNano, limit } = purse;
  const used = pot.posted + pot.postedElsewhere;
  const reached: Told[] = [];
  if (used <= 0) return NO_NEWS;
  if (softNano !== null && used >= softNano) reached.push('soft');
  if (hard.length > 0 && used >= limit * MOST) reached.push('most');
  if (hard.length > 0 && used >= limit) reached.push('all');
  return reached.map((level) => newsAt(purse, pot, level));
}

function newsAt({ kind, rule, window, softNano, limit, span }: Purse, pot: Pot, reached: Told): BudgetNews {
  const usedNanoUsd = pot.posted + pot.postedElsewhere;
  const limitNanoUsd = reached === 'soft' ? (softNano ?? 0) : limit;
  return { kind, rule, window: window.name, reached, usedNanoUsd, limitNanoUsd, resetsAtMs: resetOf(span) };
}

function lowestOf(budgets: readonly Budget[], nowMs: number): number {
  let lowest = UNLIMITED;
  for (const budget of budgets) lowest = Math.min(lowest, limitOf(budget, nowMs));
  return lowest;
}

function limitOf({ limitNanoUsd, increase, forgiven }: Budget, nowMs: number): number {
  let limit = Number(limitNanoUsd);
  if (increase !== null && nowMs < increase.untilMs) limit += Number(increase.nanoUsd);
  if (forgiven !== undefined && nowMs < forgiven.untilMs) limit += Number(forgiven.nanoUsd);
  return Math.min(UNLIMITED, limit);
}
