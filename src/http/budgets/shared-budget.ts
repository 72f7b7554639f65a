import { hasTerms, type Party, type StatedTerms, termsWith } from '../../access/index.ts';
import { encodeTerms, isoOrNull, type SpentBy, type Whose } from '../management/terms-answer.ts';

/** A budget that several share the terms of, in LiteLLM's fields. What is spent is each one's own. */
export async function encodeBudget(budget: Party, spentBy: SpentBy) {
  // Windows are the same for everybody, and so is when they end.
  const ofNobody: SpentBy = async (scope, window) => ({ ...(await spentBy(scope, window)), nanoUsd: 0n });
  const { spend: _, model_spend: _of, budgets, ...terms } = await encodeTerms(EVERYBODY, budget, ofNobody);
  return {
    budget_id: budget.id,
    ...terms,
    budgets: budgets.map(({ spend: _spend, ...further }) => further),
    created_at: isoOrNull(budget.createdAtMs),
    created_by: budget.createdBy,
    updated_at: isoOrNull(budget.updatedAtMs),
    updated_by: budget.updatedBy,
  };
}

const EVERYBODY: Whose = { kind: 'gateway', id: '' };

/** Somebody's own terms with what is spent of those that hold, and the budget that completes them; null: none does. */
export async function encodeSharing(whose: Whose, own: StatedTerms, budget: Party | null, spentBy: SpentBy) {
  const terms = await encodeTerms(whose, termsWith(own, null), spentBy);
  if (budget === null) return { ...terms, budget_id: null, litellm_budget_table: null };
  const [held, shown] = await Promise.all([
    encodeTerms(whose, termsWith(own, budget), spentBy),
    encodeBudget(budget, spentBy),
  ]);
  return {
    ...terms,
    spend: held.spend,
    model_spend: held.model_spend,
    budget_reset_at: held.budget_reset_at,
    budget_id: budget.id,
    litellm_budget_table: shown,
  };
}

/** What somebody has spent, and what holds for it: its own terms and those of its budget together. */
export async function encodeHeld(
  whose: Whose,
  own: StatedTerms,
  budget: Party | null,
  spentBy: SpentBy,
): Promise<{ readonly spend: number; readonly litellm_budget_table: Readonly<Record<string, unknown>> | null }> {
  const held = termsWith(own, budget);
  const { spend, ...terms } = await encodeTerms(whose, held, spentBy);
  return { spend, litellm_budget_table: hasTerms(held) ? { budget_id: budget?.id ?? null, ...terms } : null };
}
