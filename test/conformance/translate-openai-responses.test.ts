import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type AnswerContext,
  type ChatTranslation,
  readFrame,
  responseOfStream,
  type UpstreamTarget,
  type WireEvent,
} from '../../src/dialects/index.ts';
import type { ChatResponse, FinishReason, StreamPart } from '../../src/inference/index.ts';
import { EventSplitter, isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';

const { readRequest } = dialects['openai-responses'];
const chat = dialects['openai-responses'].chat as ChatTranslation;

const ADDRESS = { model: null, stream: null, framing: 'sse' } as const;

/** The item of the stream has no tools, the last event has them. */
const BACKFILLED = 'test_openai_responses_model_mcp_list_tools_stream_backfills_missing_results';

describe('recorded Responses traffic', { skip: recordedMissing }, () => {
  for (const file of recordedFiles('openai-responses')) {
    const exchanges = readRecorded(file);

    it(`${file}: requests come back as they were`, () => {
      let count = 0;
      for (const exchange of exchanges) {
        const body = requestOf(exchange);
        if (body === null) continue;
        const received = readRequest(Buffer.from(JSON.stringify(body)), ADDRESS);
        const encoded = chat.encodeRequest(chat.decodeRequest(received), target(received.model, received.maxOutput));
        const fields = encoded.warnings.map(({ field }) => field);
        assert.deepEqual(fields, received.maxOutput !== null && received.maxOutput < 16 ? ['maxOutputTokens'] : []);
        assert.deepEqual(normal(encoded.body), normal(body), exchange.id);
        count++;
      }
      assert.ok(count > 0);
    });

    it(`${file}: plain answers survive being decoded and encoded`, () => {
      for (const exchange of exchanges) {
        const body = answerOf(exchange);
        const context = contextOf(exchange);
        if (body === null || context === null) continue;
        const decoded = chat.decodeResponse(body);
        if (decoded === null) {
          assert.equal(body['output'], undefined, exchange.id);
          continue;
        }
        const again = chat.decodeResponse(chat.encodeResponse(decoded, context));
        assert.deepEqual(essence(again), essence(decoded), exchange.id);
      }
    });

    it(`${file}: streams bring what their last event holds, and survive being decoded and encoded`, () => {
      for (const exchange of exchanges) {
        const events = eventsOf(exchange);
        const context = contextOf(exchange);
        if (events.length === 0 || context === null) continue;
        const parts = decoded(events);
        const streamed = responseOfStream(parts);
        const last = endingOf(events);
        assert.ok(last !== null, exchange.id);
        const whole = chat.decodeResponse(last);
        // The ChatGPT backend leaves the output out of its last event.
        if (Array.isArray(last['output']) && last['output'].length > 0 && !exchange.id.includes(BACKFILLED))
          assert.deepEqual(sealless(essence(streamed)), sealless(essence(whole)), exchange.id);
        assert.deepEqual(parts.at(-1), { type: 'end' }, exchange.id);
        const encoder = chat.encodeStream(context);
        const encoded = [...parts.flatMap((part) => encoder.push(part)), ...encoder.end()];
        assert.deepEqual(essence(responseOfStream(decoded(encoded))), essence(streamed), exchange.id);
        assert.deepEqual(endingOf(encoded), chat.encodeResponse(streamed, context), exchange.id);
      }
    });
  }
});

function target(model: string, maxOutputTokens: number | null): UpstreamTarget {
  const facts = { maxOutput: null, thinking: null, takesSampling: null };
  return { model, maxOutputTokens, outputLimit: 'both', facts };
}

function requestOf({ request, path, method }: Recorded): JsonObject | null {
  if (method !== 'POST' || !path.endsWith('/responses')) return null;
  const body: unknown = typeof request === 'string' ? JSON.parse(request) : request;
  return isJsonObject(body) && body['model'] !== undefined ? body : null;
}

function contextOf(exchange: Recorded): AnswerContext | null {
  const body = requestOf(exchange);
  if (body === null) return null;
  const received = readRequest(Buffer.from(JSON.stringify(body)), ADDRESS);
  return { received, request: chat.decodeRequest(received), exchangeId: 'gen-1764000000-abc', startedS: 1_764_000_000 };
}

function answerOf({ status, body = '' }: Recorded): JsonObject | null {
  if (status !== 200 || !body.startsWith('{')) return null;
  return JSON.parse(body) as JsonObject;
}

function eventsOf({ status, body = '' }: Recorded): WireEvent[] {
  if (status !== 200 || body.startsWith('{')) return [];
  const events: WireEvent[] = [];
  new EventSplitter(Number.POSITIVE_INFINITY).push(Buffer.from(body), (frame) => {
    const event = readFrame('sse', frame);
    if (event !== null) events.push(event);
  });
  return events;
}

function decoded(events: readonly WireEvent[]): StreamPart[] {
  const decoder = chat.decodeStream();
  return [...events.flatMap((event) => decoder.push(event)), ...decoder.end()];
}

function endingOf(events: readonly WireEvent[]): JsonObject | null {
  for (const { data } of events) {
    if (!/"response\.(completed|incomplete)"/.test(data)) continue;
    const { response } = JSON.parse(data) as JsonObject;
    if (isJsonObject(response)) return response;
  }
  return null;
}

/** What must not get lost. Ids and tiers differ between the events of one stream (Copilot, ChatGPT). */
function essence(response: ChatResponse | null): unknown {
  if (response === null) return null;
  return {
    choices: response.choices.map(({ finish, content, ...choice }) => ({
      ...choice,
      content: content.filter((part) => part.type !== 'text' || part.text !== ''),
      finish: finishOf(finish),
    })),
    usage: response.usage === null ? null : { ...response.usage, raw: null },
  };
}

/** An answer made in the background may come before it is finished; encoded again it is as finished as it will be. */
function finishOf({ unified }: FinishReason): string {
  return unified === 'other' ? 'stop' : unified;
}

/** A thought and a compaction are encrypted anew for each event that holds them, and probabilities rounded. */
function sealless(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, member: unknown) => {
    if (name === 'encrypted_content' || name === 'logprob') return name;
    return isJsonObject(member) && typeof member['isWhole'] === 'boolean' ? 'seal' : member;
  });
}

