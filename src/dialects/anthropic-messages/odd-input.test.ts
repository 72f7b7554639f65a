import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contextOf, encoded, partsOf, translation, written } from '../../../test/support/anthropic-wire.ts';
import { GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { anthropicMessages } from './index.ts';

const SEED = 20_261_124;
const ADDRESS = { model: null, stream: null, framing: 'sse' } as const;

const REQUEST = {
  model: 'm',
  max_tokens: 9,
  system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }],
  thinking: { type: 'enabled', budget_tokens: 2_000 },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: {} } },
  metadata: { user_id: 'u' },
  stop_sequences: ['x'],
  tools: [{ name: 'f', input_schema: {}, strict: true }],
  tool_choice: { type: 'tool', name: 'f' },
  messages: [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source: {} }] }] },
  ],
};

const MESSAGE = {
  ...{ id: 'msg_1', model: 'm', stop_reason: 'end_turn', stop_sequence: null, container: {} },
  usage: { input_tokens: 1, output_tokens: 1, output_tokens_details: { thinking_tokens: 1 } },
  content: [
    { type: 'text', text: 'x', citations: [{ type: 'char_location', cited_text: 'x' }] },
    { type: 'thinking', thinking: 'x', signature: 'x' },
    { type: 'tool_use', id: 'a', name: 'f', input: {} },
    { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
  ],
};

const EVENTS = [
  { type: 'message_start', message: MESSAGE },
  ...MESSAGE.content.map((content_block, index) => ({ type: 'content_block_start', index, content_block })),
  { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation: { type: 'x' } } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{' } },
  { type: 'content_block_stop', index: 2 },
  { type: 'message_delta', delta: { stop_reason: 'x', container: {} }, usage: {} },
  { type: 'error', error: { type: 'x', message: 'x' } },
  { type: 'message_stop' },
];

/** The same with one value, anywhere in it, replaced by any other. */
function withAny<T>(value: T): fc.Arbitrary<T> {
  const places: ((by: unknown) => unknown)[] = [];
  const walk = (node: unknown, put: (by: unknown) => unknown): void => {
    places.push(put);
    if (typeof node !== 'object' || node === null) return;
    for (const [name, one] of Object.entries(node)) {
      walk(one, (by) => put(Array.isArray(node) ? node.with(Number(name), by) : { ...node, [name]: by }));
    }
  };
  walk(value, (by) => by);
  const replaced = fc.tuple(fc.nat(places.length - 1), fc.jsonValue({ maxDepth: 2 }));
  return replaced.map(([at, by]) => JSON.parse(JSON.stringify(places[at]?.(by) ?? null)) as T);
}

test('a request is translated, or refused as one', () => {
  fc.assert(
    fc.property(withAny(REQUEST), (body) => {
      try {
        const received = anthropicMessages.readRequest(Buffer.from(JSON.stringify(body)), ADDRESS);
        JSON.stringify(encoded(translation.decodeRequest(received)).body);
      } catch (error) {
        assert.ok(error instanceof GatewayError && error.status === 400, String(error));
      }
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

test('an answer is read, whatever is in it', () => {
  fc.assert(
    fc.property(withAny<JsonObject>(MESSAGE), (body) => {
      const response = translation.decodeResponse(Object(body) as JsonObject);
      if (response !== null) JSON.stringify(translation.encodeResponse(response, contextOf()));
    }),
    { seed: SEED, numRuns: 1_000 },
  );
});

test('a stream is read, whatever is in it', () => {
  fc.assert(
    fc.property(withAny<readonly unknown[]>(EVENTS), (events) => {
      const list = Array.isArray(events) ? events : [events];
      written(partsOf(list.map((event) => ({ name: null, data: JSON.stringify(event) }))));
    }),
    { seed: SEED, numRuns: 1_000 },
  );
});
