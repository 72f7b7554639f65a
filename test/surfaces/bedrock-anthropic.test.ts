import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { ACCESS, EVENT_STREAM, eventStream, REGION, refuse, startBedrock } from '../support/bedrock-upstream.ts';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { spendRows } from '../support/one-upstream.ts';
import { type Recorded, readRecorded, recordedFiles, recordedMissing } from '../support/recorded.ts';
import { answer, type Script, type UpstreamRequest } from '../support/upstream.ts';

/** Clients of Anthropic's dialect at Claude on Bedrock: their own body goes there, carried by InvokeModel. */

const CLAUDE = 'eu.anthropic.claude-sonnet-5-v1:0';
const PROFILE = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc';
const PATH = `/model/${encodeURIComponent(CLAUDE)}`;

async function atBedrock(context: TestContext, script: Script) {
  const upstream = await startBedrock(context, script);
  const config = JSON.stringify({
    version: 1,
    credentials: {
      up: {
        provider: 'bedrock',
        base_url: `http://127.0.0.1:${upstream.port}`,
        region: REGION,
        access_key_id: ACCESS.accessKeyId,
        secret_access_key: ACCESS.secretAccessKey,
      },
    },
    models: {
      sonnet: { deployments: [{ use: `up/${CLAUDE}`, price: { input: 3, output: 15 } }] },
      profile: { deployments: [{ use: `up/${PROFILE}`, price: { input: 3, output: 15 } }] },
    },
    routing: { retries: 0, cooldown: '0s' },
  });
  return { gateway: await startGateway(context, { config }), upstream };
}

const MESSAGE = {
  id: 'msg_bdrk_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5',
  content: [{ type: 'text', text: 'Grüße.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 9, cache_read_input_tokens: 0, output_tokens: 3 },
};

const EVENTS = [
  { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null, usage: { input_tokens: 9 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grü' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ße.' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 3 } },
  { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 9, outputTokenCount: 3 } },
];

function chunks(events: readonly object[]): readonly (readonly [string, object])[] {
  return events.map(
    (event) => ['chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64'), p: 'abcd' }] as const,
  );
}

const bedrock: Script = (request) =>
  request.path.endsWith('-stream')
    ? answer(request, { type: EVENT_STREAM, body: eventStream(chunks(EVENTS)), cuts: [5, 90, 411, 800] })
    : answer(request, { body: JSON.stringify(MESSAGE) });

function raw(gateway: Gateway, body: string, headers: Readonly<Record<string, string>> = {}) {
  return gateway.post('/v1/messages', body, MASTER_KEY, headers);
}

test('the body goes as it came but for what stands in the address, and what stands in headers', async (context) => {
  const { gateway, upstream } = await atBedrock(context, bedrock);
  const rest =
    '"max_tokens" : 64,\n"thinking":{"type":"adaptive","display":"summarized"},"of_the_future":1,"messages":[{"role":"user","content":"Gr\\u00fcße"}]';
  const sent = `{ "model":"sonnet", ${rest}, "stream": false }`;
  const betas =
    'claude-code-20250219, interleaved-thinking-2025-05-14,advanced-tool-use-2025-11-20,fast-mode-2026-02-01';
  const { status, text, headers } = await raw(gateway, sent, {
    'anthropic-beta': betas,
    'anthropic-version': '2023-06-01',
  });
  assert.deepEqual([status, text], [200, JSON.stringify(MESSAGE)]);
  const [asked] = upstream.requests as [UpstreamRequest];
  assert.equal(asked.path, `${PATH}/invoke`);
  const version = '"anthropic_version":"bedrock-2023-05-31"';
  const known = '"anthropic_beta":["interleaved-thinking-2025-05-14","tool-search-tool-2025-10-19"]';
  assert.equal(asked.body, `{${known},${version}, ${rest} }`);
  assert.equal(asked.headers['anthropic-beta'], undefined);
  assert.equal(asked.headers['anthropic-version'], undefined);
  const warned = "anthropic-beta: Bedrock does not know 'fast-mode-2026-02-01': it was left out.";
  assert.equal(headers.get('x-waybill-warnings'), warned);
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.prompt_tokens, row?.completion_tokens, row?.spend], [9, 3, (9 * 3 + 3 * 15) / 1e6]);
});

