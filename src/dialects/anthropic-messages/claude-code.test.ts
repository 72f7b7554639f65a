import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoded, encoded } from '../../../test/support/anthropic-wire.ts';
import { dialects } from '../../../test/support/dialects.ts';
import { chatOf, targetOf } from '../../../test/support/translating.ts';
import type { DialectId } from '../../inference/index.ts';

const OTHERS: readonly DialectId[] = [
  'openai-chat',
  'openai-responses',
  'gemini-generate',
  'bedrock-converse',
  'cohere-chat',
  'ollama-chat',
];

const billing = (nonce: string) => ({
  type: 'text',
  text: `x-anthropic-billing-header: cc_version=2.1.330; cc_entrypoint=cli; cch=${nonce};`,
});
const asks = (nonce: string) => ({
  model: 'm',
  max_tokens: 99,
  system: [billing(nonce), { type: 'text', text: 'You are Claude Code.' }],
  messages: [{ role: 'user', content: 'Hi' }],
});

test('the line for the books goes to Anthropic, and keeps no prompt from the caches of others', () => {
  const [one, two] = [decoded(asks('97bd6')), decoded(asks('24c2d'))];
  assert.deepEqual(encoded(one).body['system'], asks('97bd6').system);
  for (const id of OTHERS) {
    const [first, second] = [one, two].map((request) => chatOf(dialects[id]).encodeRequest(request, targetOf(request)));
    assert.deepEqual(first?.body, second?.body, id);
    assert.match(JSON.stringify(first?.body), /You are Claude Code\./);
    assert.deepEqual(first?.warnings, [], id);
  }
});

test('a line like it that the user writes is the user’s', () => {
  const said = decoded({ ...asks('1'), messages: [{ role: 'user', content: [billing('2')] }] });
  assert.match(JSON.stringify(said.messages), /cch=2/);
});

test('what a search for tools found comes out as it went in, and is words to others', () => {
  const found = { type: 'tool_reference', tool_name: 'WebFetch', cache_control: { type: 'ephemeral' } };
  const messages = [
    { role: 'user', content: [{ type: 'text', text: 'Find.' }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'ToolSearch', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: [found] }] },
  ];
  const request = decoded({ model: 'm', max_tokens: 99, messages });
  assert.deepEqual(encoded(request).body['messages'], messages);
  for (const id of OTHERS) {
    const { body, warnings } = chatOf(dialects[id]).encodeRequest(request, targetOf(request));
    assert.match(JSON.stringify(body), /The tool WebFetch can be called\./, id);
    assert.deepEqual(warnings, [], id);
  }
});
