import Anthropic from '@anthropic-ai/sdk';
import type { AnswerContext, EncodedRequest, ModelFacts, UpstreamTarget, WireEvent } from '../../src/dialects/index.ts';
import type { ChatRequest, StreamPart } from '../../src/inference/index.ts';
import { dataOf, EventSplitter, isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { dialects } from './dialects.ts';
import type { Recorded } from './recorded.ts';

export const NO_FACTS: ModelFacts = { maxOutput: null, thinking: null, takesSampling: null };

const anthropic = dialects['anthropic-messages'];
const { chat } = anthropic;
if (chat === null) throw new Error("Anthropic's dialect translates chat.");
export const translation = chat;

/** The request as it would reach the door: Vertex has its model in the address. */
export function requestOf({ request }: Recorded): JsonObject | null {
  const body: unknown = typeof request === 'string' ? JSON.parse(request) : request;
  if (!isJsonObject(body) || !Array.isArray(body['messages'])) return null;
  if ('model' in body) return body;
  const { anthropic_version: _, ...rest } = body;
  return { model: 'claude-3-7-sonnet@20250219', ...rest };
}

/** A request in no dialect, that says nothing but what is given. */
export function asked(said: Partial<ChatRequest> = {}): ChatRequest {
  const { extensions: _, ...silent } = contextOf().request;
  return { ...silent, maxOutputTokens: null, ...said };
}

/** For an upstream of whose model nothing is known, unless it is given. */
export function encoded(request: ChatRequest, target: Partial<UpstreamTarget> = {}): EncodedRequest {
  const { model, maxOutputTokens } = request;
  return translation.encodeRequest(request, {
    model,
    maxOutputTokens,
    outputLimit: 'max_tokens',
    facts: NO_FACTS,
    ...target,
  });
}

export function decoded(body: JsonObject): ChatRequest {
  const address = { model: null, stream: null, framing: 'sse' } as const;
  return translation.decodeRequest(anthropic.readRequest(Buffer.from(JSON.stringify(body)), address));
}

/** An exchange in which a client of Anthropic's waits for the answer. */
export function contextOf(model = 'claude-test'): AnswerContext {
  const body = { model, max_tokens: 1, messages: [{ role: 'user', content: 'x' }] };
  const address = { model: null, stream: null, framing: 'sse' } as const;
  const received = anthropic.readRequest(Buffer.from(JSON.stringify(body)), address);
  return { received, request: translation.decodeRequest(received), exchangeId: 'exchange', startedS: 0 };
}

export function eventsOf(body: string): readonly WireEvent[] {
  const events: WireEvent[] = [];
  const splitter = new EventSplitter();
  const take = (event: Buffer): void => {
    const data = dataOf(event.toString('latin1'));
    if (data !== null) events.push({ name: null, data: Buffer.from(data, 'latin1').toString() });
  };
  splitter.push(Buffer.from(body), take);
  const rest = splitter.takeRest();
  if (rest !== null) take(rest);
  return events;
}

export function partsOf(events: readonly WireEvent[]): readonly StreamPart[] {
  const steps = translation.decodeStream();
  return [...events.flatMap((event) => [...steps.push(event)]), ...steps.end()];
}

export function written(parts: readonly StreamPart[], context = contextOf()): readonly WireEvent[] {
  const steps = translation.encodeStream(context);
  return [...parts.flatMap((part) => [...steps.push(part)]), ...steps.end()];
}

/** What Anthropic's own client makes of a stream. */
export async function finalMessage(events: readonly WireEvent[]): Promise<JsonObject> {
  const body = events.map(({ name, data }) => `event: ${name ?? typeIn(data)}\ndata: ${data}\n\n`).join('');
  const fetch = async (): Promise<Response> =>
    new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  const client = new Anthropic({ apiKey: 'k', baseURL: 'http://upstream.test', maxRetries: 0, fetch });
  const params = { model: 'm', max_tokens: 1, messages: [{ role: 'user' as const, content: 'x' }] };
  const message: unknown = await client.beta.messages.stream(params).finalMessage();
  return JSON.parse(JSON.stringify(message)) as JsonObject;
}

function typeIn(data: string): string {
  try {
    return String((JSON.parse(data) as JsonObject)['type']);
  } catch {
    return 'data';
  }
}
