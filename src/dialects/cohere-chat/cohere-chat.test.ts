import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatRequest, Message, StreamPart } from '../../inference/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { cohereChat } from './index.ts';

const { chat } = cohereChat;
const FACTS = { maxOutput: null, thinking: null, takesSampling: null } as const;
const TARGET: UpstreamTarget = { model: 'command-a', maxOutputTokens: null, outputLimit: 'both', facts: FACTS };
const USER = { role: 'user', content: 'x' };

function receive(body: object): ReceivedRequest {
  const bytes = Buffer.from(JSON.stringify({ model: 'm', messages: [USER], ...body }));
  return cohereChat.readRequest(bytes, { model: null, stream: null, framing: 'sse' });
}

function decode(body: object): ChatRequest {
  const request = chat?.decodeRequest(receive(body));
  assert.ok(request !== undefined);
  return request;
}

function encode(request: ChatRequest, target: Partial<UpstreamTarget> = {}) {
  const encoded = chat?.encodeRequest(request, { ...TARGET, ...target });
  assert.ok(encoded !== undefined);
  return { body: encoded.body, fields: encoded.warnings.map(({ field }) => field) };
}

const CALLS = [{ id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }];
const TOOLS = ['add', 'sub'].map((name) => ({ type: 'function', function: { name, parameters: { type: 'object' } } }));

test('what is Cohere’s alone comes back', () => {
  const body = {
    messages: [
      { role: 'system', content: 'Be brief.' },
      USER,
      { role: 'assistant', tool_plan: 'I add.', tool_calls: CALLS },
      {
        role: 'tool',
        tool_call_id: 'c1',
        content: [{ type: 'document', document: { id: 'd', data: { sum: 3 } } }],
      },
    ],
    documents: ['plain', { id: 'doc', data: { text: 'fact', url: 'u' } }],
    tools: TOOLS,
    strict_tools: true,
    tool_choice: 'REQUIRED',
    response_format: { type: 'json_object', json_schema: { type: 'object' } },
    thinking: { type: 'enabled', token_budget: 500 },
    safety_mode: 'STRICT',
    citation_options: { mode: 'FAST' },
    k: 5,
    p: 0.5,
    stop_sequences: ['END'],
    logprobs: true,
    stream: true,
  };
  assert.deepEqual(encode(decode(body)), { body: { model: 'command-a', ...body }, fields: [] });
});

test('documents are instructions to other models, found documents are text', () => {
  const { messages } = decode({
    messages: [{ role: 'system', content: 's' }, USER],
    documents: [{ data: { text: 'fact' } }],
  });
  assert.deepEqual(
    messages.map(({ role }) => role),
    ['system', 'system', 'user'],
  );
  assert.deepEqual(messages[1]?.content, [{ type: 'text', text: 'Document 0:\nfact' }]);
  const found = [{ type: 'document', document: { data: '{"sum":3}' } }];
  const told = [
    { role: 'assistant', tool_calls: CALLS },
    { role: 'tool', tool_call_id: 'c1', content: found },
  ];
  const [, result] = decode({ messages: told }).messages;
  assert.ok(result?.role === 'tool');
  assert.equal(result.content[0]?.name, 'add');
  assert.deepEqual(
    result.content[0]?.content.map((part) => (part.type === 'text' ? part.text : null)),
    ['{"sum":3}'],
  );
});

test('faults are named by their path', () => {
  const faults: readonly (readonly [body: object, param: string])[] = [
    [{ messages: [{ role: 'tool', tool_call_id: 'c9', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: ['x'] }] }, 'messages[0].content[0]'],
    [{ messages: [1] }, 'messages[0]'],
    [{ tool_choice: 'ADD' }, 'tool_choice'],
    [{ tools: [{ function: {} }] }, 'tools[0].function.name'],
  ];
  for (const [body, param] of faults) {
    assert.throws(() => decode(body), { code: 'invalid_request', details: { param } }, param);
  }
});

test('that one tool must be called is said by offering no other', () => {
  const request = decode({ tools: TOOLS });
  const offered = (toolChoice: ChatRequest['toolChoice']): unknown => {
    const { tools, tool_choice } = encode({ ...request, toolChoice }).body as {
      tools: { function: { name: string } }[];
      tool_choice?: string;
    };
    return [tools.map((tool) => tool.function.name), tool_choice];
  };
  assert.deepEqual(offered({ type: 'tool', name: 'sub' }), [['sub'], 'REQUIRED']);
  assert.deepEqual(offered({ type: 'allowed', mode: 'required', names: ['add'] }), [['add'], 'REQUIRED']);
  assert.deepEqual(offered({ type: 'allowed', mode: 'auto', names: ['add'] }), [['add'], undefined]);
  assert.deepEqual(offered({ type: 'auto' }), [['add', 'sub'], undefined]);
  assert.deepEqual(offered({ type: 'none' }), [['add', 'sub'], 'NONE']);
});

