import type { ReasoningEffort, ReasoningWish } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { isEffort } from '../effort.ts';

/** What `additionalModelRequestFields` say that has a canonical place; `others` are kept as they came, null: none. */
export type ModelFields = {
  readonly reasoning: ReasoningWish | null;
  readonly topK: number | null;
  readonly parallelToolCalls: boolean | null;
  readonly others: JsonObject | null;
};

const NOTHING_SAID: ReasoningWish = { mode: null, effort: null, budgetTokens: null, summary: null, isShown: null };

/** `effort`: of `outputConfig`, where newer requests have it. */
export function decodeModelFields(given: unknown, effort: unknown): ModelFields {
  const fields = isJsonObject(given) ? given : {};
  const { top_k, inferenceConfig, tool_choice, output_config, ...rest } = fields;
  const nested = isJsonObject(inferenceConfig) ? inferenceConfig : {};
  const { topK: nestedTopK, ...nestedRest } = nested;
  const { effort: nestedEffort, ...outputRest } = isJsonObject(output_config) ? output_config : {};
  const { reasoning, others } = decodeReasoning(rest, effort ?? nestedEffort);
  const isParallelOnly = isJsonObject(tool_choice) && typeof tool_choice['disable_parallel_tool_use'] === 'boolean';
  const kept: JsonObject = {
    ...others,
    ...(typeof top_k === 'number' || top_k === undefined ? {} : { top_k }),
    ...nonEmpty('inferenceConfig', nestedRest),
    ...nonEmpty('output_config', outputRest),
    ...(isParallelOnly || tool_choice === undefined ? {} : { tool_choice }),
  };
  const topK = top_k ?? nestedTopK;
  return {
    reasoning,
    topK: typeof topK === 'number' ? topK : null,
    parallelToolCalls: isParallelOnly ? tool_choice['disable_parallel_tool_use'] !== true : null,
    others: Object.keys(kept).length === 0 ? null : kept,
  };
}

function nonEmpty(name: string, fields: JsonObject): JsonObject {
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}

/** Each family of models has a word of its own; see how they are written in `encode-thinking.ts`. */
function decodeReasoning(
  fields: JsonObject,
  effort: unknown,
): { readonly reasoning: ReasoningWish | null; readonly others: JsonObject } {
  const { thinking, reasoning_config, reasoning_effort, reasoningConfig, ...others } = fields;
  const anthropic = isJsonObject(thinking) ? thinking : reasoning_config;
  const nova = isJsonObject(reasoningConfig) ? reasoningConfig : {};
  const said = [effort, reasoning_effort, reasoning_config, nova['maxReasoningEffort']].find((word) => isEffort(word));
  const mode = MODES.get(isJsonObject(anthropic) ? anthropic['type'] : nova['type']);
  if (said === undefined && mode === undefined) return { reasoning: null, others: fields };
  const { budget_tokens, display } = isJsonObject(anthropic) ? anthropic : {};
  const reasoning: ReasoningWish = {
    ...NOTHING_SAID,
    mode: mode ?? null,
    effort: said === undefined ? null : (said as ReasoningEffort),
    budgetTokens: typeof budget_tokens === 'number' ? budget_tokens : null,
    isShown: typeof display === 'string' ? display !== 'omitted' : null,
  };
  return { reasoning, others };
}

const MODES: ReadonlyMap<unknown, ReasoningWish['mode']> = new Map([
  ['enabled', 'on'],
  ['disabled', 'off'],
  ['adaptive', 'adaptive'],
] as const);
