import type { ChatRequest, OutputFormat, ReasoningWish, Sampling } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { effortOf } from '../effort.ts';
import { asObject } from '../loosely.ts';
import { othersOf, ownOf } from '../openai-responses-items/own.ts';
import { encodeMessages } from './encode-items.ts';
import { encodeToolChoice, encodeTools, hostedChoice, ownChoice } from './encode-tools.ts';
import { type Encoding, leaveOut } from './encoding.ts';

/** Members of the client's that are put together anew. */
const SAID_ANEW: ReadonlySet<string> = new Set(['tool_choice', 'text', 'reasoning']);

const LOGPROBS = 'message.output_text.logprobs';
const ENCRYPTED = 'reasoning.encrypted_content';
const SOURCES = 'web_search_call.action.sources';

/** OpenAI answers 400 below this: "integer below minimum value. Expected a value >= 16". */
const LEAST_OUTPUT_TOKENS = 16;
/** OpenAI answers 400 to a longer `user` or `prompt_cache_key`. Claude Code's user ids have 126 letters and more. */
const LONGEST_ID = 64;

/** Anthropic's word for OpenAI's `default`. */
const TIERS: Readonly<Record<string, string>> = { standard_only: 'default', standard: 'default' };

const UNKNOWN_TO_RESPONSES: readonly (readonly [keyof Sampling, (sampling: Sampling) => boolean])[] = [
  ['topK', ({ topK }) => topK !== null],
  ['minP', ({ minP }) => minP !== null],
  ['presencePenalty', ({ presencePenalty }) => presencePenalty !== null && presencePenalty !== 0],
  ['frequencyPenalty', ({ frequencyPenalty }) => frequencyPenalty !== null && frequencyPenalty !== 0],
  ['repetitionPenalty', ({ repetitionPenalty }) => repetitionPenalty !== null && repetitionPenalty !== 1],
  ['seed', ({ seed }) => seed !== null],
  ['stop', ({ stop }) => stop.length > 0],
  ['logitBias', ({ logitBias }) => logitBias !== null],
  ['n', ({ n }) => n > 1],
];

export function encodeResponsesRequest(request: ChatRequest, target: UpstreamTarget): EncodedRequest {
  const encoding: Encoding = { request, target, warnings: [] };
  const mine = ownOf(request);
  const tools = encodeTools(encoding);
  const body = {
    ...(mine === null ? null : othersOf(mine, SAID_ANEW)),
    model: target.model,
    ...encodeMessages(encoding),
    ...(tools.length === 0 ? {} : { tools }),
    ...encodeChoice(encoding, tools.length > 0, mine),
    ...encodeText(request, asObject(mine?.['text'])),
    ...encodeReasoning(encoding, asObject(mine?.['reasoning'])),
    ...encodeSampling(encoding),
    ...encodeLimit(encoding),
    ...encodeSettings(encoding),
    ...encodeKeeping(encoding, mine),
    ...(request.stream ? { stream: true } : {}),
  };
  return { body, headers: [], warnings: encoding.warnings };
}

