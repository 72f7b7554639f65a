import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type Gateway, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';
import { chatBody, PRICE } from '../support/one-upstream.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer, startUpstream } from '../support/upstream.ts';

/** `TEST_ROUNDS=20 TEST_CALLS=1000 npm test -- test/money/leases` is the long run. */
const ROUNDS = Number(process.env['TEST_ROUNDS'] ?? 2);
const CALLS = Number(process.env['TEST_CALLS'] ?? 150);
const INSTANCES = 3;

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
const BODY = chatBody({ max_tokens: OUTPUT });
/** What is held for a call: no token is shorter than a byte, and chat templates add some that are not in the body. */
const HELD = ((BODY.length + 1_000) * PRICE.input + OUTPUT * PRICE.output) / 1e6;
/** So many calls fit, if each one holds only when the others have settled. */
const FIT = 24;
const BUDGET = (FIT - 1) * COST + HELD;

const SECRET_KEY = 'one-secret-of-thirty-two-letters!';

type Upstream = { readonly url: string; readonly called: () => number };

async function openUpstream(context: TestContext, delayMs = 5): Promise<Upstream> {
  const upstream = await startUpstream(context, async (request) => {
    await sleep(delayMs * Math.random());
    await answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });
  });
  return { url: upstream.url, called: () => upstream.requests.length };
}

