import assert from 'node:assert/strict';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import { type TestContext, test } from 'node:test';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { eventually, type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';
import { answer, chatAnswer, chatChunk, DONE, startStream, usageChunk, write } from '../support/upstream.ts';

/** Clients that speak HTTP/2 without asking whether the other side does (AWS's SDK for JavaScript), and no TLS. */

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

type Told = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

function open(context: TestContext, { url }: Pick<Gateway, 'url'>): ClientHttp2Session {
  const session = connect(url);
  session.on('error', () => undefined);
  context.after(() => session.destroy());
  return session;
}

function ask(
  session: ClientHttp2Session,
  path: string,
  body: string | null = null,
  more: Readonly<Record<string, string>> = {},
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const head = { ':path': path, ':method': body === null ? 'GET' : 'POST', authorization: `Bearer ${MASTER_KEY}` };
    const stream = session.request({ ...head, ...more });
    let headers: IncomingHttpHeaders = {};
    let text = '';
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    stream.on('response', (got) => {
      headers = got;
    });
    stream.on('error', reject);
    stream.on('close', () => resolve({ status: Number(headers[':status']), headers, text }));
    stream.end(body ?? undefined);
  });
}

const STREAM = chatChunk('one') + chatChunk('two') + usageChunk(7, 3) + DONE;

test("AWS's client as it comes: plain, streamed, several at once, refused", async (context) => {
  const gateway = await startGateway(context);
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: gateway.url,
    token: { token: await gateway.createKey() },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
  });
  context.after(() => client.destroy());
  const saying = (text: string) => ({
    modelId: 'sandbox/echo',
    messages: [{ role: 'user' as const, content: [{ text }] }],
  });
  const plain = await client.send(new ConverseCommand(saying('Grüße')));
  assert.match(plain.output?.message?.content?.[0]?.text ?? '', /Grüße/);
  const { stream } = await client.send(new ConverseStreamCommand(saying('Grüße im Strom')));
  let text = '';
  for await (const event of stream ?? []) text += event.contentBlockDelta?.delta?.text ?? '';
  assert.match(text, /Grüße im Strom/);
  const long = 'word '.repeat(600);
  const many = await Promise.all(['a', 'b', 'c', long].map((each) => client.send(new ConverseCommand(saying(each)))));
  assert.deepEqual(
    many.map(({ stopReason }) => stopReason),
    Array(4).fill('end_turn'),
  );
  const { modelId, messages } = saying(long);
  const { inputTokens = 0 } = await client.send(new CountTokensCommand({ modelId, input: { converse: { messages } } }));
  assert.ok(inputTokens >= 600);
  const unknown = client.send(new ConverseCommand({ ...saying('x'), modelId: 'nothing-like-it' }));
  await assert.rejects(unknown, { name: 'ResourceNotFoundException' });
  assert.equal((await spendRows(gateway)).filter(({ status }) => status === 'success').length, 6);
});

test('every door answers as it does over HTTP/1.1', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, (request) =>
    request.body.includes('"stream":true')
      ? answer(request, { type: 'text/event-stream', body: STREAM, cuts: [10, 40, 200] })
      : answer(request, { body: chatAnswer('hello') }),
  );
  const session = open(context, gateway);
  const plain = await ask(session, '/v1/chat/completions', chatBody());
  assert.deepEqual([plain.status, plain.text], [200, chatAnswer('hello')]);
  assert.ok(plain.headers['x-request-id'] !== undefined && plain.headers['content-type'] === 'application/json');
  const streamed = await ask(session, '/v1/chat/completions', chatBody({ stream: true }));
  assert.equal(streamed.text, chatChunk('one') + chatChunk('two') + DONE);
  assert.equal((await ask(session, '/v1/models')).status, 200);
  assert.equal((await ask(session, '/health/readiness')).status, 200);
  assert.equal((await ask(session, '/nothing')).status, 404);
  assert.equal((await ask(session, '/v1/chat/completions')).status, 405);
  const without = await ask(session, '/v1/chat/completions', chatBody(), { authorization: 'Bearer sk-wrong' });
  assert.equal(without.status, 401);
  const asked = await ask(session, '/v1/chat/completions', null, { ':method': 'OPTIONS', origin: 'http://x' });
  assert.deepEqual([asked.status, asked.headers['access-control-allow-origin']], [204, '*']);
  // More at once than a socket keeps unread, before the server for it is loaded.
  const eager = await startGateway(context);
  const large = chatBody({ model: 'sandbox/echo', user: 'x'.repeat(200_000) });
  const fresh = open(context, eager);
  const both = await Promise.all([large, large].map((body) => ask(fresh, '/v1/chat/completions', body)));
  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 200],
  );
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.filter(({ status }) => status === 'success').map(({ completion_tokens: tokens }) => tokens),
    [3, 5],
  );
});

test('a body over the limit is refused, and its rest is not waited for; long headers are not taken', async (context) => {
  const gateway = await startGateway(context, { config: 'server: { max_body: 100kB }\n' });
  const session = open(context, gateway);
  const big = chatBody({ model: 'sandbox/echo', user: 'x'.repeat(3_000_000) });
  const refused = await ask(session, '/v1/chat/completions', big);
  assert.equal(refused.status, 413);
  const claimed = await ask(session, '/v1/chat/completions', big, { 'content-length': String(big.length) });
  assert.equal(claimed.status, 413);
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`x-header-${at}`, 'y'.repeat(500)]));
  const outcome = await ask(open(context, gateway), '/health/liveliness', null, many).then(
    ({ status }) => status,
    () => 'reset',
  );
  assert.notEqual(outcome, 200);
  assert.equal((await ask(session, '/health/liveliness')).status, 200);
});