/** Without tools the API refuses a choice that demands one. */
function encodeChoice(encoding: Encoding, hasTools: boolean, mine: JsonObject | null): JsonObject {
  const { toolChoice, tools, parallelToolCalls } = encoding.request;
  const choice = ownChoice(mine) ?? hostedChoice(encoding) ?? encodeToolChoice(toolChoice, tools);
  const isDemand = choice !== null && choice !== 'auto' && choice !== 'none';
  if (!hasTools && tools.length > 0 && isDemand)
    leaveOut(encoding, 'tool_choice', 'None of the tools is left that the choice is about.');
  return {
    ...(choice === null || (!hasTools && isDemand) ? {} : { tool_choice: choice }),
    ...(parallelToolCalls === null ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

function encodeText({ output, verbosity }: ChatRequest, others: JsonObject | null): JsonObject {
  const format = encodeFormat(output);
  const text = {
    ...others,
    ...(format === null ? {} : { format }),
    ...(verbosity === null ? {} : { verbosity }),
  };
  return Object.keys(text).length === 0 ? {} : { text };
}

/** null: plain text, which goes without saying. */
export function encodeFormat(output: OutputFormat): JsonObject | null {
  if (output.type === 'text') return null;
  if (output.type === 'json') return { type: 'json_object' };
  const { name, description, schema, strict } = output;
  return {
    type: 'json_schema',
    name: name ?? 'answer',
    ...(description === null ? {} : { description }),
    schema,
    ...(strict === null ? {} : { strict }),
  };
}

function encodeReasoning(encoding: Encoding, others: JsonObject | null): JsonObject {
  const { reasoning: wish } = encoding.request;
  const { thinking } = encoding.target.facts;
  if (wish === null && others === null) return {};
  if (thinking === 'none') {
    if (wish !== null && wish.mode !== 'off') leaveOut(encoding, 'reasoning', 'The model does not think.');
    return {};
  }
  const effort = wish === null ? null : effortOf(wish, thinking !== null);
  const summary = wish === null ? null : summaryOf(wish);
  const reasoning = {
    ...others,
    ...(effort === null ? {} : { effort }),
    ...(summary === null ? {} : { summary }),
  };
  return Object.keys(reasoning).length === 0 ? {} : { reasoning };
}

/** OpenAI shows nothing of a thought unless it is asked for a summary; who turns thinking on elsewhere sees it. */
function summaryOf({ mode, summary, isShown }: ReasoningWish): ReasoningWish['summary'] {
  if (summary !== null) return summary;
  return isShown === true || (mode === 'on' && isShown === null) ? 'auto' : null;
}

function encodeSampling(encoding: Encoding): JsonObject {
  const { sampling } = encoding.request;
  for (const [field, isSaid] of UNKNOWN_TO_RESPONSES) {
    if (isSaid(sampling)) leaveOut(encoding, `sampling.${field}`, 'The Responses API does not have it.');
  }
  const { temperature, topP, topLogprobs } = sampling;
  const body: Record<string, unknown> = {};
  if (temperature !== null && takesSampling('temperature', encoding)) body['temperature'] = temperature;
  if (topP !== null && takesSampling('topP', encoding)) body['top_p'] = topP;
  if (topLogprobs !== null && takesSampling('topLogprobs', encoding)) body['top_logprobs'] = topLogprobs;
  return body;
}

function takesSampling(field: keyof Sampling, encoding: Encoding): boolean {
  if (encoding.target.facts.takesSampling !== false) return true;
  leaveOut(encoding, `sampling.${field}`, 'The model refuses this parameter.');
  return false;
}

function encodeLimit(encoding: Encoding): JsonObject {
  const { maxOutputTokens: limit } = encoding.target;
  if (limit === null) return {};
  if (limit < LEAST_OUTPUT_TOKENS)
    leaveOut(encoding, 'maxOutputTokens', `Raised from ${limit} to ${LEAST_OUTPUT_TOKENS}, the least that is taken.`);
  return { max_output_tokens: Math.max(limit, LEAST_OUTPUT_TOKENS) };
}

function encodeSettings(encoding: Encoding): JsonObject {
  const { modalities, endUser, cacheKey, serviceTier, metadata } = encoding.request;
  const others = modalities?.filter((modality) => modality !== 'text') ?? [];
  if (others.length > 0)
    leaveOut(encoding, 'modalities', `The Responses API answers in text, not in ${others.join(', ')}.`);
  return {
    ...shortId('user', endUser, encoding),
    ...shortId('prompt_cache_key', cacheKey, encoding),
    ...(serviceTier === null ? {} : { service_tier: TIERS[serviceTier] ?? serviceTier }),
    ...(metadata === null ? {} : { metadata }),
  };
}

function shortId(field: 'user' | 'prompt_cache_key', id: string | null, encoding: Encoding): JsonObject {
  if (id === null) return {};
  if (id.length <= LONGEST_ID) return { [field]: id };
  leaveOut(encoding, field, `It has ${id.length} letters; the Responses API takes ${LONGEST_ID}.`);
  return {};
}

/**
 * Nobody fetches the answer from the upstream by its id, so it is not to keep it; then thoughts can be continued only
 * if they come encrypted. A client that refers to what the upstream keeps, or says itself what to keep, has its way.
 */
function encodeKeeping(encoding: Encoding, mine: JsonObject | null): JsonObject {
  const refers = ['previous_response_id', 'conversation', 'background'].some((name) => isSaid(mine?.[name]));
  const store = mine?.['store'];
  const wanted = Array.isArray(mine?.['include']) ? (mine['include'] as readonly unknown[]) : [];
  const include = [...wanted];
  if (asksForLogprobs(encoding) && !include.includes(LOGPROBS)) include.push(LOGPROBS);
  const isKept = store === true || refers;
  if (!isKept && mine?.['include'] === undefined && thinks(encoding)) include.push(ENCRYPTED);
  if (mine === null && searches(encoding)) include.push(SOURCES);
  return {
    ...(isSaid(store) || refers ? {} : { store: false }),
    ...(include.length === 0 ? {} : { include }),
  };
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

function asksForLogprobs({ request: { sampling }, target }: Encoding): boolean {
  return (sampling.logprobs === true || (sampling.topLogprobs ?? 0) > 0) && target.facts.takesSampling !== false;
}

/** Other providers tell what a search found unasked. */
function searches({ request, target }: Encoding): boolean {
  if (target.takes?.includes('search_sources') !== true) return false;
  return request.tools.some((tool) => tool.type === 'server' && tool.service === 'web-search');
}

/** A model that does not think refuses the demand for encrypted thoughts: it is made where thinking is known or asked. */
function thinks({ request, target }: Encoding): boolean {
  const { thinking } = target.facts;
  if (thinking !== null) return thinking !== 'none';
  const { reasoning } = request;
  return (
    (reasoning !== null && reasoning.mode !== 'off') ||
    request.messages.some(
      (message) =>
        message.role === 'assistant' && message.content.some((part) => part.type === 'reasoning' && part.seal !== null),
    )
  );
}