test("the stream's events arrive as they were packed, framed as Anthropic frames them", async (context) => {
  const { gateway, upstream } = await atBedrock(context, bedrock);
  const sent = '{"model":"sonnet","stream":true,"max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}';
  const { headers, text } = await raw(gateway, sent);
  assert.match(headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(text, EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
  assert.equal(upstream.requests[0]?.path, `${PATH}/invoke-with-response-stream`);
  assert.equal(
    upstream.requests[0]?.body,
    '{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}',
  );
  const client = new Anthropic({ apiKey: MASTER_KEY, baseURL: gateway.url, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Hello' }];
  const final = await client.messages.stream({ model: 'sonnet', max_tokens: 64, messages }).finalMessage();
  assert.deepEqual([final.content, final.usage.output_tokens], [MESSAGE.content, 3]);
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.map(({ spend, status }) => [spend, status]),
    Array(2).fill([(9 * 3 + 3 * 15) / 1e6, 'success']),
  );
});

const REFUSALS = [
  [429, 'ThrottlingException', 'Too many requests.', 429, 'rate_limit_error'],
  [400, 'ValidationException', 'max_tokens: Field required', 400, 'invalid_request_error'],
  [503, 'ServiceUnavailableException', 'Try again.', 503, 'overloaded_error'],
  [500, 'InternalServerException', 'It failed.', 500, 'api_error'],
] as const;

test("a refusal in Bedrock's words is told in Anthropic's", async (context) => {
  let refusal: (typeof REFUSALS)[number] = REFUSALS[0];
  const { gateway } = await atBedrock(context, (request) => refuse(request, refusal[0], refusal[1], refusal[2]));
  for (refusal of REFUSALS) {
    const { status, text } = await raw(
      gateway,
      '{"model":"sonnet","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}',
    );
    const { type, error } = JSON.parse(text);
    assert.deepEqual([status, type, error.type, error.message], [refusal[3], 'error', refusal[4], refusal[2]]);
  }
});

const STREAMED = '{"model":"sonnet","stream":true,"max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}';

test('an exception in the stream: a refusal before any content, an error event after it', async (context) => {
  const exception = ['modelStreamErrorException', { message: 'The model lost its thread.' }] as const;
  let body = eventStream([exception]);
  const { gateway } = await atBedrock(context, (request) => answer(request, { type: EVENT_STREAM, body }));
  const refused = await raw(gateway, STREAMED);
  assert.deepEqual([refused.status, JSON.parse(refused.text).error.message], [500, 'The model lost its thread.']);

  body = eventStream([...chunks(EVENTS.slice(0, 4)), exception]);
  const { status, text } = await raw(gateway, STREAMED);
  assert.equal(status, 200);
  const last = text.trimEnd().split('\n\n').at(-1) ?? '';
  assert.match(last, /^event: error\ndata: /);
  assert.deepEqual(JSON.parse(last.slice(last.indexOf('{'))).error, {
    type: 'api_error',
    message: 'The model lost its thread.',
  });
  assert.equal((await spendRows(gateway))[0]?.status, 'failure');
});

test('a stream that is cut off ends in an error event', async (context) => {
  const { gateway } = await atBedrock(context, async (request) => {
    request.socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${EVENT_STREAM}\r\ntransfer-encoding: chunked\r\n\r\n`);
    const some = eventStream(chunks(EVENTS.slice(0, 4)));
    request.socket.write(`${some.length.toString(16)}\r\n`);
    request.socket.write(some);
    request.socket.write('\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    request.socket.destroy();
  });
  const { text } = await raw(gateway, STREAMED);
  assert.match(text, /event: error\ndata: .*\n\n$/);
});

test('events that come for a plain request are gathered', async (context) => {
  const { gateway } = await atBedrock(context, (request) =>
    answer(request, { type: EVENT_STREAM, body: eventStream(chunks(EVENTS)) }),
  );
  const { status, text } = await raw(gateway, STREAMED.replace('true', 'false'));
  assert.equal(status, 200, text);
  const { content, usage } = JSON.parse(text);
  assert.deepEqual([content[0].text, usage.output_tokens], ['Grüße.', 3]);
});

test('a profile that names no maker is spoken to through Converse', async (context) => {
  const { gateway, upstream } = await atBedrock(context, (request) =>
    refuse(request, 400, 'ValidationException', 'No.'),
  );
  await raw(gateway, STREAMED.replace('sonnet', 'profile'));
  assert.ok(upstream.requests[0]?.path.endsWith('/converse-stream'));
});

/** Streams as Bedrock sent them to InvokeModel's clients. */
function recordedStreams(): readonly Buffer[] {
  return recordedFiles('bedrock-invoke')
    .flatMap(readRecorded)
    .filter(({ path, status }) => path.endsWith('-stream') && status === 200)
    .flatMap((exchange) => {
      const { body_base64: base64 } = exchange as Recorded & { readonly body_base64?: string };
      return base64 === undefined ? [] : [Buffer.from(base64, 'base64')];
    });
}

test('recorded streams of Bedrock are read to their end by an Anthropic client', {
  skip: recordedMissing,
}, async (context) => {
  let body: Buffer = Buffer.alloc(0);
  const { gateway } = await atBedrock(context, (request) =>
    answer(request, { type: EVENT_STREAM, body, cuts: [100, Math.floor(body.length / 2)] }),
  );
  const streams = recordedStreams();
  assert.ok(streams.length > 0);
  const client = new Anthropic({ apiKey: MASTER_KEY, baseURL: gateway.url, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Hello' }];
  for (body of streams) {
    const final = await client.messages.stream({ model: 'sonnet', max_tokens: 64, messages }).finalMessage();
    assert.ok(final.stop_reason !== null && final.content.length > 0);
    const [row] = await spendRows(gateway);
    assert.deepEqual([row?.status, row?.completion_tokens], ['success', final.usage.output_tokens]);
  }
});
