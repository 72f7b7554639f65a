import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects } from '../../../test/support/dialects.ts';
import { chatOf, receive, targetOf } from '../../../test/support/translating.ts';
import type { DialectId } from '../../inference/index.ts';

const BODY = {
  model: 'm',
  tools: [
    { type: 'custom', name: 'apply_patch', description: 'Edits files.' },
    {
      type: 'namespace',
      name: 'agents',
      description: 'Agents.',
      tools: [{ type: 'function', name: 'spawn', parameters: { type: 'object', properties: {} } }],
    },
    { type: 'function', name: 'plain', parameters: { type: 'object', properties: {} } },
  ],
  input: [
    { role: 'user', content: 'Go.' },
    { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: '*** Begin' },
    { type: 'custom_tool_call_output', call_id: 'c1', output: 'Done.' },
    { type: 'function_call', call_id: 'c2', name: 'spawn', namespace: 'agents', arguments: '{"n":1}' },
    { type: 'function_call_output', call_id: 'c2', output: 'Spawned.' },
  ],
};
const RENAMED = [
  ['agents__spawn', { name: 'spawn', namespace: 'agents', kind: 'function' }],
  ['apply_patch', { name: 'apply_patch', namespace: null, kind: 'custom' }],
];
const UPSTREAMS: readonly DialectId[] = [
  'anthropic-messages',
  'bedrock-converse',
  'bedrock-invoke',
  'cohere-chat',
  'gemini-generate',
  'ollama-chat',
  'openai-chat',
];

for (const id of UPSTREAMS) {
  test(`${id}: custom tools and namespaces of a Responses client go as functions, and are known again`, () => {
    const client = dialects['openai-responses'];
    const request = chatOf(client).decodeRequest(receive(client, BODY));
    const { body, renamed } = chatOf(dialects[id]).encodeRequest(request, targetOf(request));
    assert.deepEqual([...(renamed ?? [])].toSorted(), RENAMED);
    const sent = JSON.stringify(body).replaceAll('\\"', '"');
    assert.match(sent, /"input":"\*\*\* Begin"/);
    assert.ok(sent.split('"agents__spawn"').length >= 3, 'in its definition and in its call');
    assert.doesNotMatch(sent, /"custom"|"namespace"|"spawn"/);
  });
}
