import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked } from '../../test/support/anthropic-wire.ts';
import { dialects } from '../../test/support/dialects.ts';
import { chatOf, targetOf } from '../../test/support/translating.ts';
import type { DialectId, Message } from '../inference/index.ts';

const call = (id: string) =>
  ({ type: 'tool-call', id, name: 'look', kind: 'function', namespace: null, input: '{}' }) as const;
const failed = (callId: string): Message => ({
  role: 'tool',
  content: [
    {
      ...{ type: 'tool-result', callId, name: null, kind: 'function', isError: true },
      content: [{ type: 'text', text: 'No such file.' }],
    },
  ],
});
const MESSAGES: readonly Message[] = [
  { role: 'user', content: [{ type: 'text', text: 'Look.' }], name: null },
  { role: 'assistant', content: [call('c1'), call('c2')], name: null },
  failed('c1'),
  failed('c2'),
];

/** How an upstream is told that a tool failed; null: it cannot be. */
const MARKS: readonly (readonly [upstream: DialectId, mark: string | null])[] = [
  ['anthropic-messages', '"is_error":true'],
  ['bedrock-converse', '"status":"error"'],
  ['gemini-generate', '"response":{"error":"No such file."}'],
  ['openai-chat', null],
  ['openai-responses', null],
  ['cohere-chat', null],
  ['ollama-chat', null],
];

for (const [upstream, mark] of MARKS) {
  test(`${upstream}: a result that is an error is ${mark === null ? 'told of once' : 'marked'}`, () => {
    const request = asked({ messages: MESSAGES });
    const { body, warnings } = chatOf(dialects[upstream]).encodeRequest(request, targetOf(request));
    const json = JSON.stringify(body);
    assert.equal(json.split('No such file.').length, 3, 'what the tool said goes as it is');
    if (mark !== null) assert.equal(json.split(mark).length, 3);
    assert.deepEqual(
      warnings.map(({ field }) => field),
      mark === null ? ['tool_result.is_error'] : [],
    );
  });
}
