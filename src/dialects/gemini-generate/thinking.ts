import type { ReasoningEffort, ReasoningWish } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { UpstreamTarget } from '../dialect.ts';
import { camelCased } from '../google/spelling.ts';
import { asNumber, asText } from '../loosely.ts';

const EFFORTS: Readonly<Record<string, ReasoningEffort>> = {
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
};

const LEVELS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, string>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

/** What Google's own OpenAI-compatible endpoint makes of `reasoning_effort` for Gemini 2.5. */
const BUDGETS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};

const DYNAMIC = -1;

export function readThinking(raw: JsonObject): ReasoningWish {
  const { thinkingBudget, thinkingLevel, includeThoughts } = camelCased(raw);
  const budget = asNumber(thinkingBudget);
  const level = asText(thinkingLevel)?.toLowerCase() ?? '';
  return {
    mode: budget === null ? null : modeOf(budget),
    effort: Object.hasOwn(EFFORTS, level) ? (EFFORTS[level] ?? null) : null,
    budgetTokens: budget !== null && budget > 0 ? budget : null,
    summary: null,
    isShown: typeof includeThoughts === 'boolean' ? includeThoughts : null,
  };
}

function modeOf(budget: number): ReasoningWish['mode'] {
  if (budget === 0) return 'off';
  return budget === DYNAMIC ? 'adaptive' : 'on';
}

/** null: nothing is to be said. `unthinking`: the model cannot, and refuses the whole field. */
export function writeThinking(wish: ReasoningWish, target: UpstreamTarget): JsonObject | 'unthinking' | null {
  const isOff = wish.mode === 'off' || wish.effort === 'none';
  const means = target.facts.thinking ?? meansByName(target.model);
  if (means === 'none') return isOff ? null : 'unthinking';
  const shown = shownOf(wish);
  const config = {
    ...(isOff ? leastThinking(means, target.model) : amountOf(wish, means)),
    ...(shown === null ? {} : { includeThoughts: shown && !isOff }),
  };
  return Object.keys(config).length === 0 ? null : config;
}

type Means = 'effort' | 'budget' | 'adaptive';

/** Google's defaults keep thoughts to itself; a client of another API that asks for a summary wants to see them. */
function shownOf({ isShown, summary }: ReasoningWish): boolean | null {
  return isShown ?? (summary === null ? null : true);
}

/** A budget is taken by later models, too; a level by none before Gemini 3, and both at once by none. */
function amountOf({ mode, effort, budgetTokens }: ReasoningWish, means: Means): JsonObject {
  if (budgetTokens !== null && (means === 'budget' || effort === null)) return { thinkingBudget: budgetTokens };
  if (effort !== null && effort !== 'none') {
    return means === 'budget' ? { thinkingBudget: BUDGETS[effort] } : { thinkingLevel: LEVELS[effort] };
  }
  return mode === 'adaptive' && means === 'budget' ? { thinkingBudget: DYNAMIC } : {};
}

/** The Pro models always think: 128 tokens are the least of Gemini 2.5 Pro, `low` the least level of Gemini 3 Pro. */
function leastThinking(means: Means, model: string): JsonObject {
  const isPro = /-pro\b/.test(model);
  if (means === 'budget') return { thinkingBudget: isPro ? 128 : 0 };
  return { thinkingLevel: isPro ? 'LOW' : 'MINIMAL' };
}

/** Where the catalog does not know the model. Gemini 2.0 and before do not think; from 3 on levels are the way. */
function meansByName(model: string): Means | 'none' {
  const generation = generationOf(model);
  if (generation === null || generation >= 3) return 'effort';
  return generation >= 2.5 ? 'budget' : 'none';
}

/** The number in `gemini-2.5-flash`; null: the name has none. */
export function generationOf(model: string): number | null {
  const match = /gemini-(\d+(?:\.\d+)?)/.exec(model);
  return match === null ? null : Number(match[1]);
}