test('thoughts go to models that think; before the calls of one that does not they are its plan', () => {
  const seal = { format: 'anthropic-claude-v1', value: 's', isWhole: false, id: null } as const;
  const content = [
    { type: 'reasoning', text: 'mine', isSummary: false, seal: null },
    { type: 'reasoning', text: 'sealed', isSummary: false, seal },
    { type: 'tool-call', id: 'c', name: 'add', kind: 'function', namespace: null, input: '{}' },
  ] as const;
  const messages: readonly Message[] = [{ role: 'assistant', content, name: null }];
  const call = { id: 'c', type: 'function', function: { name: 'add', arguments: '{}' } };
  const request = { ...decode({}), messages };
  const thinking = [{ type: 'thinking', thinking: 'mine' }];
  assert.deepEqual(encode(request).body['messages'], [{ role: 'assistant', content: thinking, tool_calls: [call] }]);
  const facts = { ...FACTS, thinking: 'none' } as const;
  const planned = [{ role: 'assistant', tool_plan: 'mine', tool_calls: [call] }];
  assert.deepEqual(encode(request, { facts }).body['messages'], planned);
});

test('what Cohere has no word for is named', () => {
  const { sampling, ...rest } = decode({ tools: TOOLS });
  const wish = { mode: null, effort: 'low', budgetTokens: null, summary: null, isShown: null } as const;
  const fields = ['sampling.minP', 'sampling.n', 'parallelToolCalls', 'reasoning.effort'];
  const asked = { ...sampling, minP: 0.1, n: 2 };
  const encoded = encode({ ...rest, sampling: asked, parallelToolCalls: false, reasoning: wish });
  assert.deepEqual(encoded.fields, fields);
  assert.deepEqual(encoded.body['thinking'], { type: 'enabled' });
});

test('the limit is spliced in under its one name, usage is not asked for', () => {
  const limit = { field: 'max_completion_tokens', tokens: 9 } as const;
  const bytes = cohereChat.spliceRequest(receive({ stream: true }), { model: 'up', addUsage: true, maxOutput: limit });
  assert.deepEqual(JSON.parse(bytes.toString()), { model: 'up', messages: [USER], stream: true, max_tokens: 9 });
  assert.equal(receive({ max_tokens: 0 }).maxOutput, null);
});

function decodeEvents(...events: JsonObject[]): readonly StreamPart[] {
  const steps = chat?.decodeStream();
  const parts = events.flatMap((event) => steps?.push({ name: null, data: JSON.stringify(event) }) ?? []);
  return [...parts, ...(steps?.push({ name: null, data: '[DONE]' }) ?? []), ...(steps?.end() ?? [])];
}

test('a citation after the end of its text still comes before the block is closed', () => {
  const delta = (message: object): object => ({ delta: { message } });
  const citation = { start: 0, end: 2, text: 'ab', sources: [{ type: 'document', id: 'd', document: { url: 'u' } }] };
  const parts = decodeEvents(
    { type: 'message-start', id: 'i' },
    { type: 'content-start', index: 0, ...delta({ content: { type: 'text', text: '' } }) },
    { type: 'content-delta', index: 0, ...delta({ content: { text: 'abc' } }) },
    { type: 'content-end', index: 0 },
    { type: 'citation-start', index: 0, ...delta({ citations: citation }) },
    { type: 'citation-start', index: 1, ...delta({ citations: { ...citation, type: 'PLAN' } }) },
    { type: 'message-end', delta: { finish_reason: 'COMPLETE' } },
  );
  const types = ['start', 'block-start', 'delta', 'citation', 'block-end', 'finish', 'end'];
  assert.deepEqual(
    parts.map(({ type }) => type),
    types,
  );
  const cited = parts.find((part) => part.type === 'citation');
  assert.equal(cited?.citation.url, 'u');
});

test('an end with an error is no end', () => {
  const parts = decodeEvents({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'overloaded' } });
  assert.deepEqual(parts, [{ type: 'error', message: 'overloaded', code: null, status: null }]);
  const event = cohereChat.encodeErrorEvent(new GatewayError('upstream_ended', 'gone'), 'sse').toString();
  assert.match(event, /^event: message-end\ndata: \{.*"finish_reason":"ERROR".*\}\n\n$/);
});

test('penalties are brought into Cohere’s range, and told of', () => {
  const { sampling, ...request } = decode({});
  const asked = { ...sampling, frequencyPenalty: -0.5, presencePenalty: 2 };
  const { body, fields } = encode({ ...request, sampling: asked });
  assert.deepEqual([body['frequency_penalty'], body['presence_penalty']], [0, 1]);
  assert.deepEqual(fields, ['sampling.frequencyPenalty', 'sampling.presencePenalty']);
  const within = encode({ ...request, sampling: { ...sampling, frequencyPenalty: 0.1, presencePenalty: 0 } });
  assert.deepEqual([within.body['frequency_penalty'], within.fields], [0.1, []]);
});
