import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from '../../../test/support/anthropic-wire.ts';
import { responseOfStream } from '../response-of-stream.ts';

const event = (value: object) => ({ name: null, data: JSON.stringify(value) });
const start = event({
  type: 'message_start',
  message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3, output_tokens: 1 } },
});
const begin = (index: number, content_block: object) => event({ type: 'content_block_start', index, content_block });
const more = (index: number, delta: object) => event({ type: 'content_block_delta', index, delta });
const close = (index: number) => event({ type: 'content_block_stop', index });
const ending = event({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: 9, input_tokens: null },
});
const stop = event({ type: 'message_stop' });

test('counts of the beginning hold where the end does not name them', () => {
  const usages = partsOf([start, ending, stop]).flatMap((part) => (part.type === 'usage' ? [part.usage] : []));
  assert.deepEqual(
    usages.map(({ inputTokens, outputTokens }) => [inputTokens, outputTokens]),
    [
      [3, 1],
      [3, 9],
    ],
  );
});

test('a call whose input stands at its beginning has it, and one without any takes nothing', () => {
  const tool = (id: string, input: object) => ({ type: 'tool_use', id, name: 'f', input });
  const events = [start, begin(0, tool('a', { n: 1 })), close(0), begin(1, tool('b', {})), close(1), ending, stop];
  const { choices } = responseOfStream(partsOf(events));
  assert.deepEqual(
    choices[0]?.content.map((part) => part.type === 'tool-call' && part.input),
    ['{"n":1}', '{}'],
  );
});

test('a block that only Anthropic has comes whole, with what its deltas brought', () => {
  const search = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
  const events = [
    ...[start, begin(0, search), more(0, { type: 'input_json_delta', partial_json: '{"q":' })],
    ...[more(0, { type: 'input_json_delta', partial_json: '"x"}' }), close(0)],
    ...[
      begin(1, { type: 'compaction', content: null }),
      more(1, { type: 'compaction_delta', content: 'so far' }),
      close(1),
    ],
    ...[ending, stop],
  ];
  const { choices } = responseOfStream(partsOf(events));
  assert.deepEqual(
    choices[0]?.content.map((part) => part.type === 'opaque' && part.raw),
    [
      { ...search, input: { q: 'x' } },
      { type: 'compaction', content: 'so far' },
    ],
  );
});

test('a stream that is cut has no end, one with an error says which', () => {
  const cut = partsOf([start, begin(0, { type: 'text', text: 'so' })]);
  assert.deepEqual(
    cut.map(({ type }) => type),
    ['start', 'usage', 'block-start', 'delta'],
  );
  const failed = partsOf([start, event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })]);
  assert.deepEqual(failed.at(-1), { type: 'error', message: 'Overloaded', code: 'overloaded_error', status: 529 });
});

test('odd events say nothing and break nothing', () => {
  const odd = [
    '',
    '[DONE]',
    'null',
    '{',
    '{}',
    '{"type":"content_block_delta","index":7,"delta":{"type":"text_delta","text":"x"}}',
  ];
  const events = ['{"type":"content_block_start"}', '{"type":"message_start"}', '{"type":"ping"}', ...odd];
  assert.deepEqual(partsOf(events.map((data) => ({ name: null, data }))), []);
});
