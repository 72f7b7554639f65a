import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openRaw, rawPost } from '../support/raw-client.ts';
import { chatChunk, DONE, startStream, usageChunk } from '../support/upstream.ts';

const READINESS = 'GET /health/readiness HTTP/1.1\r\nHost: gateway\r\n\r\n';

test('comes up with nothing, answers from the sandbox, stops with 0', async (context) => {
  const gateway = await startGateway(context);
  const answer = await gateway.post('/v1/chat/completions', {
    model: 'sandbox/echo',
    messages: [{ role: 'user', content: 'hello' }],
  });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.text, /hello/);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
});

test('one line on standard output names the address, the store and the journal mode; the rest is elsewhere', async (context) => {
  const gateway = await startGateway(context);
  assert.equal(
    gateway.readyLine,
    `waybill listening on http://127.0.0.1:${gateway.port} (store: SQLite in ${gateway.data}; counters: in memory; journal: local)`,
  );
  assert.equal((await gateway.get('/health/readiness', '')).status, 200);
  await gateway.stop();
  assert.equal(gateway.output(), `${gateway.readyLine}\n`);
  for (const line of gateway.errors().split('\n')) {
    if (line.startsWith('{')) JSON.parse(line);
  }
  assert.ok(!gateway.errors().includes(MASTER_KEY));
});

test('SIGINT stops too', async (context) => {
  const gateway = await startGateway(context);
  assert.deepEqual(await gateway.stop('SIGINT'), { code: 0, signal: null });
});

/** A gateway with one stream that lasts until `finish` is called. */
async function streaming(context: TestContext, more = '') {
  const ends: (() => void)[] = [];
  const { gateway } = await gatewayAndUpstream(
    context,
    (request) => {
      startStream(request);
      request.socket.write(chatChunk('first'));
      ends.push(() => request.socket.end(chatChunk('last') + usageChunk(3, 4) + DONE));
    },
    { more },
  );
  const client = await openRaw(context, gateway.port);
  client.socket.write(rawPost('/v1/chat/completions', MASTER_KEY, chatBody({ stream: true })));
  await client.until(/first/);
  return { gateway, client, finish: () => ends[0]?.() };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} with a stream in flight: not ready, no new calls, the stream ends whole, its books too, 0`, async (context) => {
    const { gateway, client, finish } = await streaming(context);
    // Half a request was sent before the signal, so that its connection is not idle and hears what readiness says.
    const probe = await openRaw(context, gateway.port);
    probe.socket.write(READINESS.slice(0, 20));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = gateway.stop(signal);
    await eventually(() => assert.rejects(fetch(gateway.url, { signal: AbortSignal.timeout(200) })));
    probe.socket.write(READINESS.slice(20));
    await probe.until(/HTTP\/1\.1 503[\s\S]*\}/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(gateway.child.exitCode, null);
    finish();
    await client.until(/last[\s\S]*\[DONE\]/);
    const before = performance.now();
    assert.deepEqual(await stopped, { code: 0, signal: null });
    assert.ok(performance.now() - before < 3_000, 'a connection that its client keeps open keeps no gateway');

    const next = await startGateway(context, { data: gateway.data });
    const [row] = await spendRows(next);
    assert.equal(row?.completion_tokens, 4);
    assert.doesNotMatch(next.errors(), /was killed/);
  });
}

test('what does not end is cut when the time is up, and booked', async (context) => {
  const { gateway, client } = await streaming(context, 'server: { drain_timeout: 500ms }');
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  await client.ended;
  const next = await startGateway(context, { data: gateway.data });
  assert.equal((await spendRows(next)).length, 1);
});

test('a second signal at once is the same one; from a second later on it ends the gateway', async (context) => {
  const { gateway, client } = await streaming(context);
  const stopped = gateway.stop();
  await new Promise((resolve) => setTimeout(resolve, 200));
  gateway.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.equal(gateway.child.exitCode, null, 'the first two were one');
  const before = performance.now();
  gateway.child.kill('SIGINT');
  assert.deepEqual(await stopped, { code: 1, signal: null });
  assert.ok(performance.now() - before < 1_000);
  await client.ended;
  const next = await startGateway(context, { data: gateway.data });
  await eventually(async () => assert.equal((await spendRows(next)).length, 1));
});

test('a killed gateway starts again, and what it had taken is in the books', async (context) => {
  const { gateway } = await streaming(context);
  await gateway.stop('SIGKILL');
  const next = await startGateway(context, { data: gateway.data });
  assert.match(next.errors(), /was killed/);
  const [row, ...more] = await spendRows(next);
  assert.deepEqual(more, []);
  assert.ok((row?.spend ?? 0) > 0);
});
