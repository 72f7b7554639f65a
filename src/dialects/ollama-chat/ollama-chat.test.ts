import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatRequest, Message, StreamPart } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, UpstreamTarget } from '../dialect.ts';
import { ollamaChat } from './index.ts';

const ADDRESS = { model: null, stream: null, framing: 'ndjson' } as const;
const TARGET: UpstreamTarget = {
  model: 'qwen3',
  maxOutputTokens: null,
  outputLimit: 'both',
  facts: { maxOutput: null, thinking: null, takesSampling: null },
};

function receive(body: object): ReceivedRequest {
  return ollamaChat.readRequest(Buffer.from(JSON.stringify({ model: 'm', messages: [], ...body })), ADDRESS);
}

function decode(body: object): ChatRequest {
  const request = ollamaChat.chat?.decodeRequest(receive(body));
  assert.ok(request !== undefined);
  return request;
}

function encode(request: ChatRequest, target: Partial<UpstreamTarget> = {}) {
  const encoded = ollamaChat.chat?.encodeRequest(request, { ...TARGET, ...target });
  assert.ok(encoded !== undefined);
  return { ...encoded, fields: encoded.warnings.map(({ field }) => field) };
}

const CALL = { function: { name: 'add', arguments: { a: 1 } } };
const OTHER = { function: { name: 'sub', arguments: { a: 2 } } };

function callIds(messages: readonly JsonObject[]): readonly string[] {
  return decode({ messages }).messages.flatMap(({ content }) =>
    content.flatMap((part) => (part.type === 'tool-result' ? [part.callId] : [])),
  );
}

test('it streams unless told not to', () => {
  assert.equal(receive({}).stream, true);
  assert.equal(receive({ stream: false }).stream, false);
  assert.equal(encode({ ...decode({}), stream: false }).body['stream'], false);
});

test('results without ids belong to the call of their name, or the first that is open', () => {
  const asked = { role: 'assistant', content: '', tool_calls: [CALL, OTHER] };
  const result = (fields: object): JsonObject => ({ role: 'tool', content: '3', ...fields });
  assert.deepEqual(callIds([asked, result({ tool_name: 'sub' }), result({ tool_name: 'add' })]), [
    'call_0_1',
    'call_0_0',
  ]);
  assert.deepEqual(callIds([asked, result({}), result({})]), ['call_0_0', 'call_0_1']);
  const named = {
    role: 'assistant',
    content: '',
    tool_calls: [
      { id: 'x', ...CALL },
      { id: 'y', ...OTHER },
    ],
  };
  assert.deepEqual(callIds([named, result({ tool_call_id: 'y' }), result({ tool_call_id: 'x' })]), ['y', 'x']);
});

test('faults are named by their path', () => {
  const faults: readonly (readonly [messages: readonly unknown[], param: string])[] = [
    [[{ role: 'tool', content: '3' }], 'messages[0]'],
    [
      [
        { role: 'user', content: 'x' },
        { role: 'robot', content: 'x' },
      ],
      'messages[1].role',
    ],
    [[{ role: 'user', content: ['x'] }], 'messages[0].content'],
    [['x'], 'messages[0]'],
  ];
  for (const [messages, param] of faults) {
    assert.throws(() => decode({ messages }), { code: 'invalid_request', details: { param } }, param);
  }
  assert.throws(() => decode({ think: 'hardly' }), { details: { param: 'think' } });
  assert.throws(() => decode({ format: 7 }), { details: { param: 'format' } });
  assert.throws(() => decode({ tools: [{}] }), { details: { param: 'tools[0].function' } });
});

test('the output limit stands among the options, and is put there in the bytes', () => {
  const splice = (body: object, tokens: number | null): unknown => {
    const maxOutput = tokens === null ? null : ({ field: 'max_tokens', tokens } as const);
    return JSON.parse(ollamaChat.spliceRequest(receive(body), { model: 'up', addUsage: true, maxOutput }).toString());
  };
  assert.equal(receive({ options: { num_predict: 7 } }).maxOutput, 7);
  assert.equal(receive({ options: { num_predict: -1 } }).maxOutput, null);
  assert.deepEqual(splice({ options: { seed: 1 } }, 9), {
    model: 'up',
    messages: [],
    options: { seed: 1, num_predict: 9 },
  });
  assert.deepEqual(splice({}, 9), { model: 'up', messages: [], options: { num_predict: 9 } });
  assert.deepEqual(splice({ x: 1 }, null), { model: 'up', messages: [], x: 1 });
});

test('options named twice could admit one limit and send another', () => {
  const bytes = Buffer.from('{"model":"m","messages":[],"options":{"num_predict":1},"options":{"num_predict":9}}');
  assert.throws(() => ollamaChat.readRequest(bytes, ADDRESS), { code: 'duplicate_field' });
});

test('options, format, thought and what is only Ollama’s come back', () => {
  const options = {
    temperature: 0,
    top_k: 3,
    min_p: 0.1,
    repeat_penalty: 1.1,
    stop: ['a'],
    num_predict: 5,
    num_ctx: 8192,
  };
  const format = { type: 'object', properties: {} };
  const body = { options, format, think: 'high', keep_alive: '5m', truncate: true, logprobs: true, top_logprobs: 2 };
  const request = decode(body);
  assert.equal(request.maxOutputTokens, 5);
  assert.deepEqual(request.reasoning?.effort, 'high');
  const encoded = encode(request, { maxOutputTokens: 5 }).body;
  assert.deepEqual(encoded, { model: 'qwen3', messages: [], stream: true, ...body });
});

