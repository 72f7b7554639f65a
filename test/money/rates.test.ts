import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type Gateway, startGateway } from '../support/gateway.ts';
import { chatBody, PRICE } from '../support/one-upstream.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { type RedisServer, redisMissing, startRedis } from '../support/redis.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

/** `RATE_SECONDS=180 RATE_LIMIT=600 RATE_CLIENTS=50 npm test -- test/money/rates` is the long run. */
const SECONDS = Number(process.env['RATE_SECONDS'] ?? 4);
const LIMIT = Number(process.env['RATE_LIMIT'] ?? 90);
const CLIENTS = Number(process.env['RATE_CLIENTS'] ?? 20);
const INSTANCES = 3;
const PLACES = 4;

const BODY = chatBody({ max_tokens: 50 });
const SECRET_KEY = 'one-secret-of-thirty-two-letters!';
/** As clients do that are told to come back later, only sooner. */
const PAUSE_MS = 100;

async function openUpstream(context: TestContext, delayMs = 0): Promise<string> {
  const upstream = await startUpstream(context, async (request) => {
    await sleep(delayMs);
    await answer(request, { body: chatAnswer('hello', 100, 50) });
  });
  return `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  gpt-4o: { deployments: [up/gpt-4o], price: { input: ${PRICE.input}, output: ${PRICE.output} } }
routing: { retries: 0 }
`;
}

/** A connection of its own for each: between workers, whichever is next takes it. */
async function call(gateway: Gateway | undefined, key: string): Promise<number> {
  if (gateway === undefined) throw new Error('there is no such gateway');
  return (await gateway.post('/v1/chat/completions', BODY, key, { connection: 'close' })).status;
}

/** When each call was let in, milliseconds from the start. */
async function hammer(gateways: readonly Gateway[], key: string, seconds: number): Promise<readonly number[]> {
  const startMs = performance.now();
  const admitted: number[] = [];
  const client = async (at: number): Promise<void> => {
    for (let nth = at; performance.now() - startMs < seconds * 1_000; nth++) {
      const askedMs = performance.now() - startMs;
      const status = await call(gateways[nth % gateways.length], key);
      assert.ok(status === 200 || status === 429, `${status}`);
      if (status === 200) admitted.push(askedMs);
      else await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, at) => client(at)));
  return admitted.sort((one, other) => one - other);
}

function mostInAMinute(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + 60_000).length));
}

async function staysAtItsLimit(context: TestContext, gateways: readonly Gateway[]): Promise<void> {
  const key = await gateways[0]?.createKey({ rpm_limit: LIMIT });
  assert.ok(key);
  const times = await hammer(gateways, key, SECONDS);
  const minutes = Math.ceil(SECONDS / 60);
  const most = mostInAMinute(times);
  const perMinute = Array.from({ length: minutes }, (_, minute) => {
    return times.filter((time) => Math.floor(time / 60_000) === minute).length;
  });
  context.diagnostic(JSON.stringify({ limit: LIMIT, seconds: SECONDS, perMinute, mostInAMinute: most }));
  assert.ok(most <= LIMIT * 1.02, `${most} in a minute`);
  assert.ok(times.length >= minutes * LIMIT * 0.98, `${times.length} in ${minutes} minutes`);
}

/** Processes that the primary started, from Linux's own list. */
function workerPids({ child: { pid } }: Gateway): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

async function countersOf(gateway: Gateway | undefined): Promise<Readonly<Record<string, unknown>>> {
  const { text } = (await gateway?.get('/health')) ?? { text: '{}' };
  return (JSON.parse(text) as { counters: Record<string, unknown> }).counters;
}

test('workers on SQLite keep a rate together', async (context) => {
  const config = await openUpstream(context);
  const gateway = await startGateway(context, { config, args: ['--workers', String(INSTANCES)] });
  assert.match(gateway.readyLine, /counters: in memory of the first process/);
  await staysAtItsLimit(context, [gateway]);
});

