import type { ReadContent } from '../../administration/index.ts';
import type { PromptsMode } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ExchangeEvent, KeptSide } from '../../telemetry/index.ts';
import { asChat } from './as-chat.ts';

/** What a call said, for people: as it came, and in OpenAI's dialect. `prompts`: what is kept of calls now. */
export async function shownContent(event: ExchangeEvent, read: ReadContent, prompts: PromptsMode) {
  if (read.state !== 'kept') return { id: event.id, state: read.state, prompts };
  const { content } = read;
  return {
    id: event.id,
    state: read.state,
    prompts,
    mode: content.mode,
    dialect: content.dialect,
    request: shownSide(content.request),
    answer: content.answer === null ? null : shownSide(content.answer),
    as_chat: await asChat(content, event),
  };
}

export type ShownContent = Awaited<ReturnType<typeof shownContent>>;

function shownSide({ json, bytes, isCut }: KeptSide) {
  return { body: JSON.parse(json) as unknown, bytes, cut: isCut };
}

/** What LiteLLM's row has of it: empty objects where it is not kept. */
export function spendLogContent(read: ReadContent): Readonly<Record<string, unknown>> {
  if (read.state !== 'kept') return {};
  const { request, answer, mode, dialect } = read.content;
  const body: unknown = JSON.parse(request.json);
  return {
    messages: saidIn(body) ?? {},
    response: answer === null ? {} : (JSON.parse(answer.json) as unknown),
    proxy_server_request: body,
    content: {
      ...{ mode, dialect, request_bytes: request.bytes, request_cut: request.isCut },
      ...(answer === null ? {} : { response_bytes: answer.bytes, response_cut: answer.isCut }),
    },
  };
}

/** By the names of all dialects. */
export function saidIn(body: unknown): unknown {
  if (!isJsonObject(body)) return null;
  return body['messages'] ?? body['input'] ?? body['contents'] ?? body['prompt'] ?? body['texts'] ?? null;
}

/** The words of an answer in OpenAI's dialect, and its thoughts. */
export function wordsOf(answer: JsonObject | null): {
  readonly completion: string | null;
  readonly reasoning: string | null;
} {
  const choices = answer?.['choices'];
  const [first] = Array.isArray(choices) ? (choices as readonly unknown[]) : [];
  const message = isJsonObject(first) ? first['message'] : null;
  if (!isJsonObject(message)) return { completion: null, reasoning: null };
  const { content, reasoning, reasoning_content: thoughts } = message;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { completion: text(content), reasoning: text(reasoning) ?? text(thoughts) };
}
