import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bedrockInvoke } from '../../src/dialects/bedrock-invoke/index.ts';
import { responseOfStream, type WireEvent } from '../../src/dialects/index.ts';
import type { Choice, StreamPart } from '../../src/inference/index.ts';
import type { JsonObject } from '../../src/std/index.ts';
import { bedrockExchanges } from '../support/bedrock.ts';
import { recordedMissing } from '../support/recorded.ts';
import { chatOf, contextOf, targetOf } from '../support/translating.ts';

const { decodeRequest, encodeRequest, decodeResponse, encodeResponse, decodeStream, encodeStream } =
  chatOf(bedrockInvoke);

/** Other makers' bodies, such as embeddings', are not this dialect's. */
const isAnthropic = (_operation: string, request: string): boolean => request.includes('"anthropic_version"');

function partsOf(events: readonly WireEvent[]): StreamPart[] {
  const steps = decodeStream();
  return [...events.flatMap((event) => steps.push(event)), ...steps.end()];
}

/** A text alone stands for one block of text. */
function spelledOut(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (name, value: unknown) =>
    (name === 'system' || name === 'content') && typeof value === 'string' ? [{ type: 'text', text: value }] : value,
  );
}

/** Required by the schema of today, unknown to these recordings. */
function withoutNewer(content: unknown): unknown {
  return JSON.parse(
    JSON.stringify(content, (name, value: unknown) => (name === 'caller' || name === 'citations' ? undefined : value)),
  );
}

function said({ content, finish }: Choice): unknown {
  return [content.map((part) => ({ ...part, extensions: null })), finish];
}

test('every recorded request comes back as it was', { skip: recordedMissing }, (t) => {
  const exchanges = bedrockExchanges(bedrockInvoke, isAnthropic);
  for (const { id, received } of exchanges) {
    const request = decodeRequest(received);
    const { body, headers, warnings } = encodeRequest(request, targetOf(request));
    // Anthropic's SDK writes the field, and Bedrock passes over it: the address says it.
    const { stream: _stream, ...recorded } = received.body;
    assert.deepEqual(body, spelledOut(recorded), id);
    assert.deepEqual([headers, warnings], [[], []], id);
  }
  t.diagnostic(`${exchanges.length} requests`);
  assert.ok(exchanges.length > 10);
});

test('every recorded answer and stream is understood, and can be said again', { skip: recordedMissing }, (t) => {
  let answers = 0;
  let streams = 0;
  for (const { id, received, events, body, status } of bedrockExchanges(bedrockInvoke, isAnthropic)) {
    if (status !== 200) continue;
    const context = contextOf(received, decodeRequest(received));
    if (events === null) {
      const answer = JSON.parse(body ?? '') as JsonObject;
      const response = decodeResponse(answer);
      assert.ok(response !== null, id);
      assert.deepEqual(withoutNewer(encodeResponse(response, context)['content']), answer['content'], id);
      answers++;
    } else {
      const parts = partsOf(events);
      assert.equal(parts.at(-1)?.type, 'end', id);
      const steps = encodeStream(context);
      const again = partsOf([...parts.flatMap((part) => steps.push(part)), ...steps.end()]);
      assert.deepEqual(responseOfStream(again).choices.map(said), responseOfStream(parts).choices.map(said), id);
      streams++;
    }
  }
  t.diagnostic(`${answers} answers, ${streams} streams`);
  assert.ok(answers > 5 && streams > 3);
});
