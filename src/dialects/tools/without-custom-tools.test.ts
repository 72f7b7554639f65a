import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatRequest, ChatResponse, Tool, ToolCallPart } from '../../inference/index.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { streamOfResponse } from '../stream-of-response.ts';
import { restoreCalls, restoringCalls } from './called-tools.ts';
import { USUAL_NAMES } from './tool-name.ts';
import { withoutCustomTools, withoutNamespaces } from './without-custom-tools.ts';

const PATCH: Tool = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Edits files.',
  grammar: { syntax: 'lark', definition: 'start: "x"' },
  namespace: null,
};
const SPAWN: Tool = functionTool('spawn_agent', 'multi_agent_v1');
const PLAIN: Tool = functionTool('plain', null);

function functionTool(name: string, namespace: string | null): Tool {
  return { type: 'function', name, description: null, parameters: { type: 'object' }, strict: null, namespace };
}

function call(name: string, input: string, more: Partial<ToolCallPart> = {}): ToolCallPart {
  return { type: 'tool-call', id: `call_${name}`, name, kind: 'function', namespace: null, input, ...more };
}

const CALLS = [
  call('apply_patch', '*** Begin\n"Patch"', { kind: 'custom' }),
  call('spawn_agent', '{"a":1}', { namespace: 'multi_agent_v1' }),
  call('plain', '{}'),
];