test('thoughts are wished for in the words that Ollama has', () => {
  const wish = { mode: null, effort: null, budgetTokens: null, summary: null, isShown: null };
  const facts = { maxOutput: null, thinking: 'none', takesSampling: null } as const;
  const think = (reasoning: ChatRequest['reasoning'], target = {}): unknown =>
    encode({ ...decode({}), reasoning }, target).body['think'];
  assert.equal(think({ ...wish, effort: 'none' }), false);
  assert.equal(think({ ...wish, effort: 'minimal' }), 'low');
  assert.equal(think({ ...wish, mode: 'on' }), true);
  assert.equal(think({ ...wish, mode: 'off', effort: 'high' }), false);
  assert.equal(think(wish), undefined);
  assert.equal(think({ ...wish, mode: 'on' }, { facts }), undefined);
  assert.deepEqual(encode({ ...decode({}), reasoning: { ...wish, mode: 'on' } }, { facts }).fields, ['reasoning']);
  assert.deepEqual(encode({ ...decode({}), reasoning: { ...wish, budgetTokens: 9 } }).fields, [
    'reasoning.budgetTokens',
  ]);
});

test('images are bare base64, and are told by their first bytes', () => {
  const base64 = 'iVBORw0KGgoAAA';
  const image = { type: 'image', media: { kind: 'base64', base64 }, mediaType: 'image/png', detail: null } as const;
  const [message] = decode({ messages: [{ role: 'user', content: 'x', images: [base64] }] }).messages;
  assert.deepEqual(message?.content, [{ type: 'text', text: 'x' }, image]);
  const url = { type: 'image', media: { kind: 'url', url: 'https://x/y.png' }, mediaType: null, detail: null } as const;
  const messages: readonly Message[] = [{ role: 'user', content: [url, image], name: null }];
  const { body, fields } = encode({ ...decode({}), messages });
  assert.deepEqual(body['messages'], [{ role: 'user', content: '', images: [base64] }]);
  assert.deepEqual(fields, ['messages']);
});

test('of tools it is told only those that may be called', () => {
  const tools = [
    { type: 'function', function: { name: 'add' } },
    { type: 'function', function: { name: 'sub' } },
  ];
  const request = decode({ tools });
  const names = (toolChoice: ChatRequest['toolChoice']): unknown =>
    (encode({ ...request, toolChoice }).body['tools'] as { function: { name: string } }[] | undefined)?.map(
      (tool) => tool.function.name,
    );
  assert.deepEqual(names(null), ['add', 'sub']);
  assert.equal(names({ type: 'none' }), undefined);
  assert.deepEqual(names({ type: 'tool', name: 'sub' }), ['sub']);
  assert.deepEqual(names({ type: 'allowed', mode: 'auto', names: ['add'] }), ['add']);
  assert.deepEqual(encode({ ...request, toolChoice: { type: 'required' } }).fields, ['toolChoice']);
});

test('calls that come side by side are written whole, usage may come before the finish', () => {
  const at = (block: number) => ({ choice: 0, block });
  const start = (block: number, id: string): StreamPart => ({
    type: 'block-start',
    ...at(block),
    content: { type: 'tool-call', id, name: 'add', kind: 'function', namespace: null },
  });
  const delta = (block: number, text: string): StreamPart => ({ type: 'delta', ...at(block), text });
  const end = (block: number): StreamPart => ({ type: 'block-end', ...at(block), seal: null });
  const received = receive({});
  const context = { received, request: decode({}), exchangeId: 'e', startedS: 0 };
  const steps = ollamaChat.chat?.encodeStream(context);
  const parts: readonly StreamPart[] = [
    start(0, 'x'),
    delta(0, '{"a"'),
    start(1, 'y'),
    delta(1, '{}'),
    delta(0, ':1}'),
    end(1),
    end(0),
    { type: 'block-start', choice: 1, block: 0, content: { type: 'text' } },
    { type: 'delta', choice: 1, block: 0, text: 'another answer' },
    { type: 'end' },
  ];
  const lines = parts.flatMap((part) => steps?.push(part) ?? []).map(({ data }) => JSON.parse(data));
  assert.deepEqual(
    lines.map(({ message, done }) => [message.tool_calls?.[0]?.id, message.tool_calls?.[0]?.function.arguments, done]),
    [
      ['y', {}, false],
      ['x', { a: 1 }, false],
      [undefined, undefined, true],
    ],
  );
});

test('a stream that breaks off has no end, one with an error says so', () => {
  const decodeLines = (...lines: object[]): readonly string[] => {
    const steps = ollamaChat.chat?.decodeStream();
    const parts = lines.flatMap((line) => steps?.push({ name: null, data: JSON.stringify(line) }) ?? []);
    return [...parts, ...(steps?.end() ?? [])].map(({ type }) => type);
  };
  const said = { model: 'm', created_at: '2026-08-04T19:58:15.1Z', message: { role: 'assistant', content: 'x' } };
  assert.deepEqual(decodeLines({ ...said, done: false }), ['start', 'block-start', 'delta']);
  assert.deepEqual(decodeLines({ ...said, done: false }, { error: 'out of memory' }).at(-1), 'error');
  assert.deepEqual(decodeLines({ ...said, done: true, done_reason: 'stop' }).slice(-3), ['block-end', 'finish', 'end']);
});