test('a client that goes away aborts the upstream; an upstream that dies ends in an error event', async (context) => {
  let isClosed = false;
  let dies = false;
  const { gateway } = await gatewayAndUpstream(context, async (request) => {
    request.socket.once('close', () => {
      isClosed = true;
    });
    startStream(request);
    await write(request.socket, chatChunk('half of'));
    if (dies) request.socket.resetAndDestroy();
  });
  const session = open(context, gateway);
  const stream = session.request({
    ':path': '/v1/chat/completions',
    ':method': 'POST',
    authorization: `Bearer ${MASTER_KEY}`,
  });
  stream.on('error', () => undefined);
  stream.end(chatBody({ stream: true }));
  await new Promise((resolve) => stream.once('data', resolve));
  stream.close(8);
  await eventually(() => assert.ok(isClosed));
  await eventually(async () => assert.equal((await spendRows(gateway))[0]?.status, 'failure'));

  dies = true;
  const { text } = await ask(session, '/v1/chat/completions', chatBody({ stream: true }));
  assert.ok(text.includes('half of') && text.includes('"error"') && !text.includes('[DONE]'));
});

test('a body that is broken off leaves nothing behind', async (context) => {
  const gateway = await startGateway(context);
  const session = open(context, gateway);
  for (let times = 0; times < 3; times++) {
    const stream = session.request({
      ':path': '/v1/chat/completions',
      ':method': 'POST',
      authorization: `Bearer ${MASTER_KEY}`,
    });
    stream.on('error', () => undefined);
    stream.write('{"model":');
    await new Promise((resolve) => setTimeout(resolve, 30));
    stream.close(8);
  }
  await ask(session, '/health/liveliness');
  session.close();
  // Calls in flight would be waited for until they are cut off.
  const before = performance.now();
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  assert.ok(performance.now() - before < 5_000);
});

test('a stop lets the stream in flight end, and the idle connection go', async (context) => {
  const ends: (() => void)[] = [];
  const { gateway } = await gatewayAndUpstream(context, (request) => {
    startStream(request);
    request.socket.write(chatChunk('first'));
    ends.push(() => request.socket.end(chatChunk('last') + usageChunk(3, 4) + DONE));
  });
  const idle = open(context, gateway);
  await ask(idle, '/health/liveliness');
  const busy = open(context, gateway);
  const answered = ask(busy, '/v1/chat/completions', chatBody({ stream: true }));
  await eventually(() => assert.equal(ends.length, 1));
  const stopped = gateway.stop();
  await new Promise<void>((resolve) => idle.once('close', () => resolve()));
  ends[0]?.();
  const { text } = await answered;
  assert.ok(text.includes('last') && text.endsWith(DONE));
  assert.deepEqual(await stopped, { code: 0, signal: null });
});

test('the preface in pieces is one; behind a request of HTTP/1.1 it is a mistake', async (context) => {
  const gateway = await startGateway(context);
  const pieces = await openRaw(context, gateway.port);
  for (const letter of PREFACE) {
    pieces.socket.write(letter);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  // A frame of SETTINGS without any; the server's own is of the same type, the fourth byte.
  pieces.socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
  await eventually(() => assert.equal(pieces.text().charCodeAt(3), 4));

  const second = await openRaw(context, gateway.port);
  second.socket.write(`${rawPost('/health/nothing', MASTER_KEY, '{}')}${PREFACE}`);
  await second.ended;
  assert.match(second.text(), /HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/);
});

test('a client that goes away at once, or sends what is no HTTP/2, ends its own connection only', async (context) => {
  const gateway = await startGateway(context);
  for (let times = 0; times < 10; times++) {
    const { socket } = await openRaw(context, gateway.port);
    socket.write(PREFACE);
    if (times % 2 === 1) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.resetAndDestroy();
  }
  const garbage = await openRaw(context, gateway.port);
  garbage.socket.write(`${PREFACE}${'no frames '.repeat(100)}`);
  await garbage.ended;
  assert.equal((await ask(open(context, gateway), '/health/liveliness')).status, 200);
});

test('a slow reader: the upstream is paused, and what it reads in the end is whole', async (context) => {
  const offered = 48 * 1_048_576;
  const chunk = Buffer.from(chatChunk('x'.repeat(65_536)));
  let written = 0;
  const { gateway } = await gatewayAndUpstream(context, async (request) => {
    startStream(request);
    for (; written < offered; written += chunk.length) await write(request.socket, chunk);
    request.socket.end(usageChunk(10, 20) + DONE);
  });
  const stream = open(context, gateway).request({
    ':path': '/v1/chat/completions',
    ':method': 'POST',
    authorization: `Bearer ${MASTER_KEY}`,
  });
  stream.end(chatBody({ stream: true }));
  let last = -1;
  await eventually(async () => {
    const stands = written === last && written > 0;
    last = written;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(stands, 'the upstream is still taken from');
  }, 15_000);
  assert.ok(written < offered / 2, `${written} bytes were taken for a reader that takes nothing`);
  let received = 0;
  stream.on('data', (data: Buffer) => {
    received += data.length;
  });
  await new Promise((resolve) => stream.once('close', resolve));
  assert.ok(received > offered, `${received} bytes came`);
  assert.equal((await spendRows(gateway))[0]?.status, 'success');
});
