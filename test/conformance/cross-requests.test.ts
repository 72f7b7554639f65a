import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dialect, EncodedRequest } from '../../src/dialects/index.ts';
import { type ChatRequest, GatewayError } from '../../src/inference/index.ts';
import { type AskedChat, askedChats, refusedOr, targetFor, upstreamDialects } from '../support/asked.ts';
import { dialects } from '../support/dialects.ts';
import { type Essence, essenceOf, silentlyLost } from '../support/essence.ts';
import { recordedMissing } from '../support/recorded.ts';
import { chatOf } from '../support/translating.ts';

const MODEL = 'm';

describe('recorded requests of every dialect, written for the upstreams of the others', {
  skip: recordedMissing,
}, () => {
  const chats = askedChats().filter(isWhole);

  for (const id of upstreamDialects) {
    const upstream: Dialect = dialects[id];

    it(`${id}: says what was asked, or warns`, (t) => {
      const others = chats.filter((chat) => chat.upstream !== upstream);
      let unanswerable = 0;
      for (const { request, label } of others) {
        const encoded = chatOf(upstream).encodeRequest(request, targetFor(request, MODEL));
        const told = refusedOr(() => readBack(upstream, encoded, request));
        if (told instanceof GatewayError) {
          assert.ok(leavesNothing(encoded), `${label}: ${told.message}`);
          unanswerable++;
          continue;
        }
        const lost = silentlyLost(request, told, encoded.warnings);
        assert.deepEqual(lost, [], label);
        assertTold(essenceOf(request), essenceOf(told), label, id === 'gemini-generate');
      }
      t.diagnostic(`${others.length} requests, ${unanswerable} of which nothing can be said there`);
      assert.ok(others.length > 2_500 && unanswerable < 10);
    });
  }
});

/** Results whose calls the server keeps are translated with what it keeps. */
function isWhole({ request }: AskedChat): boolean {
  return essenceOf(request).results.every(([call]) => call !== -1);
}

function readBack(upstream: Dialect, { body }: EncodedRequest, { stream }: ChatRequest): ChatRequest {
  const bytes = Buffer.from(JSON.stringify(body));
  const received = upstream.readRequest(bytes, { model: MODEL, stream, framing: upstream.framing });
  return chatOf(upstream).decodeRequest(received);
}

/** A recording alone, for one that cannot hear: it is left out with a warning, and the upstream refuses what is left. */
function leavesNothing({ body, warnings }: EncodedRequest): boolean {
  const { messages } = body;
  return Array.isArray(messages) && messages.length === 0 && warnings.some(({ field }) => field.includes('content'));
}

/** More may be told: what a dialect has no place for is put into words. Google's schemas are a part of JSON Schema. */
function assertTold(asked: Essence, told: Essence, at: string, hasOwnSchemas: boolean): void {
  const everything = [...told.instructions, ...told.texts].join('');
  for (const text of asked.instructions) assert.ok(everything.includes(text), `${at}: instructions ${text}`);
  assertInOrder(asked.texts, everything.slice(told.instructions.join('').length), at);
  assert.deepEqual(told.calls, asked.calls, `${at}: calls`);
  assert.equal(told.results.length, asked.results.length, `${at}: results`);
  for (const [nth, [call, text]] of asked.results.entries()) {
    assert.equal(told.results[nth]?.[0], call, `${at}: the call of result ${nth}`);
    assert.ok(told.results[nth]?.[1].includes(text), `${at}: ${text} is not in ${told.results[nth]?.[1]}`);
  }
  for (const [name, schema] of asked.tools) {
    assert.ok(told.tools.has(name), `${at}: tool ${name}`);
    if (!hasOwnSchemas) assert.deepEqual(told.tools.get(name) ?? null, schema, `${at}: schema of ${name}`);
  }
}

function assertInOrder(texts: readonly string[], whole: string, at: string): void {
  let from = 0;
  for (const text of texts) {
    const found = whole.indexOf(text, from);
    assert.ok(found >= 0, `${at}: ${text} in ${whole.slice(from, from + 300)}`);
    from = found + text.length;
  }
}
