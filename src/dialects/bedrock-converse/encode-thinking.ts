import type { ReasoningEffort, ReasoningWish, ToolChoice, Warning } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ModelFacts } from '../dialect.ts';
import type { Family } from './family.ts';

export type ThinkingAsked = {
  readonly wish: ReasoningWish;
  readonly toolChoice: ToolChoice | null;
  readonly maxOutputTokens: number | null;
  readonly facts: ModelFacts;
};

export type Thinking = {
  /** For `additionalModelRequestFields`. */
  readonly fields: JsonObject;
  readonly isOn: boolean;
};

/** Anthropic's least, and about what each effort comes to with models that are told by a budget. */
const LEAST_BUDGET = 1_024;
const BUDGETS: Readonly<Record<ReasoningEffort, number>> = {
  none: 0,
  minimal: LEAST_BUDGET,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 24_576,
  max: 32_000,
};

const NO_THINKING: Thinking = { fields: {}, isOn: false };

/** How a wish to think is said to models of this family. */
export function encodeThinking(asked: ThinkingAsked, family: Family, warnings: Warning[]): Thinking {
  const { wish } = asked;
  const isOff = wish.mode === 'off' || wish.effort === 'none';
  switch (family.thinking) {
    case 'thinking':
      return isOff ? off({ thinking: { type: 'disabled' } }) : encodeAnthropic(asked, warnings);
    case 'reasoningConfig':
      return isOff
        ? off({ reasoningConfig: { type: 'disabled' } })
        : on({ reasoningConfig: { type: 'enabled', maxReasoningEffort: threeWords(wish) } });
    case 'reasoning_effort':
      return on({ reasoning_effort: isOff ? 'low' : threeWords(wish) });
    case 'reasoning_config':
      return isOff ? NO_THINKING : on({ reasoning_config: threeWords(wish) });
    case null:
      if (!isOff) warnings.push({ field: 'reasoning', message: 'Left out: this model is not told how to think.' });
      return NO_THINKING;
  }
}

function on(fields: JsonObject): Thinking {
  return { fields, isOn: true };
}

function off(fields: JsonObject): Thinking {
  return { fields, isOn: false };
}

function threeWords({ effort, budgetTokens }: ReasoningWish): 'low' | 'medium' | 'high' {
  if (effort === null) return budgetTokens === null ? 'medium' : threeWordsOfBudget(budgetTokens);
  if (effort === 'low' || effort === 'medium') return effort;
  return effort === 'minimal' || effort === 'none' ? 'low' : 'high';
}

function threeWordsOfBudget(tokens: number): 'low' | 'medium' | 'high' {
  if (tokens <= BUDGETS.low) return 'low';
  return tokens < BUDGETS.high ? 'medium' : 'high';
}

function encodeAnthropic({ wish, toolChoice, maxOutputTokens, facts }: ThinkingAsked, warnings: Warning[]): Thinking {
  const { mode, effort, budgetTokens, isShown } = wish;
  const display = isShown === null ? {} : { display: isShown ? 'summarized' : 'omitted' };
  const isForced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  const said = effort === null ? {} : { output_config: { effort: effort === 'minimal' ? 'low' : effort } };
  if (mode === null && budgetTokens === null && facts.thinking === 'effort') return on(said);
  if (isForced) {
    // Anthropic: thinking may not be enabled when a tool is forced.
    warnings.push({ field: 'reasoning', message: 'Left out: Claude does not think where a tool is forced.' });
    return NO_THINKING;
  }
  const isAdaptive = facts.thinking === 'adaptive' || (mode === 'adaptive' && facts.thinking !== 'budget');
  if (isAdaptive) return on({ thinking: { type: 'adaptive', ...display }, ...said });
  const wanted = budgetTokens ?? BUDGETS[effort ?? 'medium'];
  const budget = maxOutputTokens === null ? wanted : Math.min(wanted, maxOutputTokens - 1);
  if (budget < LEAST_BUDGET) {
    warnings.push({
      field: 'reasoning',
      message: `Left out: fewer than ${LEAST_BUDGET} tokens of output are left for it.`,
    });
    return NO_THINKING;
  }
  return on({ thinking: { type: 'enabled', budget_tokens: budget, ...display } });
}
