import type { PartyTerms } from '../../access/index.ts';
import { ALL_TIME, nanoFromUsd, parseTimeWindow } from '../../std/index.ts';
import { instantIn, type LitellmRow } from './litellm-row.ts';
import type { SpentThere } from './moved.ts';

/** The budget that holds is the row's own, or the one that it shares. */
export function spentThere(
  row: LitellmRow,
  own: PartyTerms,
  shared: { readonly row: LitellmRow; readonly terms: PartyTerms } | null,
): SpentThere {
  const usd = Number(row['spend'] ?? 0);
  const nanoUsd = Number.isFinite(usd) && usd > 0 ? nanoFromUsd(usd) : 0n;
  const holding = hasBudget(own) ? { row, terms: own } : shared !== null && hasBudget(shared.terms) ? shared : null;
  if (holding === null) return { nanoUsd, window: null, resetAtMs: null };
  const { budgetDuration } = holding.terms.terms;
  return {
    nanoUsd,
    window: budgetDuration === undefined ? ALL_TIME : (parseTimeWindow(budgetDuration) ?? ALL_TIME),
    resetAtMs: budgetDuration === undefined ? null : instantIn(holding.row, 'budget_reset_at'),
  };
}

function hasBudget({ maxBudgetNanoUsd, terms }: PartyTerms): boolean {
  return maxBudgetNanoUsd !== null || terms.softBudget !== undefined;
}
