import type { ChatRequest, OutputFormat, ReasoningEffort, ReasoningWish } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { type FieldRules, isInteger, isList, isNumber, isObject, isText, requireFields } from '../fields.ts';
import { numberOrNull, OWN, restOf, textIn, textOrNull } from './own.ts';
import { decodeToolChoice, decodeTools } from './tools.ts';
import { decodeMessages, decodeSystem, isBillingLine } from './turns.ts';

const RULES: FieldRules = [
  ['max_tokens', isInteger(0, 1e9)],
  ['temperature', isNumber],
  ['top_p', isNumber],
  ['top_k', isNumber],
  ['stop_sequences', isList],
  ['thinking', isObject],
  ['output_config', isObject],
  ['output_format', isObject],
  ['metadata', isObject],
  ['service_tier', isText],
];

const REQUEST_FIELDS: ReadonlySet<string> = new Set([
  ...RULES.map(([name]) => name),
  ...['model', 'messages', 'system', 'stream', 'tools', 'tool_choice'],
  // Vertex's place for what is a header elsewhere.
  'anthropic_version',
]);
const THINKING_FIELDS: ReadonlySet<string> = new Set(['type', 'budget_tokens', 'display']);
const CONFIG_FIELDS: ReadonlySet<string> = new Set(['effort', 'format']);
const USER_FIELDS: ReadonlySet<string> = new Set(['user_id']);

const MODES: ReadonlyMap<string, ReasoningWish['mode']> = new Map([
  ['enabled', 'on'],
  ['disabled', 'off'],
  ['adaptive', 'adaptive'],
]);
const EFFORTS: ReadonlySet<unknown> = new Set<ReasoningEffort>(['low', 'medium', 'high', 'xhigh', 'max']);

export function decodeRequest({ body, model, stream }: ReceivedRequest): ChatRequest {
  requireFields(body, RULES);
  const choice = isJsonObject(body['tool_choice']) ? body['tool_choice'] : {};
  const single = choice['disable_parallel_tool_use'];
  const metadata = objectOr(body['metadata']);
  return {
    model,
    messages: [...decodeSystem(body['system']), ...decodeMessages(body['messages'])],
    tools: decodeTools(body['tools']),
    toolChoice: decodeToolChoice(body['tool_choice']),
    parallelToolCalls: typeof single === 'boolean' ? !single : null,
    output: decodeOutput(objectOr(body['output_config'])['format'] ?? body['output_format']),
    reasoning: decodeThinking(body),
    sampling: decodeSampling(body),
    maxOutputTokens: numberOrNull(body['max_tokens']),
    verbosity: null,
    modalities: null,
    stream,
    endUser: textOrNull(metadata['user_id']),
    cacheKey: null,
    serviceTier: body['service_tier'] === 'standard_only' ? 'default' : textOrNull(body['service_tier']),
    metadata: null,
    extensions: { [OWN]: ownFields(body) },
  };
}

/**
 * What is only this dialect's, and of the fields that are read in part the other part. Always there: by it the encoder
 * knows a request that was written for Anthropic.
 */
function ownFields(body: JsonObject): JsonObject {
  const own: Record<string, unknown> = { ...restOf(body, REQUEST_FIELDS) };
  const billing = Array.isArray(body['system']) ? body['system'].filter(isBillingLine) : [];
  if (billing.length > 0) own['system'] = billing;
  keepRest(own, 'thinking', body, THINKING_FIELDS);
  keepRest(own, 'output_config', body, CONFIG_FIELDS);
  keepRest(own, 'metadata', body, USER_FIELDS);
  return own;
}

function keepRest(own: Record<string, unknown>, name: string, body: JsonObject, known: ReadonlySet<string>): void {
  const rest = restOf(objectOr(body[name]), known);
  if (rest !== null) own[name] = rest;
}

/** `output_format` is the older name of `output_config.format`. */
function decodeOutput(format: unknown): OutputFormat {
  const schema = objectOr(format)['schema'];
  if (!isJsonObject(schema)) return { type: 'text' };
  return { type: 'json-schema', name: null, description: null, schema, strict: null };
}

function decodeThinking(body: JsonObject): ReasoningWish | null {
  const thinking = objectOr(body['thinking']);
  const effort = objectOr(body['output_config'])['effort'];
  const mode = MODES.get(textIn(thinking['type'])) ?? null;
  if (mode === null && !isEffort(effort)) return null;
  const { display } = thinking;
  return {
    mode,
    effort: isEffort(effort) ? effort : null,
    budgetTokens: numberOrNull(thinking['budget_tokens']),
    summary: null,
    isShown: display === 'summarized' ? true : display === 'omitted' ? false : null,
  };
}

function isEffort(value: unknown): value is ReasoningEffort {
  return EFFORTS.has(value);
}

function decodeSampling(body: JsonObject): ChatRequest['sampling'] {
  const stop = body['stop_sequences'];
  return {
    temperature: numberOrNull(body['temperature']),
    topP: numberOrNull(body['top_p']),
    topK: numberOrNull(body['top_k']),
    minP: null,
    presencePenalty: null,
    frequencyPenalty: null,
    repetitionPenalty: null,
    seed: null,
    stop: Array.isArray(stop) ? stop.filter((word) => typeof word === 'string') : [],
    logitBias: null,
    logprobs: null,
    topLogprobs: null,
    n: 1,
  };
}

function objectOr(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
