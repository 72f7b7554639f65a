import type { ReasoningEffort, ReasoningWish } from '../inference/index.ts';

const EFFORTS: ReadonlySet<unknown> = new Set<ReasoningEffort>([
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
]);

export function isEffort(word: unknown): word is ReasoningEffort {
  return EFFORTS.has(word);
}

/**
 * A wish to think in the one word that OpenAI's dialects have for it. A model that is not known to think is not told
 * not to: most of those that do not refuse the field.
 */
export function effortOf({ mode, effort, budgetTokens }: ReasoningWish, thinks: boolean): ReasoningEffort | null {
  if (effort !== null) return effort;
  if (mode === 'off') return thinks ? 'none' : null;
  if (budgetTokens !== null) return effortOfBudget(budgetTokens);
  return mode === 'on' ? 'medium' : null;
}

/** Google's table for its compatible endpoint: low is 1,024 tokens, medium 8,192, high 24,576. */
function effortOfBudget(tokens: number): ReasoningEffort {
  if (tokens <= 1_024) return 'low';
  return tokens <= 8_192 ? 'medium' : 'high';
}
