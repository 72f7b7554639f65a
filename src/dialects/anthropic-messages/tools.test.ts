import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, encoded } from '../../../test/support/anthropic-wire.ts';
import type { CustomTool, FunctionTool, ServerTool, ToolChoice } from '../../inference/index.ts';

const named = (name: string, namespace: string | null = null): FunctionTool => ({
  type: 'function',
  name,
  description: null,
  parameters: null,
  strict: null,
  namespace,
});
const INPUT = { type: 'object', properties: {} };

test('names that Anthropic refuses are changed, told apart, and told back', () => {
  const tools = [named('plain'), named('a.b'), named('a:b'), named('spawn', 'agents'), named('x'.repeat(130))];
  const { body, renamed } = encoded(asked({ tools, toolChoice: { type: 'tool', name: 'a.b' } }));
  const sent = ['plain', 'a_b', 'a_b_2', 'agents__spawn', 'x'.repeat(128)];
  assert.deepEqual(
    body['tools'],
    sent.map((name) => ({ name, input_schema: INPUT })),
  );
  assert.deepEqual(body['tool_choice'], { type: 'tool', name: 'a_b' });
  const called = (name: string, namespace: string | null = null) => ({ name, namespace, kind: 'function' });
  assert.deepEqual(
    [...(renamed ?? [])],
    [
      ['a_b', called('a.b')],
      ['a_b_2', called('a:b')],
      ['agents__spawn', called('spawn', 'agents')],
      ['x'.repeat(128), called('x'.repeat(130))],
    ],
  );
});

test('a call and its result keep one id, in the letters that Anthropic takes', () => {
  const id = 'call|1';
  const call = { type: 'tool-call', id, name: 'a.b', kind: 'function', namespace: null, input: 'no JSON' } as const;
  const result = { type: 'tool-result', callId: id, name: null, kind: 'function', content: [], isError: true } as const;
  const { body } = encoded(
    asked({
      tools: [named('a.b')],
      messages: [
        { role: 'assistant', content: [call], name: null },
        { role: 'tool', content: [result] },
      ],
    }),
  );
  assert.deepEqual(body['messages'], [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'call_7c1', name: 'a_b', input: { input: 'no JSON' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_7c1', is_error: true }] },
  ]);
});

test('a tool of free text is one of a single string', () => {
  const grammar = { syntax: 'lark', definition: 'start: "x"' } as const;
  const tool: CustomTool = { type: 'custom', name: 'patch', description: 'Patches.', grammar, namespace: null };
  const { body, renamed, warnings } = encoded(asked({ tools: [tool] }));
  assert.deepEqual(body['tools'], [
    {
      name: 'patch',
      description: 'Patches.\n\n`input` must match this Lark grammar:\nstart: "x"',
      input_schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
    },
  ]);
  assert.deepEqual(renamed?.get('patch'), { name: 'patch', namespace: null, kind: 'custom' });
  assert.deepEqual(
    warnings.map(({ field }) => field),
    ['tools.format'],
  );
});

test("another provider's server tool is Anthropic's where it has one", () => {
  const server = (service: ServerTool['service'], name: string): ServerTool => ({
    type: 'server',
    service,
    dialect: 'openai-responses',
    name,
    raw: { type: name },
  });
  const tools = [
    server('code-execution', 'code_interpreter'),
    server('web-search', 'web_search'),
    server('file-search', 'file_search'),
  ];
  const { body, headers, warnings } = encoded(asked({ tools }));
  assert.deepEqual(body['tools'], [
    { type: 'code_execution_20250825', name: 'code_execution' },
    { type: 'web_search_20250305', name: 'web_search' },
  ]);
  assert.deepEqual(headers, ['anthropic-beta', 'code-execution-2025-08-25']);
  assert.equal(warnings.length, 3);
});

const CHOICES: readonly (readonly [choice: ToolChoice | null, parallel: boolean | null, sent: unknown])[] = [
  [null, null, undefined],
  [null, false, { type: 'auto', disable_parallel_tool_use: true }],
  [{ type: 'required' }, true, { type: 'any', disable_parallel_tool_use: false }],
  [{ type: 'none' }, false, { type: 'none' }],
  [{ type: 'allowed', mode: 'required', names: ['one'] }, null, { type: 'any' }],
];

test('tool choice; of allowed tools the others are not offered', () => {
  const tools = [named('one'), named('two')];
  for (const [toolChoice, parallelToolCalls, sent] of CHOICES) {
    const { body } = encoded(asked({ tools, toolChoice, parallelToolCalls }));
    assert.deepEqual(body['tool_choice'], sent);
    const offered = (body['tools'] as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(offered, toolChoice?.type === 'allowed' ? ['one'] : ['one', 'two']);
  }
  assert.equal(encoded(asked({ toolChoice: { type: 'auto' } })).body['tool_choice'], undefined);
});

test('parameters without a type are those of an object; what only OpenAI enforces is named', () => {
  const tool = { ...named('f'), parameters: { properties: { a: {} } }, strict: true };
  const { body, warnings } = encoded(asked({ tools: [tool] }));
  assert.deepEqual(body['tools'], [{ name: 'f', input_schema: { properties: { a: {} }, type: 'object' } }]);
  assert.deepEqual(
    warnings.map(({ field }) => field),
    ['tools.strict'],
  );
});
