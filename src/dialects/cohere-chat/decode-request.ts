import type { ChatRequest, Message, OutputFormat, ReasoningWish, Sampling } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { asBoolean, asNumber, asObject, asText, asTexts, otherMembers } from '../loosely.ts';
import { decodeMessages } from './decode-messages.ts';
import { decodeDocuments } from './documents.ts';
import { decodeTools, readToolChoice } from './tools.ts';

const KNOWN = new Set([
  'model',
  'messages',
  'documents',
  'tools',
  'strict_tools',
  'tool_choice',
  'stream',
  'response_format',
  'thinking',
  'max_tokens',
  'temperature',
  'p',
  'k',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop_sequences',
  'logprobs',
]);

export function decodeRequest({ body, model, stream, maxOutput }: ReceivedRequest): ChatRequest {
  const rest = otherMembers(body, KNOWN);
  return {
    model,
    messages: withDocuments(decodeMessages(body['messages'] as readonly JsonObject[]), body['documents']),
    tools: decodeTools(body),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: null,
    output: readFormat(asObject(body['response_format'])),
    reasoning: readThinking(asObject(body['thinking'])),
    sampling: readSampling(body),
    maxOutputTokens: maxOutput,
    verbosity: null,
    modalities: null,
    stream,
    endUser: null,
    cacheKey: null,
    serviceTier: null,
    metadata: null,
    ...(rest === null ? {} : { extensions: { 'cohere-chat': rest } }),
  };
}

/** After the instructions, before the conversation. */
function withDocuments(messages: readonly Message[], documents: unknown): readonly Message[] {
  const told = decodeDocuments(documents);
  if (told === null) return messages;
  const first = messages.findIndex(({ role }) => role !== 'system');
  const at = first === -1 ? messages.length : first;
  return [...messages.slice(0, at), told, ...messages.slice(at)];
}

/** `schema` is what v1 called it, and the first v2. */
function readFormat(format: JsonObject | null): OutputFormat {
  if (format?.['type'] !== 'json_object') return { type: 'text' };
  const schema = asObject(format['json_schema']) ?? asObject(format['schema']);
  if (schema === null) return { type: 'json' };
  return { type: 'json-schema', name: null, description: null, schema, strict: null };
}

function readThinking(thinking: JsonObject | null): ReasoningWish | null {
  if (thinking === null) return null;
  return {
    mode: asText(thinking['type']) === 'disabled' ? 'off' : 'on',
    effort: null,
    budgetTokens: asNumber(thinking['token_budget']),
    summary: null,
    isShown: null,
  };
}

function readSampling(body: JsonObject): Sampling {
  return {
    temperature: asNumber(body['temperature']),
    topP: asNumber(body['p']),
    topK: asNumber(body['k']),
    minP: null,
    presencePenalty: asNumber(body['presence_penalty']),
    frequencyPenalty: asNumber(body['frequency_penalty']),
    repetitionPenalty: null,
    seed: asNumber(body['seed']),
    stop: asTexts(body['stop_sequences']),
    logitBias: null,
    logprobs: asBoolean(body['logprobs']),
    topLogprobs: null,
    n: 1,
  };
}
