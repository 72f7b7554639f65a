import type { ChatRequest, OutputFormat, ReasoningEffort, ReasoningWish, Warning } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ModelFacts } from '../dialect.ts';
import { wrongType } from '../fields.ts';
import { leftOut, warnOfWishes } from '../left-out.ts';

/** `format`: the word `json`, or a schema itself. */
export function readFormat(format: unknown): OutputFormat {
  if (format === undefined || format === null || format === '') return { type: 'text' };
  if (format === 'json') return { type: 'json' };
  if (!isJsonObject(format)) throw wrongType('format', "'json' or a JSON schema", format);
  return { type: 'json-schema', name: null, description: null, schema: format, strict: null };
}

export function writeFormat(output: OutputFormat): JsonObject {
  if (output.type === 'text') return {};
  return { format: output.type === 'json' ? 'json' : output.schema };
}

const LEVELS: ReadonlySet<unknown> = new Set<ReasoningEffort>(['low', 'medium', 'high', 'max']);

/** `think`: whether, or how hard. */
export function readThink(think: unknown): ReasoningWish | null {
  if (think === undefined || think === null) return null;
  const wish: ReasoningWish = { mode: 'on', effort: null, budgetTokens: null, summary: null, isShown: null };
  if (typeof think === 'boolean') return { ...wish, mode: think ? 'on' : 'off' };
  if (!LEVELS.has(think)) throw wrongType('think', "true, false, 'low', 'medium', 'high' or 'max'", think);
  return { ...wish, effort: think as ReasoningEffort };
}

const NEAREST: Readonly<Record<ReasoningEffort, boolean | string>> = {
  none: false,
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'max',
};

/** Models that think at no word of ours are refused `think: true` with 400. */
export function writeThink(wish: ReasoningWish | null, { thinking }: ModelFacts): JsonObject {
  const think = wish === null ? null : thinkOf(wish);
  return think === null || (think !== false && thinking === 'none') ? {} : { think };
}

function thinkOf({ mode, effort, budgetTokens }: ReasoningWish): boolean | string | null {
  if (mode === 'off') return false;
  if (effort !== null) return NEAREST[effort];
  return mode === null && budgetTokens === null ? null : true;
}

const UNSAID = ['sampling.logitBias', 'sampling.n', 'parallelToolCalls', 'verbosity', 'modalities'] as const;

export function warnings(request: ChatRequest, { thinking }: ModelFacts): Warning[] {
  const { reasoning } = request;
  const warned = warnOfWishes(request, UNSAID, 'Ollama');
  if (reasoning === null || reasoning.mode === 'off' || reasoning.effort === 'none') return warned;
  if (thinking === 'none') warned.push({ field: 'reasoning', message: 'The model does not think.' });
  else if (reasoning.budgetTokens !== null) warned.push(leftOut('reasoning.budgetTokens', 'Ollama'));
  return warned;
}