function configOf(upstream: Upstream): string {
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

/** Processes that the primary started, from Linux's own list. */
function workerPids({ child: { pid } }: Gateway): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

async function spendOf(gateway: Gateway, key: string): Promise<number> {
  const { status, text } = await gateway.get(`/key/info?key=${key}`);
  assert.equal(status, 200, text);
  return (JSON.parse(text) as { info: { spend: number } }).info.spend;
}

/** All at once over all gateways; then one at a time, wherever, until what is left is less than a call may cost. */
async function exhaust(context: TestContext, gateways: readonly Gateway[], upstream: Upstream): Promise<void> {
  const [first] = gateways;
  assert.ok(first);
  for (let round = 0; round < ROUNDS; round++) {
    const calledBefore = upstream.called();
    const key = await first.createKey({ max_budget: BUDGET });
    const statuses: number[] = await Promise.all(
      Array.from({ length: CALLS }, (_, at) => call(gateways[at % gateways.length], key)),
    );
    const passed = statuses.filter((status) => status === 200).length;
    assert.equal(statuses.filter((status) => status === 402).length, CALLS - passed, JSON.stringify(statuses));
    let alone = 0;
    while ((await call(gateways[alone % gateways.length], key)) === 200) alone++;
    const spent = upstream.called() - calledBefore;
    assert.equal(spent, passed + alone);
    assert.equal(spent, FIT, `${passed} passed at once and ${alone} alone: of a budget for ${FIT}`);
    for (const gateway of gateways) assert.equal(await call(gateway, key), 402);
    await eventually(async () => {
      const spend = await spendOf(first, key);
      assert.ok(Math.abs(spend - FIT * COST) < 1e-9, `${spend} USD are booked`);
    });
    context.diagnostic(`round ${round}: ${passed} of ${CALLS} passed at once, ${alone} alone`);
  }
}

/** Calls without an end until the gateway dies; answers how many came whole. */
async function callUntilDead(gateway: Gateway, key: string): Promise<number> {
  for (let answered = 0; ; ) {
    try {
      if ((await call(gateway, key)) === 200) answered++;
    } catch (error) {
      if (error instanceof TypeError) return answered;
      throw error;
    }
  }
}

test(`workers on SQLite: a budget is not passed by one call, and none is refused that fits`, async (context) => {
  const upstream = await openUpstream(context);
  const args = ['--workers', String(INSTANCES)];
  const gateway = await startGateway(context, { config: configOf(upstream), args });
  await exhaust(context, [gateway], upstream);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  const { code, output } = await runCommand(context, { args: ['ledger', 'verify', '--data', gateway.data] });
  assert.equal(code, 0, output);
  assert.match(output, /0 USD leased by processes/);
});

test('a killed worker: its leases come back with its journal, and no more is spent', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async (context) => {
  const upstream = await openUpstream(context);
  const args = ['--workers', String(INSTANCES)];
  const gateway = await startGateway(context, { config: configOf(upstream), args });
  const budget = 300 * COST;
  const key = await gateway.createKey({ max_budget: budget });
  let received = 0;
  const load = async (until: () => boolean): Promise<void> => {
    while (!until()) {
      // A connection that broke with its worker, or was on its way to it and is never answered, is no answer.
      const late = sleep(3_000).then(() => 0);
      if ((await Promise.race([call(gateway, key).catch(() => 0), late])) === 200) received++;
    }
  };
  let kills = 0;
  const clients = Array.from({ length: 4 }, () => load(() => kills === 3));
  for (; kills < 3; kills++) {
    await sleep(300);
    const [pid] = workerPids(gateway);
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
  }
  await Promise.all(clients);
  await eventually(async () => assert.equal(workerPids(gateway).length, INSTANCES), 15_000);
  const spent = await eventually(async () => {
    while ((await call(gateway, key)) === 200) received++;
    const spend = await spendOf(gateway, key);
    // What the dead workers had leased is free again.
    assert.ok(budget - spend < HELD, `${budget - spend} are left, and calls are refused`);
    return spend;
  }, 15_000);
  assert.ok(spent <= budget && spent >= received * COST - 1e-9, `${spent} of ${budget} for ${received} answers`);
  assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
  const { code, output } = await runCommand(context, { args: ['ledger', 'verify', '--data', gateway.data] });
  assert.equal(code, 0, output);
  assert.match(output, /0 USD leased by processes/);
});

suite('leases on Postgres', { skip: postgresMissing() }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  const start = (context: TestContext, upstream: Upstream, url: string, data = temporaryFolder(context)) =>
    startGateway(context, {
      config: configOf(upstream),
      data,
      env: { DATABASE_URL: url, WAYBILL_SECRET_KEY: SECRET_KEY },
    });

  const verify = async (context: TestContext, url: string): Promise<string> => {
    const env = { DATABASE_URL: url, WAYBILL_SECRET_KEY: SECRET_KEY };
    const { code, output } = await runCommand(context, { args: ['ledger', 'verify'], env });
    assert.equal(code, 0, output);
    return output;
  };

  test(`${INSTANCES} instances: a budget is not passed by one call, and none is refused that fits`, async (context) => {
    const upstream = await openUpstream(context);
    const url = await server.createDatabase();
    const gateways = [await start(context, upstream, url)];
    while (gateways.length < INSTANCES) gateways.push(await start(context, upstream, url));
    await exhaust(context, gateways, upstream);
    for (const gateway of gateways) assert.deepEqual(await gateway.stop(), { code: 0, signal: null });
    assert.match(await verify(context, url), /0 USD leased by processes/);
  });

  test('what one instance keeps in store comes to another that needs it', async (context) => {
    const upstream = await openUpstream(context);
    const url = await server.createDatabase();
    const [one, other] = [await start(context, upstream, url), await start(context, upstream, url)];
    // Plenty at first, so that the first instance takes more than it needs; then the second one needs all of the rest.
    const calls = 60;
    const key = await one.createKey({ max_budget: (calls - 1) * COST + HELD });
    for (let at = 0; at < 3; at++) assert.equal(await call(one, key), 200);
    for (let at = 3; at < calls; at++) assert.equal(await call(other, key), 200, `call ${at}`);
    assert.equal(await call(other, key), 402);
    assert.equal(await call(one, key), 402);
  });

  test('kill -9 under load: never over the budget, and the books are exact', async (context) => {
    const upstream = await openUpstream(context);
    const url = await server.createDatabase();
    const folders = Array.from({ length: INSTANCES }, () => temporaryFolder(context));
    let gateways: Gateway[] = [];
    for (const data of folders) gateways.push(await start(context, upstream, url, data));
    const budget = 400 * COST;
    const key = (await gateways[0]?.createKey({ max_budget: budget })) ?? '';
    let received = 0;
    for (let kill = 0; kill < 3; kill++) {
      const victim = gateways[kill % INSTANCES];
      assert.ok(victim);
      const clients = Array.from({ length: 6 }, () => callUntilDead(victim, key));
      await sleep(150);
      await victim.stop('SIGKILL');
      for (const answered of await Promise.all(clients)) received += answered;
      gateways = gateways.with(kill % INSTANCES, await start(context, upstream, url, victim.data));
    }
    const [first] = gateways;
    assert.ok(first);
    for (let calls = 0; (await call(gateways[calls % INSTANCES], key)) === 200; calls++) received++;
    // What the others answered last is in their journals, and booked with their next flush.
    const spend = await eventually(async () => {
      const booked = await spendOf(first, key);
      assert.ok(budget - booked < HELD, `${budget - booked} were left when a call was refused`);
      return booked;
    });
    assert.ok(spend <= budget, `${spend} of ${budget}`);
    assert.ok(spend >= received * COST - 1e-9, `${spend} for ${received} answers`);
    context.diagnostic(`${received} answers, ${upstream.called()} calls upstream, ${spend} of ${budget} USD`);
    for (const gateway of gateways) await gateway.stop();
    assert.match(await verify(context, url), /0 USD leased by processes/);
  });
});
