import type { ChatRequest, OpenAiExtra, OutputFormat } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { withFewerCacheMarks } from '../cache-marks.ts';
import type { EncodedRequest, UpstreamTarget } from '../dialect.ts';
import { asObject } from '../loosely.ts';
import { type Encoding, isKnown, leaveOut } from '../openai/encoding.ts';
import { othersOf, ownOf } from '../openai/own.ts';
import { encodeReasoning } from '../openai/reasoning-wish.ts';
import { encodeLimit, encodeSampling, takesSampling } from '../openai/sampling.ts';
import { withoutServerChoice } from '../tools/server-choice.ts';
import { USUAL_NAMES } from '../tools/tool-name.ts';
import { type SendableTools, withoutCustomTools, withoutNamespaces } from '../tools/without-custom-tools.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeToolChoice, encodeTools } from './tools.ts';

/** Members of the client's that are said anew from what the request has come to. */
const SAID_ANEW: ReadonlySet<string> = new Set([
  'reasoning',
  'reasoning_effort',
  'include_reasoning',
  'thinking',
  'stream_options',
]);

/** Anthropic's word for OpenAI's `default`. */
const TIERS: Readonly<Record<string, string>> = { standard_only: 'default', standard: 'default' };

export function encodeChatRequest(asked: ChatRequest, target: UpstreamTarget): EncodedRequest {
  const mine = ownOf(asked);
  const { request, renaming, warnings } = sendable(asked, target);
  const encoding: Encoding = { target, isOwn: mine !== null, warnings: [...warnings] };
  const body = {
    ...(mine === null ? null : othersOf(mine, SAID_ANEW)),
    model: target.model,
    messages: encodeMessages(request.messages, encoding),
    ...encodeTools(request.tools, encoding),
    ...encodeSampling(request.sampling, encoding),
    ...encodeLogprobs(request, encoding),
    ...encodeLimit(encoding),
    ...encodeReasoning(request.reasoning, mine, encoding),
    ...encodeOutput(request.output),
    ...encodeSettings(request, encoding),
    ...encodeStreaming(request.stream, mine),
  };
  return {
    body: { ...body, ...encodeChoice(request, body, encoding) },
    headers: [],
    warnings: encoding.warnings,
    ...renaming,
  };
}

/** A client of this dialect decides itself which tools it names, and how. */
function sendable(request: ChatRequest, { takes }: UpstreamTarget): SendableTools<ChatRequest> {
  if (ownOf(request) !== null) return { request, renaming: {}, warnings: [] };
  const without = takes?.includes('custom_tools') === true ? withoutNamespaces : withoutCustomTools;
  const free = withoutServerChoice(request);
  const named = without(free.request, USUAL_NAMES);
  const sent = { ...named, warnings: [...named.warnings, ...free.warnings] };
  // In Anthropic's words they go to Anthropic; of OpenAI's breakpoints the latest count, and none is refused.
  if (takes?.includes('cache_control') !== true) return sent;
  const { request: marked, warnings } = withFewerCacheMarks(sent.request);
  return { ...sent, request: marked, warnings: [...sent.warnings, ...warnings] };
}

function encodeLogprobs({ sampling: { logprobs, topLogprobs } }: ChatRequest, encoding: Encoding): JsonObject {
  if (logprobs !== true && topLogprobs === null) return logprobs === null ? {} : { logprobs };
  if (!takesSampling('sampling.logprobs', encoding)) return {};
  return { logprobs: logprobs ?? true, ...(topLogprobs === null ? {} : { top_logprobs: topLogprobs }) };
}

function encodeOutput(output: OutputFormat): JsonObject {
  if (output.type === 'text') return {};
  if (output.type === 'json') return { response_format: { type: 'json_object' } };
  const { name, description, schema, strict } = output;
  const described = {
    name: name ?? 'answer',
    ...(description === null ? {} : { description }),
    schema,
    ...(strict === null ? {} : { strict }),
  };
  return { response_format: { type: 'json_schema', json_schema: described } };
}

/** Without tools the API refuses both a choice and a word on parallel calls. */
function encodeChoice(request: ChatRequest, body: JsonObject, encoding: Encoding): JsonObject {
  const { toolChoice, parallelToolCalls, tools } = request;
  const choice = encodeToolChoice(toolChoice, tools);
  if (body['tools'] === undefined) {
    if (tools.length > 0 && choice !== null && choice !== 'auto' && choice !== 'none')
      leaveOut(encoding, 'tool_choice', 'None of the tools is left that the choice is about.');
    return {};
  }
  return {
    ...(choice === null ? {} : { tool_choice: choice }),
    ...(parallelToolCalls === null ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

function encodeSettings(request: ChatRequest, encoding: Encoding): JsonObject {
  const { verbosity, modalities, endUser, cacheKey, serviceTier, metadata } = request;
  const tier = serviceTier === null ? null : (TIERS[serviceTier] ?? serviceTier);
  const says = (field: OpenAiExtra): boolean => encoding.isOwn || isKnown(field, encoding);
  if (tier !== null && !says('service_tier'))
    leaveOut(encoding, 'service_tier', 'The upstream is not known to have tiers: the wish was left out.');
  return {
    ...(verbosity === null ? {} : { verbosity }),
    ...(modalities === null ? {} : { modalities }),
    ...(endUser === null || !says('user') ? {} : { user: endUser }),
    ...(cacheKey === null || !says('prompt_cache_key') ? {} : { prompt_cache_key: cacheKey }),
    ...(tier === null || !says('service_tier') ? {} : { service_tier: tier }),
    ...(metadata === null || !says('metadata') ? {} : { metadata }),
  };
}

/** The books need the usage whether the client wants it or not. */
function encodeStreaming(stream: boolean, mine: JsonObject | null): JsonObject {
  if (!stream) return {};
  return { stream, stream_options: { ...asObject(mine?.['stream_options']), include_usage: true } };
}
