import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatResponse, Tool } from '../../inference/index.ts';
import type { CalledTool } from '../dialect.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { streamOfResponse } from '../stream-of-response.ts';
import { restoreCalls, restoringCalls } from './called-tools.ts';

const renamed = new Map<string, CalledTool>([
  ['a_b', { name: 'a.b', namespace: null, kind: 'function' }],
  ['agents__spawn', { name: 'spawn', namespace: 'agents', kind: 'function' }],
  ['patch', { name: 'patch', namespace: null, kind: 'custom' }],
  ['ns__patch', { name: 'patch', namespace: 'ns', kind: 'custom' }],
]);

const KNOWN = { renamed, declared: [] };

const called = (name: string, input: string, tool: Partial<CalledTool> = {}) =>
  ({ type: 'tool-call', id: name, name, kind: 'function', namespace: null, input, ...tool }) as const;

const answer = (...content: ChatResponse['choices'][number]['content']): ChatResponse => ({
  ...{ id: null, model: null, createdS: null, serviceTier: null, usage: null },
  choices: [{ index: 0, content, finish: { unified: 'tool-calls', raw: null }, stopSequence: null, logprobs: null }],
});

const SENT = answer(
  { type: 'text', text: 'I call.' },
  called('plain', '{"input":"x"}'),
  called('a_b', '{"n":1}'),
  called('agents__spawn', '{}'),
  called('patch', '{"input":"*** Begin\\n"}'),
  called('patch', '{"other":1}'),
  called('ns__patch', '{"input":1}', { kind: 'custom' }),
);

const MEANT = answer(
  { type: 'text', text: 'I call.' },
  called('plain', '{"input":"x"}'),
  { ...called('a_b', '{"n":1}'), name: 'a.b' },
  { ...called('agents__spawn', '{}'), name: 'spawn', namespace: 'agents' },
  called('patch', '*** Begin\n', { kind: 'custom' }),
  called('patch', '{"other":1}', { kind: 'custom' }),
  { ...called('ns__patch', '{"input":1}', { kind: 'custom' }), name: 'patch', namespace: 'ns' },
);

test('calls are of the tools that the caller named, in a whole answer and in a stream', () => {
  assert.deepEqual(restoreCalls(SENT, KNOWN), MEANT);
  const steps = restoringCalls(KNOWN);
  const parts = streamOfResponse(SENT).flatMap((part) => [...steps.push(part)]);
  assert.deepEqual(responseOfStream([...parts, ...steps.end()]), MEANT);
});

test('free text is given out as it is written, side by side with another', () => {
  const steps = restoringCalls(KNOWN);
  const { id, name, kind, namespace } = called('patch', '');
  const start = (block: number) =>
    ({ type: 'block-start', choice: 0, block, content: { type: 'tool-call', id, name, kind, namespace } }) as const;
  const delta = (block: number, text: string) => ({ type: 'delta', choice: 0, block, text }) as const;
  const end = (block: number) => ({ type: 'block-end', choice: 0, block, seal: null }) as const;
  const given = [
    start(0),
    start(1),
    delta(0, '{"inp'),
    delta(1, '{"input":"b"}'),
    delta(0, 'ut":"a"}'),
    end(0),
    end(1),
  ];
  const parts = given.flatMap((part) => [...steps.push(part)]);
  assert.deepEqual(parts.slice(2), [delta(1, 'b'), delta(0, 'a'), end(0), end(1)]);
});

const declared = (name: string, namespace: string | null = null): Tool => ({
  ...{ type: 'function', name, description: null, parameters: null, strict: null, namespace },
});

test('a call in a namespace is of the tool that the caller declared, under both names or the bare one', () => {
  const tools = [declared('mcp__web__search'), declared('spawn'), declared('spawn', 'agents')];
  const cases: readonly (readonly [namespace: string, name: string, known: Partial<CalledTool>])[] = [
    ['mcp__web__', 'search', { name: 'mcp__web__search', namespace: null }],
    ['mcp__web', 'search', { name: 'mcp__web__search', namespace: null }],
    ['functions', 'spawn', { name: 'spawn', namespace: null }],
    ['agents', 'spawn', { name: 'spawn', namespace: 'agents' }],
    ['agents', 'unheard_of', { name: 'unheard_of', namespace: 'agents' }],
  ];
  const known = { renamed: new Map(), declared: tools };
  for (const [namespace, name, meant] of cases) {
    const sent = answer(called(name, '{}', { namespace }));
    const expected = answer({ ...called(name, '{}'), ...meant });
    assert.deepEqual(restoreCalls(sent, known), expected);
    const steps = restoringCalls(known);
    const parts = streamOfResponse(sent).flatMap((part) => [...steps.push(part)]);
    assert.deepEqual(responseOfStream([...parts, ...steps.end()]), expected);
  }
});
