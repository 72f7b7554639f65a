import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bedrockConverse } from '../../src/dialects/bedrock-converse/index.ts';
import { responseOfStream, streamOfResponse, type WireEvent } from '../../src/dialects/index.ts';
import type { ChatResponse, StreamPart } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { bedrockExchanges } from '../support/bedrock.ts';
import { recordedMissing } from '../support/recorded.ts';

const translation = bedrockConverse.chat;
assert.ok(translation !== null);
const { decodeRequest, encodeRequest, decodeResponse, encodeResponse, decodeStream, encodeStream } = translation;

/** What the upstream refused (400), and why its request does not come back as it was. */
const KNOWN_MISSES: ReadonlyMap<string, string> = new Map([
  ['test_video_url_input.yaml#1', 'names the format video/mp4, which Bedrock spells mp4'],
]);

const wantsConverse = (operation: string): boolean => operation.startsWith('converse');

function partsOf(events: readonly WireEvent[]): StreamPart[] {
  const steps = decodeStream();
  return [...events.flatMap((event) => steps.push(event)), ...steps.end()];
}

/**
 * Without what says nothing: empty objects, a result's status where it is the usual one. Turns of one role in a row are
 * one turn. The recorder's underscore in names of documents is none that Bedrock would take.
 */
function normal(value: unknown, at = ''): unknown {
  if (at === 'schema' && typeof value === 'string') return JSON.parse(value);
  if (at === 'name' && typeof value === 'string') return value.replace('REDACTED_', 'REDACTED ');
  if (Array.isArray(value)) return (at === 'messages' ? joined(value) : value).map((inner) => normal(inner));
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name, inner]) => !saysNothing(name, inner));
  return Object.fromEntries(kept.map(([name, inner]) => [name, normal(inner, name)]));
}

function saysNothing(name: string, value: unknown): boolean {
  if (name === 'inferenceConfig') return isJsonObject(value) && Object.keys(value).length === 0;
  if (name === 'system') return Array.isArray(value) && value.length === 0;
  return name === 'status' && value === 'success';
}

function joined(messages: readonly JsonObject[]): JsonObject[] {
  const turns: JsonObject[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (last === undefined || last['role'] !== message['role']) turns.push(message);
    else turns[turns.length - 1] = { ...last, content: [last['content'], message['content']].flat() };
  }
  return turns;
}

test('every recorded request comes back as it was', { skip: recordedMissing }, (t) => {
  let compared = 0;
  for (const exchange of bedrockExchanges(bedrockConverse, wantsConverse)) {
    const { received } = exchange;
    if ([...KNOWN_MISSES.keys()].some((id) => exchange.id.endsWith(id))) continue;
    const request = decodeRequest(received);
    const { body, warnings } = encodeRequest(request, {
      model: received.model,
      maxOutputTokens: received.maxOutput,
      outputLimit: 'max_tokens',
      facts: { maxOutput: null, thinking: null, takesSampling: null },
    });
    assert.deepEqual(normal(body), normal(received.body), exchange.id);
    assert.deepEqual(warnings, [], exchange.id);
    compared++;
  }
  t.diagnostic(`${compared} requests`);
  assert.ok(compared > 200);
});

test('every recorded answer is understood, and can be said again', { skip: recordedMissing }, (t) => {
  let understood = 0;
  for (const exchange of bedrockExchanges(bedrockConverse, wantsConverse)) {
    const { received } = exchange;
    if (exchange.status !== 200 || exchange.body === undefined) continue;
    const body = JSON.parse(exchange.body) as JsonObject;
    const response = decodeResponse(body);
    assert.ok(response !== null, exchange.id);
    assertTold(response, exchange.id);
    const context = { received, request: decodeRequest(received), exchangeId: 'x', startedS: 0 };
    const again = encodeResponse(response, context);
    assert.deepEqual(normal(again['output']), normal(withoutToolType(body['output'])), exchange.id);
    assert.equal(again['stopReason'], body['stopReason'], exchange.id);
    assertSameUsage(again['usage'], body['usage'], exchange.id);
    understood++;
  }
  t.diagnostic(`${understood} answers`);
  assert.ok(understood > 200);
});

test('every recorded stream is a whole answer, and can be streamed again', { skip: recordedMissing }, (t) => {
  let streams = 0;
  for (const exchange of bedrockExchanges(bedrockConverse, wantsConverse)) {
    const { received, events } = exchange;
    if (events === null) continue;
    const parts = partsOf(events);
    assert.equal(parts[0]?.type, 'start', exchange.id);
    assert.equal(parts.at(-1)?.type, 'end', exchange.id);
    const response = responseOfStream(parts);
    assertTold(response, exchange.id);
    const steps = encodeStream({ received, request: decodeRequest(received), exchangeId: 'x', startedS: 0 });
    const again = [...parts.flatMap((part) => steps.push(part)), ...steps.end()];
    assert.deepEqual(withoutRaw(responseOfStream(partsOf(again))), withoutRaw(response), exchange.id);
    streams++;
  }
  t.diagnostic(`${streams} streams`);
  assert.ok(streams > 10);
});

test('a whole answer streamed is the same answer', { skip: recordedMissing }, () => {
  for (const exchange of bedrockExchanges(bedrockConverse, wantsConverse)) {
    const { received } = exchange;
    if (exchange.status !== 200 || exchange.body === undefined) continue;
    const response = decodeResponse(JSON.parse(exchange.body) as JsonObject);
    assert.ok(response !== null);
    const steps = encodeStream({ received, request: decodeRequest(received), exchangeId: 'x', startedS: 0 });
    const events = streamOfResponse(response).flatMap((part) => steps.push(part));
    const streamed = responseOfStream(partsOf(events));
    assert.deepEqual(streamed.choices[0]?.content, response.choices[0]?.content, exchange.id);
    assert.deepEqual(streamed.choices[0]?.finish, response.choices[0]?.finish, exchange.id);
  }
});

function assertTold({ choices, usage }: ChatResponse, id: string): void {
  const [choice] = choices;
  assert.ok(choice !== undefined && choice.content.length > 0, id);
  assert.notEqual(choice.finish.unified, 'other', id);
  assert.ok(usage !== null, id);
}

/** `tool_use` is the usual kind of call; the published schema has no such value. */
function withoutToolType(output: unknown): unknown {
  return JSON.parse(JSON.stringify(output), (_, value: unknown) => {
    if (!isJsonObject(value) || value['type'] !== 'tool_use') return value;
    const { type: _type, ...rest } = value;
    return rest;
  });
}

function assertSameUsage(again: unknown, recorded: unknown, id: string): void {
  assert.ok(isJsonObject(again) && isJsonObject(recorded), id);
  for (const name of ['inputTokens', 'outputTokens', 'totalTokens']) assert.equal(again[name], recorded[name], id);
  for (const name of ['cacheReadInputTokens', 'cacheWriteInputTokens'])
    assert.equal(again[name], recorded[name] ?? 0, id);
}

function withoutRaw(response: ChatResponse): unknown {
  const { usage, ...rest } = response;
  return { ...rest, usage: usage === null ? null : { ...usage, raw: null } };
}
