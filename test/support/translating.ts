import assert from 'node:assert/strict';
import {
  type AnswerContext,
  type Dialect,
  type Framing,
  type ReceivedRequest,
  readFrame,
  splitFrames,
  type UpstreamTarget,
  type WireEvent,
} from '../../src/dialects/index.ts';
import type { ChatRequest, ChatResponse, StreamPart } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';

const STARTED_S = 1_700_000_000;

export function receive(dialect: Dialect, body: unknown, framing: Framing = 'sse'): ReceivedRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return dialect.readRequest(Buffer.from(text), { model: null, stream: null, framing });
}

export function targetOf(request: {
  readonly model: string;
  readonly maxOutputTokens?: number | null;
}): UpstreamTarget {
  return {
    model: request.model,
    maxOutputTokens: request.maxOutputTokens ?? null,
    outputLimit: 'both',
    facts: { maxOutput: null, thinking: null, takesSampling: null },
  };
}

export function contextOf(received: ReceivedRequest, request: ChatRequest): AnswerContext {
  return { received, request, exchangeId: 'exchange-1', startedS: STARTED_S };
}

/** A dialect that translates chats, or a failed test. */
export function chatOf(dialect: Dialect): NonNullable<Dialect['chat']> {
  assert.ok(dialect.chat !== null);
  return dialect.chat;
}

export function embeddingOf(dialect: Dialect): NonNullable<Dialect['embedding']> {
  assert.ok(dialect.embedding !== null);
  return dialect.embedding;
}

export function eventsOf(body: string, framing: Framing): readonly WireEvent[] {
  return eventsIn(Buffer.from(body), framing);
}

export function eventsIn(body: Buffer, framing: Framing): readonly WireEvent[] {
  const splitter = splitFrames(framing, 1e9);
  const events: WireEvent[] = [];
  const take = (frame: Buffer): void => {
    const event = readFrame(framing, frame);
    if (event !== null) events.push(event);
  };
  splitter.push(body, take);
  const rest = splitter.takeRest();
  if (rest !== null) take(rest);
  return events;
}

export function decodeAll(dialect: Dialect, events: readonly WireEvent[]): readonly StreamPart[] {
  const steps = chatOf(dialect).decodeStream();
  return [...events.flatMap((event) => steps.push(event)), ...steps.end()];
}

export function encodeAll(
  dialect: Dialect,
  parts: readonly StreamPart[],
  context: AnswerContext,
): readonly WireEvent[] {
  const steps = chatOf(dialect).encodeStream(context);
  return [...parts.flatMap((part) => steps.push(part)), ...steps.end()];
}

/** What must survive a translation, without what is only the dialect's own. */
export function gist({ choices, usage }: ChatResponse): unknown {
  const [first] = choices;
  return {
    content: (first?.content ?? []).map(({ extensions: _, ...part }) => part),
    finish: first?.finish.unified,
    logprobs: first?.logprobs ?? null,
    usage: usage === null ? null : { ...usage, raw: null, source: null },
  };
}

export function parsed(text: unknown): JsonObject {
  const value: unknown = typeof text === 'string' ? JSON.parse(text) : text;
  assert.ok(isJsonObject(value));
  return value;
}
