import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTokens } from 'gpt-tokenizer';
import { leastTokens } from './least-tokens.ts';

const turn = (content: unknown) => ({ messages: [{ role: 'user', content }] });

test('words of prompts are counted, in any language that parts them', () => {
  assert.equal(leastTokens(turn('One two, three\nfour-five  six'), false), 1 + 5);
  assert.equal(leastTokens(turn([{ type: 'text', text: 'Grüße an alle über Ähren' }]), false), 1 + 1 + 5);
});

test('no more than a tokenizer finds', () => {
  for (const text of [
    'The quick brown fox jumps over 13 lazy dogs.',
    'für    jeden\n\n  Fall a b c',
    'x = y + foo(bar)',
  ]) {
    assert.ok(leastTokens({ input: text }, false) <= countTokens(text), text);
  }
});

test('media, ciphers and thoughts are no prompt', () => {
  const parts = [
    { type: 'image', source: { type: 'base64', data: 'a b c d e f g' } },
    { type: 'thinking', thinking: 'so many words that are not sent again', signature: 'x y' },
    { type: 'reasoning', encrypted_content: 'p q r' },
  ];
  assert.ok(leastTokens(turn(parts), false) <= 5);
});

test('where the server cuts what is too long, nothing is', () => {
  for (const cut of [{ truncation: 'auto' }, { truncate: 'END' }, { context_management: { edits: [] } }])
    assert.equal(leastTokens({ ...turn('a b c d'), ...cut }, false), 0);
  assert.equal(leastTokens({ ...turn('a b c d'), truncation: 'disabled' }, false), 1 + 4 + 1);
});

test('tools that are loaded when they are searched for are no prompt', () => {
  const tool = { name: 'f', description: 'many words about it' };
  assert.equal(leastTokens({ tools: [{ ...tool, defer_loading: true }] }, false), 0);
  assert.equal(leastTokens({ tools: [tool] }, false), 1 + 4);
});

test('of texts that are looked at one by one the longest counts', () => {
  assert.equal(leastTokens({ model: 'm', input: ['one two', 'one two three', 'one'] }, true), 3);
});
