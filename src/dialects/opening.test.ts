import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DialectId } from '../inference/index.ts';
import type { JsonObject } from '../std/index.ts';
import type { ReceivedRequest } from './dialect.ts';
import { openingOf } from './opening.ts';

function opening(dialect: DialectId, body: JsonObject): string | null {
  return openingOf({ dialect, body } as ReceivedRequest);
}

const SYSTEM = { role: 'system', content: 'Be brief.' };
const text = (value: string, more: object = {}) => [{ type: 'text', text: value, ...more }];

describe('the same through a conversation, another for another', () => {
  const MARK = { cache_control: { type: 'ephemeral' } };
  const cases: readonly (readonly [DialectId, first: JsonObject, later: JsonObject, other: JsonObject])[] = [
    [
      'openai-chat',
      { messages: [SYSTEM, { role: 'user', content: 'a' }] },
      { messages: [SYSTEM, { role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }], temperature: 1 },
      { messages: [SYSTEM, { role: 'user', content: 'z' }] },
    ],
    [
      'anthropic-messages',
      { system: text('Be brief.', MARK), messages: [{ role: 'user', content: text('a', MARK) }] },
      {
        system: text('Be brief.'),
        messages: [
          { role: 'user', content: text('a') },
          { role: 'assistant', content: 'b' },
        ],
      },
      { system: text('Be long.'), messages: [{ role: 'user', content: text('a') }] },
    ],
    [
      'openai-responses',
      { instructions: 'Be brief.', input: [{ type: 'message', role: 'user', content: 'a' }] },
      {
        instructions: 'Be brief.',
        input: [{ type: 'message', role: 'user', content: 'a', id: 'm1' }, { type: 'reasoning' }],
      },
      { instructions: 'Be brief.', input: 'another' },
    ],
    [
      'gemini-generate',
      { systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents: [{ role: 'user', parts: [{ text: 'a' }] }] },
      {
        system_instruction: { parts: [{ text: 'Be brief.' }] },
        contents: [
          { role: 'user', parts: [{ text: 'a' }] },
          { role: 'model', parts: [{ text: 'b' }] },
        ],
      },
      { contents: [{ role: 'user', parts: [{ text: 'a' }] }] },
    ],
  ];
  for (const [dialect, first, later, other] of cases) {
    test(dialect, () => {
      assert.equal(typeof opening(dialect, first), 'string');
      assert.equal(opening(dialect, later), opening(dialect, first));
      assert.notEqual(opening(dialect, other), opening(dialect, first));
    });
  }
});

test('none where there is no turn', () => {
  assert.equal(opening('openai-chat', { messages: [SYSTEM] }), null);
  assert.equal(opening('openai-embeddings', { input: 'a' }), null);
  assert.equal(opening('gemini-generate', { contents: 7 }), null);
});

test('a turn of megabytes is not read to its end', () => {
  const picture = 'A'.repeat(1_000_000);
  const told = opening('openai-chat', { messages: [{ role: 'user', content: [{ type: 'image', url: picture }] }] });
  assert.ok((told ?? '').length < 10_000);
});
