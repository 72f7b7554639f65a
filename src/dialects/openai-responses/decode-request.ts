import type { ChatRequest, Message, OutputFormat, ReasoningWish, Sampling } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { isEffort } from '../effort.ts';
import { missingField, wrongType } from '../fields.ts';
import { asBoolean, asNumber, asObject, asText } from '../loosely.ts';
import { othersOf, own } from '../openai-responses-items/own.ts';
import { decodeItems } from './decode-items.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';

/** What has a canonical place. Everything else (`store`, `include`, `truncation`, …) goes along for this dialect. */
const CANONICAL: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'temperature',
  'top_p',
  'top_logprobs',
  'presence_penalty',
  'frequency_penalty',
  'max_output_tokens',
  'stream',
  'user',
  'prompt_cache_key',
  'service_tier',
  'metadata',
]);

const LOGPROBS = 'message.output_text.logprobs';
const SUMMARIES: ReadonlySet<unknown> = new Set(['auto', 'concise', 'detailed']);
const VERBOSITIES: ReadonlySet<unknown> = new Set(['low', 'medium', 'high']);

export function decodeResponsesRequest({ body, model, stream }: ReceivedRequest): ChatRequest {
  const { choice, raw: rawChoice } = decodeToolChoice(body['tool_choice']);
  const text = asObject(body['text']);
  const verbosity = text?.['verbosity'];
  const others = {
    ...othersOf(body, CANONICAL),
    ...(rawChoice === null ? {} : { tool_choice: rawChoice }),
    ...rest('text', text, ['format', ...(VERBOSITIES.has(verbosity) ? ['verbosity'] : [])]),
    ...rest('reasoning', asObject(body['reasoning']), ['effort', 'summary', 'generate_summary']),
  };
  return {
    model,
    messages: [...decodeInstructions(body['instructions']), ...decodeInput(body, model)],
    tools: decodeTools(body['tools']),
    toolChoice: choice,
    parallelToolCalls: asBoolean(body['parallel_tool_calls']),
    output: decodeFormat(text?.['format']),
    reasoning: decodeReasoning(asObject(body['reasoning'])),
    sampling: decodeSampling(body),
    maxOutputTokens: asNumber(body['max_output_tokens']),
    verbosity: VERBOSITIES.has(verbosity) ? (verbosity as ChatRequest['verbosity']) : null,
    modalities: null,
    stream,
    endUser: asText(body['user']),
    cacheKey: asText(body['prompt_cache_key']),
    serviceTier: asText(body['service_tier']),
    metadata: asObject(body['metadata']),
    ...own(others),
  };
}

function rest(name: string, object: JsonObject | null, known: readonly string[]): JsonObject {
  const others = object === null ? null : othersOf(object, new Set(known));
  return others === null ? {} : { [name]: others };
}

/** Marked, so that this dialect's encoder puts them back where they were. */
function decodeInstructions(instructions: unknown): readonly Message[] {
  if (instructions === undefined || instructions === null) return [];
  if (typeof instructions !== 'string') throw wrongType('instructions', 'a string', instructions);
  const content = [{ type: 'text', text: instructions } as const];
  return [{ role: 'system', rank: 'system', content, ...own({ place: 'instructions' }) }];
}

function decodeInput(
  { input, previous_response_id, conversation, prompt }: JsonObject,
  model: string,
): readonly Message[] {
  const isPartial = [previous_response_id, conversation, prompt].some((value) => value !== undefined && value !== null);
  if (input === undefined || input === null) {
    if (isPartial) return [];
    throw missingField('input');
  }
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }], name: null }];
  if (!Array.isArray(input)) throw wrongType('input', 'a string or an array of items', input);
  return decodeItems(input, model, isPartial);
}

function decodeFormat(format: unknown): OutputFormat {
  if (!isJsonObject(format)) return { type: 'text' };
  if (format['type'] === 'json_object') return { type: 'json' };
  if (format['type'] !== 'json_schema') return { type: 'text' };
  const schema = format['schema'];
  if (!isJsonObject(schema)) throw wrongType('text.format.schema', 'an object', schema);
  return {
    type: 'json-schema',
    name: asText(format['name']),
    description: asText(format['description']),
    schema,
    strict: asBoolean(format['strict']),
  };
}

/** `generate_summary` is the older name. Who asks for a summary wants to see it. */
function decodeReasoning(reasoning: JsonObject | null): ReasoningWish | null {
  if (reasoning === null) return null;
  const effort = isEffort(reasoning['effort']) ? reasoning['effort'] : null;
  const wanted = reasoning['summary'] ?? reasoning['generate_summary'];
  const summary = SUMMARIES.has(wanted) ? (wanted as NonNullable<ReasoningWish['summary']>) : null;
  return {
    mode: effort === 'none' ? 'off' : null,
    effort,
    budgetTokens: null,
    summary,
    isShown: summary === null ? null : true,
  };
}

/** Penalties are Open Responses' own. */
function decodeSampling(body: JsonObject): Sampling {
  const include = body['include'];
  const topLogprobs = asNumber(body['top_logprobs']);
  return {
    temperature: asNumber(body['temperature']),
    topP: asNumber(body['top_p']),
    topK: null,
    minP: null,
    presencePenalty: asNumber(body['presence_penalty']),
    frequencyPenalty: asNumber(body['frequency_penalty']),
    repetitionPenalty: null,
    seed: null,
    stop: [],
    logitBias: null,
    logprobs: Array.isArray(include) && include.includes(LOGPROBS) ? true : null,
    topLogprobs,
    n: 1,
  };
}