function requestWith(tools: readonly Tool[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { ...EMPTY, tools, ...more };
}

const EMPTY: ChatRequest = {
  model: 'm',
  messages: [],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  output: { type: 'text' },
  reasoning: null,
  sampling: {
    temperature: null,
    topP: null,
    topK: null,
    minP: null,
    presencePenalty: null,
    frequencyPenalty: null,
    repetitionPenalty: null,
    seed: null,
    stop: [],
    logitBias: null,
    logprobs: null,
    topLogprobs: null,
    n: 1,
  },
  maxOutputTokens: null,
  verbosity: null,
  modalities: null,
  stream: false,
  endUser: null,
  cacheKey: null,
  serviceTier: null,
  metadata: null,
};

function answerWith(content: readonly ToolCallPart[]): ChatResponse {
  const finish = { unified: 'tool-calls', raw: null } as const;
  return {
    id: null,
    model: null,
    createdS: null,
    choices: [{ index: 0, content, finish, stopSequence: null, logprobs: null }],
    usage: null,
    serviceTier: null,
  };
}

describe('a request without custom tools and namespaces', () => {
  const request = requestWith([PATCH, SPAWN, PLAIN], {
    toolChoice: { type: 'allowed', mode: 'auto', names: ['apply_patch', 'spawn_agent'] },
    messages: [
      { role: 'assistant', content: CALLS, name: null },
      {
        role: 'tool',
        content: [
          { type: 'tool-result', callId: 'call_apply_patch', name: null, kind: 'custom', content: [], isError: false },
        ],
      },
    ],
  });
  const { request: flat, renaming, warnings } = withoutCustomTools(request, USUAL_NAMES);
  const known = { renamed: renaming.renamed ?? new Map(), declared: request.tools };

  it('has functions only, the grammar told in words', () => {
    assert.deepEqual(
      flat.tools.map((tool) => [tool.type, tool.name, tool.type === 'server' ? null : tool.namespace]),
      [
        ['function', 'apply_patch', null],
        ['function', 'multi_agent_v1__spawn_agent', null],
        ['function', 'plain', null],
      ],
    );
    const [patch] = flat.tools;
    assert.match(patch?.type === 'function' ? (patch.description ?? '') : '', /Edits files\..*Lark.*start: "x"/s);
    assert.deepEqual(
      warnings.map(({ field }) => field),
      ['tools.format'],
    );
  });

  it('has its choice, calls and results renamed alike', () => {
    assert.deepEqual(flat.toolChoice, {
      type: 'allowed',
      mode: 'auto',
      names: ['apply_patch', 'multi_agent_v1__spawn_agent'],
    });
    assert.deepEqual(flat.messages[0]?.content, [
      call('apply_patch', '{"input":"*** Begin\\n\\"Patch\\""}'),
      { ...call('spawn_agent', '{"a":1}'), name: 'multi_agent_v1__spawn_agent' },
      call('plain', '{}'),
    ]);
    const [result] = flat.messages[1]?.content ?? [];
    assert.equal(result?.type === 'tool-result' && result.kind, 'function');
  });

  it('is the same object where there is nothing to do', () => {
    const plain = requestWith([PLAIN], { messages: [{ role: 'assistant', content: CALLS.slice(2), name: null }] });
    assert.equal(withoutCustomTools(plain, USUAL_NAMES).request, plain);
  });

  it('keeps names within 64 letters, and apart', () => {
    const long = functionTool('x'.repeat(50), 'y'.repeat(50));
    const twin = functionTool('spawn_agent', 'multi_agent_v1');
    const other = functionTool('multi_agent_v1__spawn_agent', null);
    const names = withoutCustomTools(requestWith([long, twin, other]), USUAL_NAMES).request.tools.map(
      ({ name }) => name,
    );
    assert.ok(names.every((name) => name.length <= 64));
    assert.equal(new Set(names).size, 3);
    assert.equal(names[2], 'multi_agent_v1__spawn_agent');
  });

  it('is answered with the tools that the client knows, whole and streamed', () => {
    const [message] = flat.messages;
    assert.ok(message?.role === 'assistant');
    const answer = answerWith(message.content.filter((part) => part.type === 'tool-call'));
    assert.deepEqual(restoreCalls(answer, known), answerWith(CALLS));
    const steps = restoringCalls(known);
    const parts = streamOfResponse(answer).flatMap((part) => steps.push(part));
    assert.deepEqual(responseOfStream([...parts, ...steps.end()]), answerWith(CALLS));
  });

  it('leaves other tools alone', () => {
    assert.deepEqual(restoreCalls(answerWith(CALLS.slice(2)), known), answerWith(CALLS.slice(2)));
  });
});

describe('a request without namespaces', () => {
  const history: ChatRequest['messages'] = [{ role: 'assistant', content: CALLS, name: null }];
  const { request, renaming, warnings } = withoutNamespaces(requestWith([PATCH, SPAWN], { messages: history }), {
    ...USUAL_NAMES,
    most: 20,
  });

  it('keeps tools of free text', () => {
    assert.deepEqual(request.tools, [PATCH, { ...SPAWN, name: 'multi_agent_v1__spaw', namespace: null }]);
    assert.deepEqual(request.messages[0]?.content[0], CALLS[0]);
    assert.deepEqual(warnings, []);
  });

  it('renames what lies in one, and nothing else', () => {
    const called = { name: 'spawn_agent', namespace: 'multi_agent_v1', kind: 'function' } as const;
    assert.deepEqual([...(renaming.renamed ?? [])], [['multi_agent_v1__spaw', called]]);
  });
});

describe('names in a choice and in results', () => {
  const dotted = functionTool('a.b', null);
  const inside = functionTool('a.b', 'ns');
  const result = { type: 'tool-result', callId: 'gone', kind: 'function', content: [], isError: false } as const;
  const asked = (toolChoice: ChatRequest['toolChoice']): ChatRequest =>
    requestWith([inside, dotted, { ...PATCH, grammar: null, description: null }], {
      toolChoice,
      messages: [{ role: 'tool', content: [{ ...result, name: 'a.b' }] }],
    });

  it('mean the tool without a namespace first, of allowed tools all that bear the name', () => {
    const one = withoutCustomTools(asked({ type: 'tool', name: 'a.b' }), USUAL_NAMES).request;
    assert.deepEqual(one.toolChoice, { type: 'tool', name: 'a_b' });
    assert.deepEqual(one.messages[0]?.content, [{ ...result, name: 'a_b' }]);
    const allowed = { type: 'allowed', mode: 'auto', names: ['a.b', 'unknown'] } as const;
    const names = ['a_b', 'ns__a_b', 'unknown'];
    assert.deepEqual(withoutCustomTools(asked(allowed), USUAL_NAMES).request.toolChoice, { ...allowed, names });
  });

  it('a custom tool without words gets some, and no warning without a grammar', () => {
    const { request, warnings } = withoutCustomTools(asked(null), USUAL_NAMES);
    const patch = request.tools[2];
    assert.equal(patch?.type === 'function' && patch.description, '`input` is free text.');
    assert.deepEqual(warnings, []);
  });
});
