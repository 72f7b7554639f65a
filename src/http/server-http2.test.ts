import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Incoming, Outgoing } from './message.ts';
import { type ConnectionLimits, openHttp2 } from './server-http2.ts';

const LIMITS: ConnectionLimits = {
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 5_000,
  keepAliveTimeoutMs: 5_000,
  maxHeaderBytes: 16_384,
};

async function session(
  context: TestContext,
  limits: Partial<ConnectionLimits>,
  listener: (request: Incoming, response: Outgoing) => void = (_, response) => response.end('well'),
) {
  const http2 = openHttp2(listener, { ...LIMITS, ...limits });
  const server = createServer(http2.take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('error', () => undefined);
  context.after(() => {
    client.destroy();
    server.close();
  });
  const closed = new Promise<'closed'>((resolve) => client.once('close', () => resolve('closed')));
  const within = (ms: number) => Promise.race([closed, new Promise((resolve) => setTimeout(resolve, ms, 'open'))]);
  await new Promise<void>((resolve) => client.once('remoteSettings', () => resolve()));
  return { client, within, http2 };
}

function get(client: Awaited<ReturnType<typeof session>>['client'], end = true): Promise<string> {
  return new Promise((resolve) => {
    const stream = client.request({ ':path': '/', ':method': end ? 'GET' : 'POST' }, { endStream: end });
    stream.on('error', () => undefined);
    stream.resume();
    stream.once('close', () => resolve(stream.rstCode === 0 ? 'answered' : `reset ${stream.rstCode}`));
  });
}

test('a connection without a request is closed, and so is one that has none any more, pings or not', async (context) => {
  const silent = await session(context, { headersTimeoutMs: 100 });
  const pinging = setInterval(() => silent.client.destroyed || silent.client.ping(() => undefined), 20);
  context.after(() => clearInterval(pinging));
  assert.equal(await silent.within(2_000), 'closed');
  const idle = await session(context, { headersTimeoutMs: 300, keepAliveTimeoutMs: 100 });
  assert.equal(await get(idle.client), 'answered');
  assert.equal(await get(idle.client), 'answered');
  assert.equal(await idle.within(2_000), 'closed');
});

test('one with an answer under way is not, however long it takes', async (context) => {
  const limits = { headersTimeoutMs: 50, keepAliveTimeoutMs: 50, requestTimeoutMs: 50 };
  const { client, within } = await session(context, limits, (request, response) => {
    request.resume();
    setTimeout(() => response.end('late'), 400);
  });
  const answered = get(client);
  assert.equal(await within(300), 'open');
  assert.equal(await answered, 'answered');
});

test('a request that does not end is cut off', async (context) => {
  const { client } = await session(context, { requestTimeoutMs: 100 }, (request) => void request.resume());
  const before = performance.now();
  assert.equal(await get(client, false), 'reset 8');
  assert.ok(performance.now() - before < 2_000);
});

test('an answer before the end of its request ends both, without an error', async (context) => {
  const { client } = await session(context, {});
  assert.equal(await get(client, false), 'answered');
});

test('closing lets what is under way end; closing all does not', async (context) => {
  const gentle = await session(context, {}, (_, response) => void setTimeout(() => response.end('well'), 200));
  const first = get(gentle.client);
  await new Promise((resolve) => setTimeout(resolve, 50));
  gentle.http2.closeIdle();
  assert.equal(await first, 'answered');
  assert.equal(await gentle.within(2_000), 'closed');
  const rough = await session(context, {}, () => undefined);
  const second = get(rough.client);
  await new Promise((resolve) => setTimeout(resolve, 50));
  rough.http2.closeAll();
  assert.notEqual(await second, 'answered');
  assert.equal(await rough.within(2_000), 'closed');
});
