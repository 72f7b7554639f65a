import type { FinishReason, Usage } from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';
import { readUsage } from './usage.ts';

/** What was seen in an answer's bytes as they flowed by. */
export type Observation = {
  /** null: the answer named none. */
  readonly usage: Usage | null;
  /** `id` of the body: the upstream's, not unique. */
  readonly upstreamId: string | null;
  readonly model: string | null;
  readonly finishReason: FinishReason | null;
  /** Bytes of generated text, reasoning and tool arguments; for an estimate where `usage` is null. */
  readonly contentBytes: number;
  /** An error object in an answer whose status said that all was well. */
  readonly error: { readonly message: string; readonly code: string | null } | null;
};

const FINISH: Readonly<Record<string, FinishReason['unified']>> = {
  stop: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  error: 'error',
};

/** What one JSON object of an answer adds: a whole plain answer, or one event of a stream. */
export type Seen = {
  usage: Usage | null;
  upstreamId: string | null;
  model: string | null;
  finishReason: FinishReason | null;
  contentBytes: number;
  error: Observation['error'];
};

export function nothingSeen(): Seen {
  return { usage: null, upstreamId: null, model: null, finishReason: null, contentBytes: 0, error: null };
}

/** Adds what the object says to what was seen before it; later usage replaces earlier, the first id and model stay. */
export function see(seen: Seen, body: JsonObject): void {
  if (seen.upstreamId === null && typeof body['id'] === 'string' && body['id'] !== '') seen.upstreamId = body['id'];
  if (seen.model === null && typeof body['model'] === 'string' && body['model'] !== '') seen.model = body['model'];
  const groq = body['x_groq'];
  seen.usage = readUsage(body['usage']) ?? (isJsonObject(groq) ? readUsage(groq['usage']) : null) ?? seen.usage;
  seen.error = errorIn(body) ?? seen.error;
  const choices = body['choices'];
  if (!Array.isArray(choices)) return;
  for (const choice of choices) {
    if (!isJsonObject(choice)) continue;
    const reason = choice['finish_reason'];
    if (typeof reason === 'string' && reason !== '')
      seen.finishReason = { unified: FINISH[reason] ?? 'other', raw: reason };
    seen.contentBytes += contentOf(choice);
  }
}

function contentOf(choice: JsonObject): number {
  const holder = choice['delta'] ?? choice['message'];
  return textBytes(choice['text']) + (isJsonObject(holder) ? messageBytes(holder) : 0);
}

/** Everything that a model wrote: text (a list of parts at Mistral's), reasoning in its three spellings, tool calls. */
function messageBytes(message: JsonObject): number {
  const {
    content,
    reasoning_content: thought,
    reasoning,
    refusal,
    tool_calls: calls,
    function_call: call,
    audio,
  } = message;
  return (
    partBytes(content) +
    // Both spellings of one thought come together from some servers: it was generated once.
    Math.max(textBytes(thought), textBytes(reasoning)) +
    textBytes(refusal) +
    partBytes(calls) +
    (isJsonObject(call) ? JSON.stringify(call).length : 0) +
    (isJsonObject(audio) ? JSON.stringify(audio).length : 0)
  );
}

function partBytes(value: unknown): number {
  if (Array.isArray(value)) return value.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(value));
  return textBytes(value);
}

function textBytes(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0;
}

function errorIn(body: JsonObject): Observation['error'] {
  const { error } = body;
  if (typeof error === 'string' && error !== '') return { message: error, code: null };
  if (!isJsonObject(error)) return null;
  const code = error['code'] ?? error['status_code'] ?? error['type'];
  return {
    message: typeof error['message'] === 'string' ? error['message'] : JSON.stringify(error),
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : null,
  };
}
