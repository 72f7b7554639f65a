import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { eventually, type Gateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer, chatChunk, DONE, type Script, startStream, usageChunk } from '../support/upstream.ts';

const plain: Script = (request) => answer(request, { body: chatAnswer('hi') });
const TWO = ['--workers', '2'];

/** Processes that the primary started, from Linux's own list. */
function workerPids(gateway: Gateway): number[] {
  const { pid } = gateway.child;
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** Kills a worker and waits until as many as before take calls again. */
async function killed(gateway: Gateway, pid: number): Promise<void> {
  const count = (pattern: RegExp): number => gateway.errors().match(pattern)?.length ?? 0;
  const before = count(/a worker takes calls/g);
  process.kill(pid, 'SIGKILL');
  await eventually(() => {
    assert.match(gateway.errors(), new RegExp(`a worker died.*"pid":${pid}\\b`));
    assert.ok(count(/a worker takes calls/g) > before);
  }, 15_000);
}

/** Each over a connection of its own, which the primary hands to whichever worker is next. */
function calls(gateway: Gateway, count: number, key?: string): Promise<number[]> {
  const one = async (): Promise<number> =>
    (await gateway.post('/v1/chat/completions', chatBody({ max_tokens: 5 }), key, { connection: 'close' })).status;
  return Promise.all(Array.from({ length: count }, one));
}

async function metric(gateway: Gateway, pattern: RegExp): Promise<number> {
  const { text } = await gateway.get('/metrics');
  const values = text.split('\n').filter((line) => pattern.test(line));
  return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

async function startTwo(context: TestContext, script: Script = plain): Promise<Gateway> {
  return (await gatewayAndUpstream(context, script, { args: TWO, env: { LOG_LEVEL: 'debug' } })).gateway;
}

const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

test('says how many, serves from both, sums their metrics, has the rows of both, stops with 0', async (context) => {
  const gateway = await startTwo(context);
  assert.match(gateway.readyLine, /2 workers/);
  assert.deepEqual(new Set(await calls(gateway, 20)), new Set([200]));
  assert.equal(await metric(gateway, /^litellm_proxy_total_requests_metric\{/), 20);
  assert.equal(await metric(gateway, /^litellm_request_total_latency_metric_count\{/), 20);
  assert.equal((await gateway.get('/metrics')).text.match(/^# TYPE litellm_spend_metric /gm)?.length, 1);
  assert.equal(await metric(gateway, /^waybill_virtual_keys /), 0);
  assert.equal(new Set((await spendRows(gateway)).map(({ request_id: id }) => id)).size, 20);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
});

test('a key is known to every worker before the answer that makes it, and to none after it is revoked', async (context) => {
  const gateway = await startTwo(context);
  await gateway.createKey();
  assert.equal(await metric(gateway, /^waybill_virtual_keys /), 1);
  for (let round = 0; round < 10; round++) {
    const key = await gateway.createKey();
    assert.deepEqual(await calls(gateway, 4, key), [200, 200, 200, 200]);
    assert.equal((await gateway.post('/key/delete', { keys: [key] })).status, 200);
    assert.deepEqual(await calls(gateway, 4, key), [401, 401, 401, 401]);
  }
});

test('a budget that one worker has used up holds in the other', async (context) => {
  const gateway = await startTwo(context);
  const key = await gateway.createKey({ max_budget: 0.005 });
  assert.deepEqual(await calls(gateway, 1, key), [200]);
  let rounds = 0;
  while ((await calls(gateway, 2, key)).includes(200)) assert.ok(++rounds < 100);
  await eventually(async () => assert.deepEqual(await calls(gateway, 4, key), [402, 402, 402, 402]));
});

test('a killed worker is replaced, and what it had journaled is in the books', onLinux, async (context) => {
  const gateway = await startTwo(context);
  assert.deepEqual(new Set(await calls(gateway, 8)), new Set([200]));
  for (const pid of workerPids(gateway)) await killed(gateway, pid);
  await eventually(async () => assert.deepEqual(new Set(await calls(gateway, 8)), new Set([200])));
  await eventually(async () => assert.ok((await spendRows(gateway)).length >= 16));
  const key = await gateway.createKey();
  assert.deepEqual(await calls(gateway, 4, key), [200, 200, 200, 200]);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
});

test('a stream that was cut by the death of its worker is booked', onLinux, async (context) => {
  const gateway = await startTwo(context, async (request) => {
    startStream(request);
    request.socket.write(chatChunk('one two three'));
  });
  const streams = [0, 1].map(() =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test-master-0123456789abcdef', 'content-type': 'application/json' },
      body: chatBody({ stream: true }),
    }),
  );
  for (const stream of await Promise.all(streams)) await stream.body?.getReader().read();
  await Promise.all(workerPids(gateway).map((pid) => killed(gateway, pid)));
  const rows = await eventually(async () => {
    const found = await spendRows(gateway);
    assert.equal(found.length, 2);
    return found;
  }, 10_000);
  for (const { spend } of rows) assert.ok(spend > 0, `${spend}`);
});

test('SIGHUP loads the file again in all; a faulty one keeps nobody from being replaced', onLinux, async (context) => {
  const gateway = await startTwo(context);
  const file = gateway.configFile ?? '';
  const config = readFileSync(file, 'utf8');
  writeFileSync(file, config.replace('gpt-4o:', 'renamed: { alias_of: nothing }\n  gpt-4o:'));
  gateway.child.kill('SIGHUP');
  await eventually(() => assert.match(gateway.errors(), /faulty/));
  const [pid = 0] = workerPids(gateway);
  await killed(gateway, pid);
  await eventually(async () => assert.deepEqual(await calls(gateway, 4), [200, 200, 200, 200]));
  writeFileSync(file, config.replace('gpt-4o:', 'gpt-5o:'));
  gateway.child.kill('SIGHUP');
  await eventually(async () => assert.deepEqual(await calls(gateway, 4), [404, 404, 404, 404]));
  assert.equal(gateway.child.exitCode, null);
});

test('a stop waits for the streams of all workers', async (context) => {
  const ends: (() => void)[] = [];
  const gateway = await startTwo(context, (request) => {
    startStream(request);
    request.socket.write(chatChunk('first'));
    ends.push(() => request.socket.end(chatChunk('last') + usageChunk(3, 4) + DONE));
  });
  const body = chatBody({ stream: true });
  const answers = [0, 1, 2].map(() => gateway.post('/v1/chat/completions', body));
  await eventually(() => assert.equal(ends.length, 3));
  const stopped = gateway.stop();
  await eventually(() => assert.rejects(fetch(gateway.url, { signal: AbortSignal.timeout(200) })));
  for (const end of ends) end();
  for (const { text } of await Promise.all(answers)) assert.match(text, /last[\s\S]*\[DONE\]/);
  assert.deepEqual(await stopped, { code: 0, signal: null });
});

test('workers end with their primary', onLinux, async (context) => {
  const gateway = await startTwo(context);
  const pids = workerPids(gateway);
  gateway.child.kill('SIGKILL');
  await eventually(() => {
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  });
});
