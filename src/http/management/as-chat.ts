import { type Dialect, loadDialect } from '../../dialects/index.ts';
import type { ChatRequest, ChatResponse, DialectId } from '../../inference/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../std/index.ts';
import type { ExchangeEvent, KeptContent } from '../../telemetry/index.ts';

/** A call in OpenAI's dialect, whichever it was spoken in; null: it cannot be said so, or is not whole. */
export type AsChat = { readonly request: JsonObject | null; readonly answer: JsonObject | null };

/** What was kept, as one dialect for whoever shows it or asks again. */
export async function asChat(content: KeptContent, event: ExchangeEvent): Promise<AsChat> {
  if (content.mode === 'redacted') return { request: objectIn(content.request.json), answer: answerIn(content) };
  const [dialect, chat] = await Promise.all([loadDialect(content.dialect as DialectId), loadDialect('openai-chat')]);
  return {
    request: tried(() => requestAsChat(content, event, dialect, chat)),
    answer: tried(() => answerAsChat(content, event, dialect, chat)),
  };
}

function answerIn({ answer }: KeptContent): JsonObject | null {
  return answer === null ? null : objectIn(answer.json);
}

function requestAsChat({ request }: KeptContent, event: ExchangeEvent, dialect: Dialect, chat: Dialect) {
  if (dialect.id === 'openai-chat') return objectIn(request.json);
  const decoded = decodeRequest(request.json, event, dialect);
  return decoded === null ? null : (chat.chat?.encodeRequest(decoded, targetOf(event)).body ?? null);
}

function answerAsChat(content: KeptContent, event: ExchangeEvent, dialect: Dialect, chat: Dialect) {
  const answer = answerIn(content);
  if (answer === null || dialect.id === 'openai-chat') return answer;
  const decoded: ChatResponse | null = dialect.chat?.decodeResponse(answer) ?? null;
  const request = decodeRequest(content.request.json, event, dialect);
  if (decoded === null || request === null) return null;
  const received = receive(content.request.json, event, dialect);
  const startedS = Math.floor(event.startedAtMs / 1000);
  return chat.chat?.encodeResponse(decoded, { received, request, exchangeId: event.id, startedS }) ?? null;
}

function decodeRequest(json: string, event: ExchangeEvent, dialect: Dialect): ChatRequest | null {
  return dialect.chat?.decodeRequest(receive(json, event, dialect)) ?? null;
}

/** The address is not kept; the row says what it said. */
function receive(json: string, { requestedModel, streamed }: ExchangeEvent, dialect: Dialect) {
  const address = { model: requestedModel, stream: streamed, framing: dialect.framing };
  return dialect.readRequest(Buffer.from(json), address);
}

function targetOf({ requestedModel }: ExchangeEvent) {
  return {
    model: requestedModel ?? '',
    maxOutputTokens: null,
    outputLimit: 'max_tokens' as const,
    facts: { maxOutput: null, thinking: null, takesSampling: null },
  };
}

/** What was cut may be no request of its dialect any more. */
function tried(read: () => JsonObject | null): JsonObject | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function objectIn(json: string): JsonObject | null {
  const parsed = parseJson(Buffer.from(json));
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}
