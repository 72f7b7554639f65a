import type { ReasoningEffort, ReasoningWish } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ModelFacts } from '../dialect.ts';
import type { Encoding } from './encoding.ts';

export type EncodedThinking = { readonly thinking: JsonObject | null; readonly effort: string | null };

export type ThinkingCircumstances = {
  readonly manner: ModelFacts['thinking'];
  readonly maxTokens: number;
  /** The request was written for Anthropic: it is taken at its word unless the model is known to want another. */
  readonly isOwn: boolean;
  /** A tool must be called, which excludes thinking by a budget. */
  readonly isForced: boolean;
};

const LEAST_BUDGET = 1024;
const MOST_BUDGET = 128_000;

/** An effort as a share of the output limit: OpenRouter's table, by which the budget always fits under the limit. */
const SHARES: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.95,
  max: 0.95,
};

/**
 * Other dialects' efforts in the words of `output_config.effort`. `xhigh` is refused by some that take `max` (recorded:
 * "does not support effort level 'xhigh'. Supported levels: high, low, max, medium").
 */
const EFFORTS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
};

const NOTHING: EncodedThinking = { thinking: null, effort: null };

export function encodeThinking(
  wish: ReasoningWish | null,
  circumstances: ThinkingCircumstances,
  encoding: Encoding,
): EncodedThinking {
  if (wish === null) return NOTHING;
  const { manner, isOwn } = circumstances;
  const isOff = wish.mode === 'off' || wish.effort === 'none' || wish.budgetTokens === 0;
  if (isOff) return { thinking: manner === 'none' ? null : { type: 'disabled' }, effort: isOwn ? wish.effort : null };
  if (isOwn && wish.mode === null) return { thinking: null, effort: wish.effort };
  if (manner === 'none') {
    encoding.warn('reasoning', `The model does not think; what was said about it was left out.`);
    return NOTHING;
  }
  const wanted = manner ?? (isOwn ? wish.mode : null);
  // Unknown: a model of tomorrow decides by itself, as all since Opus 4.6 do.
  return wanted === 'budget' || wanted === 'on'
    ? byBudget(wish, circumstances, encoding)
    : adaptive(wish, circumstances);
}

function adaptive(wish: ReasoningWish, { isOwn, maxTokens }: ThinkingCircumstances): EncodedThinking {
  return { thinking: { type: 'adaptive', ...shown(wish) }, effort: effortOf(wish, isOwn, maxTokens) };
}

function effortOf({ effort, budgetTokens }: ReasoningWish, isOwn: boolean, maxTokens: number): string | null {
  if (effort !== null && effort !== 'none') return isOwn ? effort : EFFORTS[effort];
  if (budgetTokens === null) return null;
  const share = budgetTokens / maxTokens;
  if (share > SHARES.medium) return 'high';
  return share > SHARES.low ? 'medium' : 'low';
}

function byBudget(wish: ReasoningWish, circumstances: ThinkingCircumstances, encoding: Encoding): EncodedThinking {
  const { maxTokens, isForced, isOwn } = circumstances;
  const effort = isOwn && wish.mode === 'on' ? wish.effort : null;
  if (isForced) {
    encoding.warn('reasoning', 'The model cannot think where it must call a tool; the tool was given precedence.');
    return { thinking: null, effort };
  }
  const level = wish.effort === null || wish.effort === 'none' ? 'medium' : wish.effort;
  const asked = wish.budgetTokens ?? Math.floor(Math.min(maxTokens * SHARES[level], MOST_BUDGET));
  const budget = Math.min(Math.max(asked, LEAST_BUDGET), maxTokens - 1);
  if (budget < LEAST_BUDGET) {
    encoding.warn('reasoning', `Thinking takes an output limit above ${LEAST_BUDGET} tokens; it was left out.`);
    return { thinking: null, effort };
  }
  if (wish.budgetTokens !== null && budget !== wish.budgetTokens)
    encoding.warn(
      'reasoning.budget',
      `The thinking budget must be from ${LEAST_BUDGET} to below the output limit: ${budget}.`,
    );
  return { thinking: { type: 'enabled', budget_tokens: budget, ...shown(wish) }, effort };
}

function shown({ isShown, summary }: ReasoningWish): JsonObject {
  if (isShown === null && summary === null) return {};
  return { display: isShown === false ? 'omitted' : 'summarized' };
}
