import type { AnswerContext, UpstreamTarget, WireEvent } from '../../src/dialects/index.ts';
import type { ChatRequest, StreamPart } from '../../src/inference/index.ts';
import type { JsonObject } from '../../src/std/index.ts';
import { dialects } from './dialects.ts';
import type { Recorded } from './recorded.ts';
import { chatOf, eventsOf } from './translating.ts';

const gemini = chatOf(dialects['gemini-generate']);

export function addressOf(path: string): { model: string | null; stream: boolean; framing: 'sse' } {
  const model = /models\/([^/:]+):/.exec(path)?.[1] ?? null;
  return { model, stream: path.includes(':stream'), framing: 'sse' };
}

export function receivedOf({ request, path }: Pick<Recorded, 'request' | 'path'>): AnswerContext['received'] {
  return dialects['gemini-generate'].readRequest(Buffer.from(String(request)), addressOf(path));
}

export function decodedRequest(exchange: Pick<Recorded, 'request' | 'path'>): ChatRequest {
  return gemini.decodeRequest(receivedOf(exchange));
}

export function targetFor({ model, maxOutputTokens }: Pick<ChatRequest, 'model' | 'maxOutputTokens'>): UpstreamTarget {
  const facts = { maxOutput: null, thinking: null, takesSampling: null };
  return { model, maxOutputTokens, outputLimit: 'max_tokens', facts };
}

export function contextFor(exchange: Pick<Recorded, 'request' | 'path'>): AnswerContext {
  const received = receivedOf(exchange);
  return { received, request: gemini.decodeRequest(received), exchangeId: 'gen-1-test', startedS: 1_800_000_000 };
}

/** The events of a stream as they came. */
export function chunksOf(body: string): readonly WireEvent[] {
  return eventsOf(body, 'sse');
}

export function answersOf(body: string): readonly JsonObject[] {
  return chunksOf(body).map(({ data }) => JSON.parse(data) as JsonObject);
}

/** What each event brought, and the end. */
export function decodeChunks(events: readonly WireEvent[]): readonly (readonly StreamPart[])[] {
  const steps = gemini.decodeStream();
  const parts = events.map((event) => steps.push(event));
  return [...parts, steps.end()];
}
