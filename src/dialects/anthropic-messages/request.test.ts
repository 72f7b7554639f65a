import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../inference/index.ts';
import { anthropicCountTokens } from './count-tokens.ts';
import { anthropicMessages } from './index.ts';

const ADDRESS = { model: null, stream: null, framing: 'sse' } as const;
const BODY = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] };
const read = (fields: object) =>
  anthropicMessages.readRequest(Buffer.from(JSON.stringify({ ...BODY, ...fields })), ADDRESS);
const said = (...content: object[]) => ({ messages: [{ role: 'user', content }] });

test('the limit is the client’s, the user is whom it names', () => {
  const { maxOutput, stream, endUser, n } = read({ stream: true, metadata: { user_id: 'u'.repeat(300) } });
  assert.deepEqual([maxOutput, stream, n, endUser], [9, true, 1, 'u'.repeat(256)]);
});

const OUTSIDE: readonly (readonly [refersOutside: boolean, fields: object])[] = [
  [false, {}],
  [
    false,
    {
      tools: [
        { name: 'f', input_schema: {} },
        { type: 'custom', name: 'g', input_schema: {} },
      ],
    },
  ],
  [false, said({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } })],
  [false, said({ type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'x' }] } })],
  [false, said({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'x' }] })],
  [true, said({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'x' } })],
  [true, said({ type: 'document', source: { type: 'url', url: 'https://a.test' } })],
  [true, said({ type: 'document', source: { type: 'content', content: [{ type: 'image', source: {} }] } })],
  [true, said({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source: {} }] })],
  [true, said({ type: 'container_upload', file_id: 'f' })],
  [true, { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
  [true, { mcp_servers: [{ type: 'url', url: 'https://a.test', name: 'a' }] }],
];

test('what the body does not hold is known', () => {
  for (const [refersOutside, fields] of OUTSIDE)
    assert.equal(read(fields).refersOutside, refersOutside, JSON.stringify(fields));
});

const REFUSED: readonly (readonly [param: string, fields: object])[] = [
  ['max_tokens', { max_tokens: undefined }],
  ['max_tokens', { max_tokens: -1 }],
  ['model', { model: '' }],
  ['messages', { messages: [] }],
  ['messages', { messages: undefined }],
  ['messages[0].role', { messages: [{ content: 'x' }] }],
  ['messages[0].content', { messages: [{ role: 'user', content: 1 }] }],
  ['tools', { tools: {} }],
  ['stream', { stream: 'yes' }],
];

test('a broken request is refused by the field at fault', () => {
  for (const [param, fields] of REFUSED) {
    assert.throws(
      () => read(fields),
      (error) => error instanceof GatewayError && error.status === 400 && error.details.param === param,
      JSON.stringify(fields),
    );
  }
});

test('a name twice is refused; another model and a lower limit are put into the bytes, and nothing else', () => {
  assert.throws(
    () => anthropicMessages.readRequest(Buffer.from('{"model":"a","max_tokens":1,"max_tokens":2}'), ADDRESS),
    {
      code: 'duplicate_field',
    },
  );
  const bytes = Buffer.from('{ "model":"a", "max_tokens": 900,\n "messages":[{"role":"user","content":"\\u00e9"}] }');
  const spliced = anthropicMessages.spliceRequest(anthropicMessages.readRequest(bytes, ADDRESS), {
    model: 'b',
    addUsage: false,
    maxOutput: { field: 'max_tokens', tokens: 50 },
  });
  const expected = '{ "model":"b", "max_tokens": 50,\n "messages":[{"role":"user","content":"\\u00e9"}] }';
  assert.equal(spliced.toString(), expected);
});

test('tokens are counted of a request without a limit', () => {
  const { max_tokens: _, ...body } = BODY;
  const received = anthropicCountTokens.readRequest(Buffer.from(JSON.stringify(body)), ADDRESS);
  const { messages, maxOutputTokens } = anthropicCountTokens.decodeRequest(received);
  assert.deepEqual([messages.length, maxOutputTokens], [1, null]);
  assert.equal(anthropicCountTokens.encodeResponse(7)['input_tokens'], 7);
});

test('at Vertex the address names the model and the stream, and the version stands in the body', () => {
  const { model: _, ...body } = BODY;
  const bytes = Buffer.from(JSON.stringify({ anthropic_version: 'vertex-2023-10-16', ...body }));
  const received = anthropicMessages.readRequest(bytes, { model: 'claude', stream: true, framing: 'sse' });
  const request = anthropicMessages.chat?.decodeRequest(received);
  assert.deepEqual(
    [request?.model, request?.stream, request?.extensions],
    ['claude', true, { 'anthropic-messages': {} }],
  );
});
