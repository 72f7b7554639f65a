import {
  type AnswerContext,
  contentTypeOf,
  type Dialect,
  openAiWords,
  openFramer,
  type RenamedTools,
  restoreCalls,
  streamOfResponse,
} from '../../dialects/index.ts';
import type { ChatResponse, EmbeddingRequest, EmbeddingResponse } from '../../inference/index.ts';
import { observeEmbedding, observePlain, observeResponse } from '../../metering/index.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../std/index.ts';
import type { HeaderOf, WholeReading } from './answer-reader.ts';

/** A plain answer that goes to the client as it came; what OpenAI's observer knows of is read by it, fast. */
export function readPassing(dialect: Dialect, body: Buffer, header: HeaderOf): WholeReading | null {
  if (dialect.words !== null) {
    const observation = observePlain(body, dialect.words);
    return observation === null ? null : { observation, body, contentType: null };
  }
  const answer = objectIn(body);
  if (answer === null) return null;
  const observation = observeAnswer(dialect, answer, header) ?? observePlain(body, openAiWords);
  return observation === null ? null : { observation, body, contentType: null };
}

function observeAnswer(dialect: Dialect, answer: JsonObject, header: HeaderOf): WholeReading['observation'] | null {
  const response = dialect.chat?.decodeResponse(answer) ?? null;
  if (response !== null) return observeResponse(response);
  const vectors = decodeEmbedding(dialect, answer, header);
  return vectors === null ? null : observeEmbedding(vectors);
}

const NONE_RENAMED: RenamedTools = new Map();

/** A plain answer of the upstream's dialect as the client's, or as the stream that the client asked for. */
export function readTranslated(
  upstream: Dialect,
  client: Dialect,
  body: Buffer,
  context: AnswerContext,
  renamed: RenamedTools | null,
): WholeReading | null {
  const answer = objectIn(body);
  if (answer === null || upstream.chat === null || client.chat === null) return null;
  const decoded = upstream.chat.decodeResponse(answer);
  // An error in a 200 answer: its observer finds it.
  if (decoded === null) return observedError(body);
  const response = restoreCalls(decoded, { renamed: renamed ?? NONE_RENAMED, declared: context.request.tools });
  const observation = observeResponse(response);
  const named = { ...response, model: context.received.model };
  if (context.received.stream) return { observation, ...asStream(named, client, context) };
  const encoded = client.chat.encodeResponse(named, context);
  return { observation, body: Buffer.from(JSON.stringify(encoded)), contentType: 'application/json' };
}

export function readTranslatedEmbedding(
  upstream: Dialect,
  client: Dialect,
  body: Buffer,
  header: HeaderOf,
  request: EmbeddingRequest,
): WholeReading | null {
  const answer = objectIn(body);
  if (answer === null || client.embedding === null) return null;
  const response = decodeEmbedding(upstream, answer, header);
  if (response === null) return observedError(body);
  const encoded = client.embedding.encodeResponse(response, request);
  return {
    observation: observeEmbedding(response),
    body: Buffer.from(JSON.stringify(encoded)),
    contentType: 'application/json',
  };
}

function decodeEmbedding({ embedding }: Dialect, answer: JsonObject, header: HeaderOf): EmbeddingResponse | null {
  const response = embedding?.decodeResponse(answer) ?? null;
  if (response === null || response.usage !== null) return response;
  return { ...response, usage: embedding?.usageInHeaders?.(header) ?? null };
}

function asStream(
  response: ChatResponse,
  { chat }: Dialect,
  context: AnswerContext,
): { readonly body: Buffer; readonly contentType: string } {
  const { framing } = context.received;
  const encoder = chat?.encodeStream(context);
  const framer = openFramer(framing);
  const pieces: Buffer[] = [];
  for (const part of streamOfResponse(response)) {
    for (const event of encoder?.push(part) ?? []) pieces.push(framer.frame(event));
  }
  for (const event of encoder?.end() ?? []) pieces.push(framer.frame(event));
  const closing = framer.end();
  if (closing !== null) pieces.push(closing);
  return { body: Buffer.concat(pieces), contentType: contentTypeOf(framing) };
}

function observedError(body: Buffer): WholeReading | null {
  const observation = observePlain(body, openAiWords);
  return observation === null || observation.error === null ? null : { observation, body, contentType: null };
}

function objectIn(body: Buffer): JsonObject | null {
  const parsed = parseJson(body);
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
}
