import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  contextOf,
  decoded,
  finalMessage,
  partsOf,
  translation,
  written,
} from '../../../test/support/anthropic-wire.ts';
import { type ContentPart, noUsage, type Seal, type StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { streamOfResponse } from '../stream-of-response.ts';

const SEED = 20_261_124;
const START: StreamPart = { type: 'start', id: 'chatcmpl-1', model: 'gpt-x', createdS: 1, serviceTier: null };
const END: StreamPart = { type: 'end' };
const usage: Extract<StreamPart, { type: 'usage' }> = {
  type: 'usage',
  usage: {
    ...noUsage,
    inputTokens: 100,
    cacheReadTokens: 60,
    cacheWriteTokens: 30,
    outputTokens: 7,
    reasoningTokens: 2,
  },
};

const begin = (
  block: number,
  content: Extract<StreamPart, { type: 'block-start' }>['content'],
  choice = 0,
): StreamPart => ({
  type: 'block-start',
  choice,
  block,
  content,
});
const more = (block: number, text: string, choice = 0): StreamPart => ({ type: 'delta', choice, block, text });
const close = (block: number, seal: Seal | null = null): StreamPart => ({ type: 'block-end', choice: 0, block, seal });
const call = (id: string) => ({ type: 'tool-call', id, name: 'look', kind: 'function', namespace: null }) as const;
const finish = (unified: 'stop' | 'tool-calls' | 'length', raw: string): StreamPart => ({
  type: 'finish',
  choice: 0,
  finish: { unified, raw },
  stopSequence: null,
});

const namesOf = (parts: readonly StreamPart[]): string =>
  written(parts)
    .map(({ name, data }) => {
      const { index } = JSON.parse(data) as { index?: number };
      return index === undefined ? name : `${name}#${index}`;
    })
    .join(' ');

test('tokens that are counted as read and as written count once: the three make up the input', () => {
  const twice: StreamPart = { type: 'usage', usage: { ...usage.usage, cacheReadTokens: 90, cacheWriteTokens: 90 } };
  const { usage: counts } = JSON.parse(written([START, finish('stop', 'stop'), twice, END]).at(-2)?.data ?? '');
  assert.deepEqual(
    [counts.input_tokens, counts.cache_read_input_tokens, counts.cache_creation_input_tokens],
    [0, 90, 10],
  );
});

test('the events of a text, in their order, with all counts at the end', () => {
  const parts = [START, begin(0, { type: 'text' }), more(0, 'Hi'), close(0), finish('stop', 'stop'), usage, END];
  const events = written(parts);
  assert.equal(
    namesOf(parts),
    'message_start ping content_block_start#0 content_block_delta#0 content_block_stop#0 message_delta message_stop',
  );
  const { delta, usage: counts } = JSON.parse(events.at(-2)?.data ?? '');
  assert.deepEqual(delta, { stop_reason: 'end_turn', stop_sequence: null, stop_details: null, container: null });
  assert.deepEqual(
    [counts.input_tokens, counts.cache_read_input_tokens, counts.cache_creation_input_tokens, counts.output_tokens],
    [10, 60, 30, 7],
  );
  assert.deepEqual(counts.cache_creation, { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 0 });
  assert.deepEqual(counts.output_tokens_details, { thinking_tokens: 2 });
});

test('calls that an upstream writes side by side come one after another', async () => {
  const parts = [START, begin(0, call('a')), begin(1, call('b')), more(1, '{"n"'), more(0, '{"n":1}'), more(1, ':2}')];
  const ends = [close(0), close(1), finish('tool-calls', 'tool_calls'), END];
  const message = await finalMessage(written([...parts, ...ends]));
  assert.equal(message['stop_reason'], 'tool_use');
  const inputs = (message['content'] as JsonObject[]).map(({ id, input }) => [id, input]);
  assert.deepEqual(inputs, [
    ['a', { n: 1 }],
    ['b', { n: 2 }],
  ]);
});

test('blocks that nothing ended are ended, a text that never said a word is none, a second answer does not count', () => {
  const parts = [START, begin(0, { type: 'text' }), close(0), begin(1, call('a')), begin(0, { type: 'text' }, 1)];
  assert.equal(
    namesOf([...parts, more(0, 'other', 1), finish('stop', 'stop'), END]),
    'message_start ping content_block_start#0 content_block_stop#0 message_delta message_stop',
  );
});

test('a call ends the turn for its tool, and a refusal as one, even if the upstream just says stop', async () => {
  const reasonOf = async (...parts: StreamPart[]) =>
    (await finalMessage(written([START, ...parts, finish('stop', 'stop'), END])))['stop_reason'];
  assert.equal(await reasonOf(begin(0, call('a')), more(0, '{}'), close(0)), 'tool_use');
  assert.equal(await reasonOf(begin(0, { type: 'refusal' }), more(0, 'No.'), close(0)), 'refusal');
});

test('a stream that breaks off has no ending but the error', () => {
  const failed: StreamPart = { type: 'error', message: 'full', code: null, status: 529 };
  const events = written([START, failed, begin(0, { type: 'text' }), END]);
  assert.deepEqual(
    events.map(({ name }) => name),
    ['message_start', 'ping', 'error'],
  );
  assert.deepEqual(JSON.parse(events[2]?.data ?? ''), {
    type: 'error',
    error: { type: 'overloaded_error', message: 'full' },
    request_id: null,
  });
});

test("another maker's seals come back from a client that echoes what it got", async () => {
  const gemini: Seal = { format: 'google-gemini-v1', value: 'signed', isWhole: false, id: null };
  const openai: Seal = { format: 'openai-responses-v1', value: 'encrypted', isWhole: true, id: 'rs_1' };
  const parts = [
    START,
    ...[begin(0, { type: 'reasoning', isSummary: true }), more(0, 'thinks'), close(0, gemini)],
    ...[begin(1, { type: 'reasoning', isSummary: true }), close(1, openai)],
    ...[begin(2, call('a')), more(2, '{}'), close(2, gemini)],
    ...[finish('tool-calls', 'STOP'), END],
  ];
  const { content } = await finalMessage(written(parts));
  const { messages } = decoded({ model: 'm', max_tokens: 1, messages: [{ role: 'assistant', content }] });
  const parsed: readonly ContentPart[] = messages[0]?.content ?? [];
  const seals = parsed.map((part) => [part.type, 'seal' in part ? part.seal : null]);
  assert.deepEqual(seals, [
    ['reasoning', gemini],
    ['reasoning', openai],
    ['tool-call', gemini],
  ]);
});

test('each call gets its own seal back from a client that puts calls last', async () => {
  const sealed = (value: string): Seal => ({ format: 'google-gemini-v1', value, isWhole: false, id: null });
  const parts = [
    START,
    ...[begin(0, { type: 'text' }), more(0, 'Two at once.'), close(0, sealed('of the text'))],
    ...[begin(1, call('a')), more(1, '{}'), close(1, sealed('of a'))],
    ...[begin(2, call('b')), more(2, '{}'), close(2, sealed('of b'))],
    ...[finish('tool-calls', 'STOP'), END],
  ];
  const { content } = await finalMessage(written(parts));
  assert.ok(Array.isArray(content));
  const isCall = (block: { readonly type: string }): boolean => block.type === 'tool_use';
  const echoed = [...content.filter((block) => !isCall(block)), ...content.filter(isCall).reverse()];
  const { messages } = decoded({ model: 'm', max_tokens: 1, messages: [{ role: 'assistant', content: echoed }] });
  const seals = messages[0]?.content.map((part) => ('seal' in part ? part.seal : null));
  assert.deepEqual(seals, [sealed('of the text'), sealed('of b'), sealed('of a')]);
});

const plain = { noNullPrototype: true };
const word = fc.string({ minLength: 1, maxLength: 12 });
const seal = fc.record(
  {
    format: fc.constant('anthropic-claude-v1' as const),
    value: fc.base64String({ minLength: 4 }),
    isWhole: fc.constant(false),
    id: fc.constant(null),
  },
  plain,
);
const part: fc.Arbitrary<ContentPart> = fc.oneof(
  word.map((text) => ({ type: 'text' as const, text })),
  fc.record({ type: fc.constant('reasoning' as const), text: word, isSummary: fc.constant(true), seal }, plain),
  fc.record({ id: fc.stringMatching(/^[a-z]{1,8}$/), input: fc.dictionary(word, word) }).map(({ id, input }) => ({
    ...call(id),
    input: JSON.stringify(input),
    extensions: { 'anthropic-messages': { caller: { type: 'direct' } } },
  })),
);

test('whatever an answer holds, it holds after encoding and decoding, whole and streamed', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (content) => {
      const end = { finish: { unified: 'stop', raw: 'end_turn' }, stopSequence: null, logprobs: null } as const;
      const response = {
        ...{ id: 'msg_1', model: 'm', createdS: null, serviceTier: 'default' },
        ...{ choices: [{ index: 0, content, ...end }], usage: null },
      };
      const streamed = responseOfStream(partsOf(written(streamOfResponse(response))));
      assert.deepEqual(streamed.choices, response.choices);
      const whole = translation.decodeResponse(translation.encodeResponse(response, contextOf()));
      assert.deepEqual(whole?.choices, response.choices);
    }),
    { seed: SEED },
  );
});