test('places of a killed worker are free again', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async (context) => {
  const config = await openUpstream(context, 20_000);
  const gateway = await startGateway(context, { config, args: ['--workers', String(INSTANCES)] });
  const key = await gateway.createKey({ max_parallel_requests: PLACES });
  const cut = new AbortController();
  context.after(() => cut.abort());
  const open = (): Promise<number> =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', connection: 'close' },
      body: BODY,
      signal: cut.signal,
    }).then(
      ({ status }) => status,
      () => 0,
    );
  /** Asks for more until as many are held as there may be, and then once more. */
  const fill = async (): Promise<number> => {
    let held = 0;
    for (let last = false; !last; ) {
      last = held >= PLACES;
      const refused = Array.from({ length: 12 }, () =>
        Promise.race([open().then((status) => status === 429), sleep(4_000).then(() => false)]),
      );
      held += (await Promise.all(refused)).filter((isRefused) => !isRefused).length;
    }
    return held;
  };
  assert.equal(await fill(), PLACES);
  for (const pid of workerPids(gateway)) process.kill(pid, 'SIGKILL');
  await eventually(async () => assert.equal(workerPids(gateway).length, INSTANCES), 15_000);
  // What is on its way to a dying worker is never answered.
  const isReady = async (): Promise<boolean> =>
    Promise.race([
      gateway.get('/health/readiness').then(
        ({ status }) => status === 200,
        () => false,
      ),
      sleep(1_000).then(() => false),
    ]);
  for (let ready = 0; ready < INSTANCES; ) if (await isReady()) ready++;
  assert.equal(await fill(), PLACES);
});

suite('instances on Postgres', { skip: postgresMissing() }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  const startAll = async (context: TestContext, more: Readonly<Record<string, string>> = {}): Promise<Gateway[]> => {
    const config = await openUpstream(context);
    const env = { DATABASE_URL: await server.createDatabase(), WAYBILL_SECRET_KEY: SECRET_KEY, ...more };
    const gateways = [await startGateway(context, { config, env })];
    while (gateways.length < INSTANCES) gateways.push(await startGateway(context, { config, env }));
    return gateways;
  };

  test('keep a rate together', async (context) => {
    const gateways = await startAll(context);
    assert.match(gateways[0]?.readyLine ?? '', /counters: Postgres/);
    await eventually(async () => assert.equal((await countersOf(gateways[0]))['processes'], INSTANCES));
    await staysAtItsLimit(context, gateways);
  });

  test('one call a minute is one, wherever it comes first', async (context) => {
    const gateways = await startAll(context);
    for (let first = 0; first < INSTANCES; first++) {
      const key = await gateways[0]?.createKey({ rpm_limit: 1 });
      assert.ok(key);
      assert.equal(
        await eventually(async () => {
          const status = await call(gateways[first], key);
          assert.notEqual(status, 401, 'the key is not known there yet');
          return status;
        }),
        200,
      );
      for (let nth = 0; nth < 2 * INSTANCES; nth++) assert.equal(await call(gateways[nth % INSTANCES], key), 429);
    }
  });

  test('what an idle instance does not need goes to the busy one', async (context) => {
    const gateways = await startAll(context);
    const key = await gateways[0]?.createKey({ rpm_limit: 60 });
    assert.ok(key);
    for (const gateway of gateways) {
      await eventually(async () => assert.equal(await call(gateway, key), 200));
    }
    const times = await hammer(gateways.slice(0, 1), key, 4.5);
    assert.equal(times.length, 60 - INSTANCES);
  });

  suite('with Redis', { skip: redisMissing() }, () => {
    let redis: RedisServer;
    before(async () => {
      redis = await startRedis();
    });
    after(() => redis.stop());

    test('keep a rate together', async (context) => {
      const gateways = await startAll(context, { REDIS_URL: redis.url });
      assert.match(gateways[0]?.readyLine ?? '', /counters: Redis/);
      await eventually(async () => assert.equal((await countersOf(gateways[0]))['processes'], INSTANCES));
      await staysAtItsLimit(context, gateways);
    });

    test('when it goes away each keeps the share that it had, and no call waits', async (context) => {
      const gateways = await startAll(context, { REDIS_URL: redis.url });
      const key = await gateways[0]?.createKey({ rpm_limit: 60 });
      assert.ok(key);
      for (const gateway of gateways) await eventually(async () => assert.equal(await call(gateway, key), 200));
      await redis.kill();
      await eventually(async () => assert.equal((await countersOf(gateways[0]))['reachable'], false));
      const startMs = performance.now();
      const times = await hammer(gateways, key, 1.5);
      assert.ok(times.length > 0 && times.length <= 60, `${times.length}`);
      const fresh = await gateways[0]?.createKey({ rpm_limit: 60 });
      assert.equal(await call(gateways[0], fresh ?? ''), 200, 'a limit that nobody has a share of yet');
      assert.ok(performance.now() - startMs < 5_000);
      await redis.restart();
      await eventually(async () => assert.equal((await countersOf(gateways[0]))['reachable'], true), 15_000);
    });
  });
});
