import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { spendRows } from '../support/one-upstream.ts';
import {
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  type Script,
  startStream,
  startUpstream,
  usageChunk,
  write,
} from '../support/upstream.ts';

/** A client of Anthropic's dialect, and upstreams of OpenAI's behind one name. */
async function behind(context: TestContext, scripts: readonly Script[], routing = ''): Promise<Gateway> {
  const upstreams = await Promise.all(scripts.map((script) => startUpstream(context, script)));
  const credentials = upstreams.map(
    ({ url }, index) => `  up${index}: { provider: openai-compatible, base_url: "${url}/v1", api_key: k }`,
  );
  const deployments = upstreams.map(
    (_, index) => `      - { use: up${index}/m, priority: ${index + 1}, price: { input: 2, output: 10 } }`,
  );
  const config = `version: 1
credentials:
${credentials.join('\n')}
models:
  m:
    deployments:
${deployments.join('\n')}
routing: { retries: 0${routing} }
`;
  return startGateway(context, { config });
}

const ASK = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] };

async function ask(gateway: Gateway, more: Readonly<Record<string, unknown>> = {}) {
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': MASTER_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ ...ASK, ...more }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function eventsIn(text: string): readonly string[] {
  return [...text.matchAll(/^event: (\w+)$/gm)].map((match) => match[1] ?? '');
}

test('an upstream that dies in mid-stream: an error event, and no message_stop', async (context) => {
  const gateway = await behind(context, [
    async (request) => {
      startStream(request);
      await write(request.socket, chatChunk('half of'));
      request.socket.destroy();
    },
  ]);
  const { status, text } = await ask(gateway, { stream: true });
  const events = eventsIn(text);
  assert.equal(status, 200);
  assert.equal(events[0], 'message_start');
  assert.equal(events.at(-1), 'error');
  assert.ok(text.includes('half of') && !events.includes('message_stop'));
  const [row] = await spendRows(gateway);
  assert.equal(row?.['status'], 'failure');
});

test('an upstream that ends its stream without a finish: the same', async (context) => {
  const gateway = await behind(context, [
    async (request) => {
      startStream(request);
      await write(request.socket, chatChunk('half of'));
      request.socket.end();
    },
  ]);
  const { text } = await ask(gateway, { stream: true });
  assert.equal(eventsIn(text).at(-1), 'error');
});

test('an error before any content: the next candidate answers, whole', async (context) => {
  const gateway = await behind(context, [
    async (request) => {
      startStream(request);
      await write(request.socket, `data: ${JSON.stringify({ error: { message: 'overloaded', code: 503 } })}\n\n`);
      request.socket.end();
    },
    async (request) => {
      startStream(request);
      const finish = chatChunk('', {}).replace('"finish_reason":null', '"finish_reason":"stop"');
      await write(request.socket, chatChunk('whole') + finish + usageChunk(10, 5) + DONE);
      request.socket.end();
    },
  ]);
  const { text } = await ask(gateway, { stream: true });
  assert.deepEqual(eventsIn(text), [
    'message_start',
    'ping',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.['prompt_tokens'], row?.['completion_tokens'], row?.['spend']], [10, 5, 0.00007]);
});

