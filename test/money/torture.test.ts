import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type Gateway, startGateway, temporaryFolder } from '../support/gateway.ts';
import { chatBody } from '../support/one-upstream.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { openBooksOf, reckon } from './reckon.ts';
import { MOST_OUTPUT, type RecordingProvider, startRecordingProvider } from './recording-provider.ts';

/** `npm run torture` has the figures of docs/guarantees.md. */
const KILLS = Number(process.env['TEST_KILLS'] ?? 2);
const INSTANCES = 3;
const CLIENTS = 12;
const SILENT_OF_100 = 5;
const SMALL_BUDGET = 0.02;
const RECOVERS_WITHIN_MS = 5_000;
const SECRETS = { WAYBILL_SECRET_KEY: 'one-secret-of-thirty-two-letters!' };

/** A machine that is busy with something else takes longer; how many calls a kill comes after must not depend on it. */
function served(load: Load, atLeast: number): Promise<void> {
  return eventually(() => assert.ok(load.received.length >= atLeast, `only ${load.received.length} answers`), 60_000);
}

type Load = { readonly received: string[]; readonly stop: () => Promise<void> };

/** One connection for each call: between workers, whichever is next takes it. */
async function oneCall(gateway: Gateway, key: string, streamed: boolean): Promise<string | null> {
  const body = chatBody({ stream: streamed, max_tokens: MOST_OUTPUT });
  const late = sleep(3_000, null, { ref: false });
  const called = gateway.post('/v1/chat/completions', body, key, { connection: 'close' }).catch((error: unknown) => {
    // Its gateway died.
    if (error instanceof TypeError) return null;
    throw error;
  });
  const answered = await Promise.race([called, late]);
  if (answered === null) return null;
  const { status, headers, text } = answered;
  if (status !== 200) {
    assert.ok([402, 503].includes(status), `${status} ${text}`);
    return null;
  }
  return !streamed || text.includes('[DONE]') ? headers.get('x-request-id') : null;
}

/** Calls without an end, of a key with plenty and of one that runs out, at whichever gateway lives. */
function startLoad(gateways: readonly Gateway[], keys: readonly string[]): Load {
  const received: string[] = [];
  let stopped = false;
  const client = async (nth: number): Promise<void> => {
    for (let calls = nth; !stopped; calls++) {
      const gateway = gateways[calls % gateways.length];
      const id = gateway === undefined ? null : await oneCall(gateway, keys[nth % 2] ?? '', calls % 3 === 0);
      if (id === null) await sleep(20);
      else received.push(id);
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, nth) => client(nth));
  return {
    received,
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
    },
  };
}

async function makeKeys(gateway: Gateway): Promise<readonly [string, string]> {
  return [await gateway.createKey({ max_budget: 1_000 }), await gateway.createKey({ max_budget: SMALL_BUDGET })];
}

async function spendOf(gateway: Gateway, key: string): Promise<number> {
  const { status, text } = await gateway.get(`/key/info?key=${key}`);
  assert.equal(status, 200, text);
  return (JSON.parse(text) as { info: { spend: number } }).info.spend;
}

async function close(
  context: TestContext,
  gateways: readonly Gateway[],
  keys: readonly [string, string],
  load: Load,
  provider: RecordingProvider,
  databaseUrl: string | null,
): Promise<void> {
  await served(load, (KILLS + 1) * CLIENTS);
  await load.stop();
  const [first] = gateways;
  assert.ok(first);
  const spent = await eventually(() => spendOf(first, keys[1]), 10_000);
  for (const gateway of gateways) assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  const books = await openBooksOf(first.data, databaseUrl);
  const reckoning = await reckon(books, provider, load.received);
  await books.close();
  const { settled, estimated, orphaned } = reckoning;
  context.diagnostic(
    `${load.received.length} answers received, ${provider.served.size} calls upstream: ${settled} settled, ` +
      `${estimated} estimated, ${orphaned} orphaned; 0 lost, 0 double (${spent} of ${SMALL_BUDGET} USD)`,
  );
  assert.ok(spent <= SMALL_BUDGET, `${spent} of ${SMALL_BUDGET} USD are spent`);
}

