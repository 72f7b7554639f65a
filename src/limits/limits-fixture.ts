import { type Allowance, type Budget, type BudgetPolicy, NO_ALLOWANCE, type RateLimit } from '../inference/index.ts';
import { openPot, type Pot } from '../ledger/index.ts';
import { openCalendar, parseTimeWindow } from '../std/index.ts';
import { openAdmissions } from './admit.ts';
import { type Allowances, type LimitedCall, type LimitedParty, NO_RULES, type RuleBook } from './rule-book.ts';

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

type AnyCall = {
  readonly own?: Allowance;
  readonly ofModels?: Allowances;
  /** False: the master key's. */
  readonly hasKey?: boolean;
  readonly customer?: string | null;
  readonly tags?: readonly string[];
  readonly inputTokens?: number;
  readonly outputTokens?: number;
};

/** A call of `m` with the key `k1` of the user `u1` in the team `t1`. */
export function callOf({ own, ofModels, hasKey = true, customer = null, tags = [], ...tokens }: AnyCall): LimitedCall {
  const parties = hasKey ? [partyOf('key', 'k1', own, ofModels), partyOf('user', 'u1'), partyOf('team', 't1')] : [];
  return {
    parties: [
      ...parties,
      ...(customer === null ? [] : [partyOf('customer', customer)]),
      ...tags.map((tag) => partyOf('tag', tag)),
    ],
    modelNames: () => ['m'],
    inputTokens: 10,
    outputTokens: 10,
    ...tokens,
  };
}

export function partyOf(
  kind: LimitedParty['kind'],
  id: string,
  allowance: Allowance = NO_ALLOWANCE,
  modelAllowances: Allowances = new Map(),
): LimitedParty {
  return { kind, id, allowance, modelAllowances };
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