test('a plain answer to a stream request becomes a stream', async (context) => {
  const gateway = await behind(context, [(request) => answer(request, { body: chatAnswer('hi there') })]);
  const { headers, text } = await ask(gateway, { stream: true });
  assert.match(headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.ok(text.includes('hi there'));
  assert.equal(eventsIn(text).at(-1), 'message_stop');
});

test('in the same dialect, too', async (context) => {
  const gateway = await behind(context, [(request) => answer(request, { body: chatAnswer('hi there') })]);
  const body = { ...ASK, stream: true };
  const { status, text, headers } = await gateway.post('/v1/chat/completions', body);
  assert.deepEqual([status, headers.get('content-type')], [200, 'text/event-stream; charset=utf-8']);
  assert.ok(text.includes('"content":"hi there"') && text.endsWith(DONE));
});

test('a refusal of the upstream: its status and words, in the envelope of the client', async (context) => {
  const words = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.";
  const error = { message: words, type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' };
  const gateway = await behind(context, [
    (request) => answer(request, { status: 400, body: JSON.stringify({ error }) }),
  ]);
  const { status, text } = await ask(gateway);
  const told = JSON.parse(text) as { type: string; error: { type: string; message: string } };
  assert.deepEqual([status, told.type, told.error.type], [400, 'error', 'invalid_request_error']);
  // What Claude Code compacts its conversation by.
  assert.match(told.error.message, /^prompt is too long: 9001 tokens > 8192 maximum/);
});

test('a limit of the upstream: 429 with its Retry-After', async (context) => {
  const gateway = await behind(context, [
    (request) =>
      answer(request, { status: 429, headers: { 'retry-after': '17' }, body: '{"error":{"message":"slow"}}' }),
  ]);
  const { status, headers, text } = await ask(gateway);
  assert.deepEqual([status, headers.get('retry-after')], [429, '17']);
  assert.equal((JSON.parse(text) as { error: { type: string } }).error.type, 'rate_limit_error');
});

test('what the upstream cannot be told: left out and said, or refused before anything is sent', async (context) => {
  let asked = 0;
  const script: Script = (request) => {
    asked++;
    return answer(request, { body: chatAnswer('hi') });
  };
  const unsaid = { tools: [{ type: 'web_search_20250305', name: 'web_search' }] };
  const dropping = await behind(context, [script]);
  const dropped = await ask(dropping, unsaid);
  assert.equal(dropped.status, 200);
  assert.match(dropped.headers.get('x-waybill-warnings') ?? '', /web_search/);
  asked = 0;
  const refusing = await behind(context, [script], ', unsupported: reject');
  const refused = await ask(refusing, unsaid);
  assert.deepEqual([refused.status, asked], [400, 0]);
  assert.match(refused.text, /web_search/);
});

test('more than the upstream takes: images refused where they stand, a temperature brought down', async (context) => {
  const { url, requests } = await startUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }));
  const gateway = await startGateway(context, {
    config: `version: 1
credentials:
  up: { provider: mistral, base_url: "${url}/v1", api_key: k }
models:
  m: { deployments: [{ use: up/m, price: { input: 2, output: 10 } }] }
`,
  });
  const source = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
  const content = Array.from({ length: 9 }, () => ({ type: 'image', source }));
  const refused = await ask(gateway, { messages: [...ASK.messages, { role: 'user', content }] });
  const told = JSON.parse(refused.text) as { error: { type: string; message: string } };
  assert.deepEqual([refused.status, told.error.type, requests.length], [400, 'invalid_request_error', 0]);
  assert.match(told.error.message, /messages\[1\]\.content\[8\].* 8 images .* 9/);
  const lowered = await ask(gateway, { temperature: 1.8 });
  assert.equal(lowered.status, 200);
  assert.match(lowered.headers.get('x-waybill-warnings') ?? '', /sampling\.temperature: m takes 1\.5 .*1\.8/);
  assert.match(requests[0]?.body ?? '', /"temperature":1\.5/);
});

test('a tool of free text is called through functions, its input coming as it is written', async (context) => {
  let sent = '';
  const called = (delta: object, finish_reason: string | null = null): string =>
    chatChunk('', { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...delta }] }, finish_reason }] });
  const gateway = await behind(context, [
    async (request) => {
      sent = request.body;
      startStream(request);
      const start = { id: 'c1', type: 'function', function: { name: 'apply_patch', arguments: '{"inp' } };
      await write(request.socket, called(start) + called({ function: { arguments: 'ut":"*** Be' } }));
      await write(
        request.socket,
        called({ function: { arguments: 'gin\\n"}' } }, 'tool_calls') + usageChunk(10, 5) + DONE,
      );
      request.socket.end();
    },
  ]);
  const response = await fetch(`${gateway.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', input: 'Go.', stream: true, tools: [{ type: 'custom', name: 'apply_patch' }] }),
  });
  const text = await response.text();
  const deltas = [...text.matchAll(/"type":"response\.custom_tool_call_input\.delta".*"delta":("[^"]*")/g)];
  assert.deepEqual(
    deltas.map((match) => JSON.parse(match[1] ?? '')),
    ['*** Be', 'gin\n'],
  );
  assert.match(text, /"type":"custom_tool_call"[^}]*"input":"\*\*\* Begin\\n"/);
  assert.match(sent, /"type":"function","function":\{"name":"apply_patch"/);
});