/** Spellings that mean the same. */
function normal(body: JsonObject): unknown {
  const { store, input, include, stream, text, reasoning, ...others } = body;
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const normalised = {
    ...others,
    max_output_tokens:
      typeof others['max_output_tokens'] === 'number' ? Math.max(16, others['max_output_tokens']) : null,
    input: Array.isArray(items) ? items.map(normalItem) : items,
    text: isJsonObject(text) ? normalText(text) : text,
    reasoning: isJsonObject(reasoning) ? normalReasoning(reasoning) : reasoning,
  };
  return JSON.parse(JSON.stringify(normalised), (_, member: unknown) => (member === null ? undefined : member));
}

/** Plain text goes without saying. */
function normalText({ format, ...others }: JsonObject): JsonObject | undefined {
  const isPlain = isJsonObject(format) && format['type'] === 'text';
  if (!isPlain) return { ...others, format };
  return Object.keys(others).length === 0 ? undefined : others;
}

/** An older name, and nothing at all. */
function normalReasoning({ generate_summary, summary, ...others }: JsonObject): JsonObject {
  return { ...others, summary: summary ?? generate_summary };
}

function normalItem(item: JsonObject): JsonObject {
  const { content, type, ...others } = item;
  if ((type ?? 'message') !== 'message') return item;
  const isSaid = item['role'] === 'assistant';
  const text = isSaid ? { type: 'output_text', annotations: [] } : { type: 'input_text' };
  const parts = typeof content === 'string' ? [{ text: content }] : content;
  return { ...others, content: Array.isArray(parts) ? parts.map((part) => ({ ...text, ...part })) : parts };
}
