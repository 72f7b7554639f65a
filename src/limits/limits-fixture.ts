import { type Allowance, type Budget, type BudgetPolicy, NO_ALLOWANCE, type RateLimit } from '../inference/index.ts';
import { openPot, type Pot } from '../ledger/index.ts';
import { openCalendar, parseTimeWindow } from '../std/index.ts';
import { openAdmissions } from './admit.ts';
import { type LimitedCall, NO_RULES, type RuleBook } from './rule-book.ts';

export function budgetOf(per: string, limitNanoUsd: bigint, policy: BudgetPolicy = 'clamp'): Budget {
  const window = parseTimeWindow(per);
  if (window === null) throw new RangeError(per);
  return { window, limitNanoUsd, policy, softNanoUsd: null, increase: null };
}

export function rateOf(measure: RateLimit['measure'], limit: number, per: RateLimit['per'] = 'minute'): RateLimit {
  return { measure, per: measure === 'parallel' ? null : per, limit };
}

export function allow(budgets: readonly Budget[], limits: readonly RateLimit[] = []): Allowance {
  return { budgets, limits };
}

export function callOf(
  change: Partial<LimitedCall> & { readonly own?: Allowance; readonly model?: string },
): LimitedCall {
  const { own = NO_ALLOWANCE, ...rest } = change;
  return {
    key: { keyId: 'k1', userId: 'u1', teamId: 't1', allowance: own, modelAllowances: new Map() },
    model: 'm',
    customer: null,
    tags: [],
    inputTokens: 10,
    outputTokens: 10,
    ...rest,
  };
}

/** Admissions with pots in memory, which may hold what was `spent` before. */
export function admissionsWith(rules: Partial<RuleBook>, spent: Readonly<Record<string, bigint>> = {}, zone = 'UTC') {
  const pots = new Map<string, Pot>();
  const current = { rules: { ...NO_RULES, ...rules } };
  const calendar = openCalendar(zone);
  const admissions = openAdmissions({
    potFor: (id, limit) => {
      const pot = pots.get(id) ?? openPot(id, limit, spent[id] ?? 0n);
      pot.limit = Number(limit);
      pots.set(id, pot);
      return pot;
    },
    rules: () => current.rules,
    calendar: () => calendar,
  });
  return { admissions, pots, current };
}
