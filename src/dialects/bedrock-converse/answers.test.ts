import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamPart } from '../../inference/index.ts';
import { decodeConverseResponse } from './decode-response.ts';
import { decodeConverseStream } from './decode-stream.ts';
import { encodeConverseStream } from './encode-stream.ts';

test('an object that is no answer is none', () => {
  for (const body of [{}, { output: null }, { output: { message: { content: 'Hi' } } }, { message: 'No.' }])
    assert.equal(decodeConverseResponse(body), null);
});

test('a stream that breaks off has no end; an exception is an error', () => {
  const steps = decodeConverseStream();
  const events = [
    { name: 'messageStart', data: '{"role":"assistant"}' },
    { name: 'contentBlockDelta', data: '{"contentBlockIndex":0,"delta":{"text":"Hi"}}' },
    { name: 'somethingNew', data: '{}' },
    { name: 'contentBlockDelta', data: 'not JSON' },
    { name: 'throttlingException', data: '{"message":"Too many tokens."}' },
  ];
  const parts = [...events.flatMap((event) => steps.push(event)), ...steps.end()];
  assert.deepEqual(
    parts.map(({ type }) => type),
    ['start', 'block-start', 'delta', 'error'],
  );
  const error = { type: 'error', message: 'Too many tokens.', code: 'throttlingException', status: 429 };
  assert.deepEqual(parts.at(-1), error);
});

test('an answer without its metadata ends with the stream', () => {
  const steps = decodeConverseStream();
  assert.deepEqual(
    steps
      .push({
        name: 'messageStop',
        data: '{"stopReason":"stop_sequence","additionalModelResponseFields":{"stop_sequence":"END"}}',
      })
      .at(-1),
    {
      type: 'finish',
      choice: 0,
      finish: { unified: 'stop', raw: 'stop_sequence' },
      stopSequence: 'END',
      extensions: { 'bedrock-converse': { additionalModelResponseFields: { stop_sequence: 'END' } } },
    },
  );
  assert.deepEqual(steps.end(), [{ type: 'end' }]);
});

test('calls side by side, a second choice and a missing end of a block are written in good order', () => {
  const call = (id: string) => ({ type: 'tool-call', id, name: 'a', kind: 'function', namespace: null }) as const;
  const parts: StreamPart[] = [
    { type: 'start', id: 'x', model: null, createdS: null, serviceTier: null },
    {
      type: 'block-start',
      choice: 0,
      block: 0,
      content: { type: 'whole', part: { type: 'opaque', dialect: 'gemini-generate', name: 'x', raw: {} } },
    },
    { type: 'block-end', choice: 0, block: 0, seal: null },
    { type: 'block-start', choice: 0, block: 1, content: call('one') },
    { type: 'block-start', choice: 0, block: 2, content: call('two') },
    { type: 'delta', choice: 0, block: 2, text: '{}' },
    { type: 'delta', choice: 1, block: 0, text: 'not ours' },
    { type: 'delta', choice: 0, block: 1, text: '{}' },
    { type: 'block-end', choice: 0, block: 1, seal: null },
    { type: 'finish', choice: 0, finish: { unified: 'tool-calls', raw: null }, stopSequence: null },
    { type: 'end' },
  ];
  const steps = encodeConverseStream();
  const events = parts.flatMap((part) => steps.push(part)).map(({ name, data }) => [name, JSON.parse(data)] as const);
  assert.deepEqual(
    events.map(([name, { contentBlockIndex }]) => `${name} ${contentBlockIndex ?? ''}`.trim()),
    [
      'messageStart',
      'contentBlockStart 0',
      'contentBlockStart 1',
      'contentBlockDelta 1',
      'contentBlockDelta 0',
      'contentBlockStop 0',
      'contentBlockStop 1',
      'messageStop',
      'metadata',
    ],
  );
});