function anyOf<T>(all: readonly T[]): T {
  const one = all[Math.floor(Math.random() * all.length)];
  assert.ok(one !== undefined);
  return one;
}

for (const mode of ['local', 'local-sync']) {
  test(`workers on SQLite, journal ${mode}: ${KILLS} of them killed under load`, {
    skip: process.platform === 'linux' ? false : 'needs /proc',
  }, async (context) => {
    const provider = await startRecordingProvider(context, SILENT_OF_100);
    const args = ['--workers', String(INSTANCES), '--journal', mode];
    const gateway = await startGateway(context, { config: provider.config, args });
    assert.match(gateway.readyLine, new RegExp(`journal: ${mode}`));
    const health = JSON.parse((await gateway.get('/health')).text) as { readonly journal: string };
    assert.equal(health.journal, mode);
    const workers = (): number[] => {
      const { pid } = gateway.child;
      return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    };
    const keys = await makeKeys(gateway);
    const load = startLoad([gateway], keys);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(300 + 200 * Math.random());
      await served(load, (kill + 1) * CLIENTS);
      process.kill(anyOf(workers()), 'SIGKILL');
      await eventually(() => assert.equal(workers().length, INSTANCES), 15_000);
    }
    await close(context, [gateway], keys, load, provider, null);
  });
}

suite('torture on Postgres', { skip: postgresMissing() }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  const start = (context: TestContext, { config }: RecordingProvider, url: string, mode: string, data: string) =>
    startGateway(context, { config, data, args: ['--journal', mode], env: { DATABASE_URL: url, ...SECRETS } });

  const startAll = async (context: TestContext, provider: RecordingProvider, url: string, mode: string) => {
    const gateways: Gateway[] = [];
    while (gateways.length < INSTANCES)
      gateways.push(await start(context, provider, url, mode, temporaryFolder(context)));
    return gateways;
  };

  for (const mode of ['local', 'local-sync', 'db']) {
    test(`${INSTANCES} instances, journal ${mode}: ${KILLS} of them killed under load`, async (context) => {
      const provider = await startRecordingProvider(context, SILENT_OF_100);
      const url = await server.createDatabase();
      const gateways = await startAll(context, provider, url, mode);
      const keys = await makeKeys(anyOf(gateways));
      const load = startLoad(gateways, keys);
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(300 + 200 * Math.random());
        await served(load, (kill + 1) * CLIENTS);
        const at = Math.floor(Math.random() * INSTANCES);
        const victim = gateways[at];
        assert.ok(victim);
        await victim.stop('SIGKILL');
        gateways[at] = await start(context, provider, url, mode, victim.data);
      }
      await close(context, gateways, keys, load, provider, url);
    });
  }

  for (const mode of ['local', 'db']) {
    test(`Postgres stopped at once, twice under load, journal ${mode}: calls are taken again`, async (context) => {
      const provider = await startRecordingProvider(context, SILENT_OF_100);
      const url = await server.createDatabase();
      const gateways = await startAll(context, provider, url, mode);
      const keys = await makeKeys(anyOf(gateways));
      const load = startLoad(gateways, keys);
      for (let crash = 0; crash < 2; crash++) {
        await sleep(500);
        await server.crash();
        const begun = performance.now();
        for (const gateway of gateways)
          await eventually(async () => {
            assert.notEqual(await oneCall(gateway, keys[0], false), null);
            await spendOf(gateway, keys[0]);
          }, RECOVERS_WITHIN_MS);
        const tookMs = performance.now() - begun;
        context.diagnostic(`all instances take calls and book them ${Math.round(tookMs)} ms after Postgres is back`);
        assert.ok(tookMs < RECOVERS_WITHIN_MS);
      }
      await close(context, gateways, keys, load, provider, url);
    });
  }
});
