import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked } from '../../../test/support/anthropic-wire.ts';
import { withFlatTools } from './flat-tools.ts';

const tool = (name: string, namespace: string | null) =>
  ({ type: 'function', name, description: null, parameters: null, strict: null, namespace }) as const;
const call = (name: string, namespace: string | null) =>
  ({ type: 'tool-call', id: `call_${name}`, name, kind: 'function', namespace, input: '{}' }) as const;

test('tools and calls within a namespace go by one name, and are known again by it', () => {
  const { request, renamed } = withFlatTools(
    asked({
      tools: [tool('look', null), tool('look', 'mcp__maps__')],
      toolChoice: { type: 'allowed', mode: 'auto', names: ['look'] },
      messages: [{ role: 'assistant', name: null, content: [call('look', null), call('look', 'mcp__maps__')] }],
    }),
  );
  assert.deepEqual(
    request.tools.map(({ name }) => name),
    ['look', 'mcp__maps__look'],
  );
  assert.deepEqual(
    request.messages[0]?.content.map((part) => (part.type === 'tool-call' ? [part.name, part.namespace] : null)),
    [
      ['look', null],
      ['mcp__maps__look', null],
    ],
  );
  assert.deepEqual(request.toolChoice, { type: 'allowed', mode: 'auto', names: ['mcp__maps__look'] });
  assert.deepEqual(renamed?.get('mcp__maps__look'), { name: 'look', namespace: 'mcp__maps__', kind: 'function' });
});

test('a request without namespaces is left as it is', () => {
  const plain = asked({ tools: [tool('look', null)] });
  assert.deepEqual(withFlatTools(plain), { request: plain, renamed: null });
});
