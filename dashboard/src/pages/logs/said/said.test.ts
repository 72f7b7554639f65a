import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersOf, messagesOf, parametersOf, toolsOf } from './said.ts';

const text = (said: string) => ({ kind: 'text' as const, text: said });

test('a chat: system, words, pictures by their kind, calls with what was given, results by the call', () => {
  const request = {
    model: 'm',
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See' },
          { type: 'image_url', image_url: { url: 'https://x' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'hm',
        tool_calls: [{ id: 'c1', function: { name: 'look', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'found' },
    ],
    tools: [{ type: 'function', function: { name: 'look', description: 'Looks', parameters: { type: 'object' } } }],
    temperature: 0.5,
    stop: ['x'],
    stream: true,
  };
  assert.deepEqual(messagesOf(request), [
    { role: 'system', parts: [text('Be brief.')] },
    { role: 'user', parts: [text('See'), { kind: 'media', type: 'image_url' }] },
    {
      role: 'assistant',
      parts: [
        { kind: 'thought', text: 'hm' },
        { kind: 'call', name: 'look', text: '{"a":1}' },
      ],
    },
    { role: 'tool', parts: [{ kind: 'result', name: 'c1', text: 'found' }] },
  ]);
  assert.deepEqual(toolsOf(request), [{ name: 'look', description: 'Looks', schema: '{\n  "type": "object"\n}' }]);
  assert.deepEqual(parametersOf(request), [
    ['temperature', '0.5'],
    ['stop', '["x"]'],
  ]);
});

test('redacted, it is of its own dialect: Anthropic’s, Gemini’s, Responses', () => {
  const anthropic = {
    system: '[9 characters]',
    messages: [
      { role: 'assistant', content: [{ type: 'tool_use', name: 'look', input: { a: '[number]' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: '[5 characters]' }] },
    ],
  };
  assert.deepEqual(messagesOf(anthropic), [
    { role: 'system', parts: [text('[9 characters]')] },
    { role: 'assistant', parts: [{ kind: 'call', name: 'look', text: '{\n  "a": "[number]"\n}' }] },
    { role: 'user', parts: [{ kind: 'result', name: 't1', text: '[5 characters]' }] },
  ]);
  const gemini = { contents: [{ role: 'user', parts: [{ text: '[2 characters]' }] }] };
  assert.deepEqual(messagesOf(gemini), [{ role: 'user', parts: [text('[2 characters]')] }]);
  assert.deepEqual(messagesOf({ input: '[2 characters]' }), [{ role: 'user', parts: [text('[2 characters]')] }]);
  assert.deepEqual(answersOf({ content: [{ type: 'text', text: 'hi' }] }), [
    { role: 'assistant', parts: [text('hi')] },
  ]);
  assert.deepEqual(answersOf({ candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] } }] }), [
    { role: 'model', parts: [text('hi')] },
  ]);
  assert.deepEqual(answersOf({ error: { message: 'no' } }), [{ role: 'error', parts: [text('no')] }]);
});

test('what is no request says nothing', () => {
  for (const value of [null, 'text', 7, [], {}, { messages: 7 }, { messages: [null, 7] }]) {
    assert.deepEqual(
      messagesOf(value).flatMap(({ parts }) => parts),
      [],
    );
    assert.deepEqual(toolsOf(value), []);
  }
});
