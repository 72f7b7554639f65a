import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { responseOfStream } from '../../src/dialects/index.ts';
import type { ContentPart, StreamPart } from '../../src/inference/index.ts';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';
import { dialects } from '../support/dialects.ts';
import { answersOf, chunksOf, contextFor, decodeChunks, decodedRequest, targetFor } from '../support/gemini.ts';
import { normalAnswer, normalRequest } from '../support/gemini-normal.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { chatOf } from '../support/translating.ts';

const chat = chatOf(dialects['gemini-generate']);
const exchanges = recordedMissing === false ? recordedFiles('gemini').flatMap(readRecorded) : [];
const generated = exchanges.filter(({ path, status }) => path.includes('enerateContent') && status === 200);
const plain = generated.filter(({ path }) => !path.includes(':stream'));
const streams = generated.filter(({ path }) => path.includes(':stream'));

describe('gemini-generate, recorded', { skip: recordedMissing }, () => {
  it('requests come back as they were', (t) => {
    for (const exchange of generated) {
      const request = decodedRequest(exchange);
      const { body, warnings } = chat.encodeRequest(request, targetFor(request));
      assert.deepEqual(warnings, [], exchange.id);
      const sent: unknown = JSON.parse(JSON.stringify(body));
      assert.deepEqual(normalRequest(sent), normalRequest(JSON.parse(String(exchange.request))), exchange.id);
    }
    t.diagnostic(`${generated.length} requests`);
    assert.ok(generated.length > 850);
  });

  it('plain answers come back as they were', () => {
    for (const exchange of plain) {
      const body = JSON.parse(exchange.body ?? '') as JsonObject;
      const response = chat.decodeResponse(body);
      assert.ok(response !== null, exchange.id);
      const context = contextFor(exchange);
      const sent = JSON.parse(JSON.stringify(chat.encodeResponse(response, context))) as JsonObject;
      const id = context.exchangeId;
      assert.deepEqual(normalAnswer(sent, id), normalAnswer(body, id), exchange.id);
    }
  });

  it('streams are decoded to what their events hold', () => {
    for (const exchange of streams) {
      const [choice] = responseOfStream(partsOf(exchange).flat()).choices;
      const parts = answersOf(exchange.body ?? '').flatMap(rawParts);
      assert.ok(choice !== undefined, exchange.id);
      assert.equal(textIn(choice.content, 'text'), rawText(parts, false), exchange.id);
      assert.equal(textIn(choice.content, 'reasoning'), rawText(parts, true), exchange.id);
      assert.deepEqual(callsIn(choice.content), rawCalls(parts), exchange.id);
      assert.deepEqual(signaturesIn(choice.content), parts.map((part) => part['thoughtSignature']).filter(Boolean));
    }
  });

  it('a stream finishes with its last event, and not with the one before code has run', (t) => {
    let early = 0;
    for (const exchange of streams) {
      const parts = partsOf(exchange);
      const finishes = parts.flatMap((each, at) => (each.some(({ type }) => type === 'finish') ? [at] : []));
      assert.deepEqual(finishes, [parts.length - 2], exchange.id);
      assert.deepEqual(parts.at(-1), [{ type: 'end' }], exchange.id);
      if (answersOf(exchange.body ?? '').filter(namesFinish).length > 1) early++;
    }
    t.diagnostic(`${early} of ${streams.length} streams name a finish that is none`);
    assert.ok(early > 0);
  });

  it('streams encoded for clients are read as the same answer', () => {
    for (const exchange of streams) {
      const parts = partsOf(exchange).flat();
      const encoder = chat.encodeStream(contextFor(exchange));
      const events = [...parts.flatMap(encoder.push), ...encoder.end()];
      const { serviceTier: _, ...again } = responseOfStream(decodeChunks(events).flat());
      const { serviceTier: __, ...response } = responseOfStream(parts);
      assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(response)), exchange.id);
    }
  });

  it('the words of a cited segment are found in the text', (t) => {
    let cited = 0;
    for (const exchange of generated) {
      const raw = exchange.path.includes(':stream')
        ? answersOf(exchange.body ?? '')
        : [JSON.parse(exchange.body ?? '') as JsonObject];
      const segments = raw.flatMap(segmentsIn);
      if (segments.length === 0) continue;
      const response = exchange.path.includes(':stream')
        ? responseOfStream(partsOf(exchange).flat())
        : chat.decodeResponse(raw[0] ?? {});
      const found = (response?.choices[0]?.content ?? []).flatMap((part) =>
        part.type === 'text'
          ? (part.citations ?? []).map(({ start, end }) => part.text.slice(start ?? 0, end ?? 0))
          : [],
      );
      assert.deepEqual(found.toSorted(), segments.toSorted(), exchange.id);
      cited += found.length;
    }
    t.diagnostic(`${cited} citations`);
    assert.ok(cited > 50);
  });
});

function partsOf(exchange: Recorded): readonly (readonly StreamPart[])[] {
  return decodeChunks(chunksOf(exchange.body ?? ''));
}

function candidatesIn(answer: JsonObject): readonly JsonObject[] {
  const { candidates } = answer;
  return Array.isArray(candidates) ? candidates.filter(isJsonObject) : [];
}

function rawParts(answer: JsonObject): readonly JsonObject[] {
  return candidatesIn(answer).flatMap(({ content }) => {
    const parts = isJsonObject(content) ? content['parts'] : [];
    return Array.isArray(parts) ? parts.filter(isJsonObject) : [];
  });
}

function namesFinish(answer: JsonObject): boolean {
  return candidatesIn(answer).some(({ finishReason }) => finishReason !== undefined);
}

function rawText(parts: readonly JsonObject[], isThought: boolean): string {
  return parts
    .map(({ text, thought }) => (text !== undefined && (thought === true) === isThought ? text : ''))
    .join('');
}

function rawCalls(parts: readonly JsonObject[]): readonly unknown[] {
  return parts.flatMap(({ functionCall: call }) => (isJsonObject(call) ? [[call['name'], call['args'] ?? {}]] : []));
}

function textIn(content: readonly ContentPart[], type: 'text' | 'reasoning'): string {
  return content.map((part) => (part.type === type ? part.text : '')).join('');
}

function callsIn(content: readonly ContentPart[]): readonly unknown[] {
  return content.flatMap((part) => (part.type === 'tool-call' ? [[part.name, JSON.parse(part.input)]] : []));
}

function signaturesIn(content: readonly ContentPart[]): readonly unknown[] {
  return content.flatMap((part) => {
    if (part.type === 'opaque') return part.raw['thoughtSignature'] ?? [];
    return 'seal' in part && part.seal ? [part.seal.value] : [];
  });
}

/** The words of each segment, once for each source that it names. */
function segmentsIn(answer: JsonObject): readonly string[] {
  return candidatesIn(answer).flatMap(({ groundingMetadata }) => {
    const supports = isJsonObject(groundingMetadata) ? groundingMetadata['groundingSupports'] : [];
    return (Array.isArray(supports) ? supports.filter(isJsonObject) : []).flatMap(
      ({ segment, groundingChunkIndices }) => {
        const words = isJsonObject(segment) ? String(segment['text']) : '';
        return Array.isArray(groundingChunkIndices) ? groundingChunkIndices.map(() => words) : [];
      },
    );
  });
}
