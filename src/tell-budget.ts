import type { BudgetNews } from './limits/index.ts';
import type { Rooms } from './pipeline/index.ts';
import { formatUsd } from './std/index.ts';
import type { Log, Tallies } from './telemetry/index.ts';

const TOLD: Readonly<Record<BudgetNews['reached'], string>> = {
  soft: 'a soft budget is reached',
  most: '80 % of a budget are spent',
  all: 'a budget is used up',
};

/** Budgets that run out: a line in the log and a count, once in each window. */
export function openBudgetTeller(tallies: Tallies, log: Log): Rooms['tellBudget'] {
  return ({ kind, rule, window, reached, usedNanoUsd, limitNanoUsd, resetsAtMs }) => {
    tallies.countBudget(kind, reached);
    log.warn(TOLD[reached], {
      budget: rule,
      window,
      spent_usd: formatUsd(BigInt(usedNanoUsd)),
      limit_usd: formatUsd(BigInt(limitNanoUsd)),
      resets_at: resetsAtMs === null ? null : new Date(resetsAtMs).toISOString(),
    });
  };
}
