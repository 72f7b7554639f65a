import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatedBytes } from './generated-bytes.ts';

const event = (delta: unknown): string =>
  `data: {"id":"x","choices":[{"index":0,"delta":${JSON.stringify(delta)},"finish_reason":null}]}\n\n`;

test('what a model wrote is counted, what surrounds it is not', () => {
  const cases: readonly (readonly [delta: unknown, bytes: number])[] = [
    [{ role: 'assistant', content: '' }, 0],
    [{}, 0],
    [{ content: 'Hello' }, 5],
    [{ role: 'assistant', content: null, reasoning_content: 'think' }, 5],
    [{ content: 'a "quoted" \\ word' }, 20],
    [
      {
        content: '',
        reasoning: 'abc',
        reasoning_details: [{ type: 'reasoning.text', text: 'abc', nested: { a: '"}' } }],
      },
      3,
    ],
    [{ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }, 2],
    [
      { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }] },
      3 + 9,
    ],
    [{ content: 'delta"' }, 7],
    [{ some_new_spelling: 'counts' }, 6],
  ];
  for (const [delta, bytes] of cases) assert.equal(generatedBytes(event(delta)), bytes, JSON.stringify(delta));
});

test('several answers in one event, spaces between tokens, text completions', () => {
  assert.equal(
    generatedBytes('data: {"choices" : [ { "delta" : { "content" : "ab" } }, {"delta":{"content":"cde"}} ] }'),
    5,
  );
  assert.equal(generatedBytes('data: {"choices":[{"text":"abc","index":0},{"text":"de"}]}'), 5);
  assert.equal(generatedBytes('data: {"delta":{"content":"cut off in the mid'), 18);
  assert.equal(generatedBytes(': keep-alive'), 0);
});
