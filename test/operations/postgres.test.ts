import assert from 'node:assert/strict';
import { after, before, suite, type TestContext, test } from 'node:test';
import { Client } from 'pg';
import { eventually, type Gateway, MASTER_KEY, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer, type Script } from '../support/upstream.ts';

const SECRET_KEY = 'one-secret-of-thirty-two-letters!';
/** Of one answer of the upstream: 10 tokens at 2 USD and 5 at 10 USD per million. */
const COST = 0.00007;

const plain: Script = (request) => answer(request, { body: chatAnswer('hi') });

type Row = Readonly<Record<string, unknown>>;

async function select(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

function environment(url: string): Record<string, string> {
  return { DATABASE_URL: url, WAYBILL_SECRET_KEY: SECRET_KEY };
}

async function start(context: TestContext, url: string, args: readonly string[] = [], data?: string): Promise<Gateway> {
  const folder = data ?? temporaryFolder(context);
  return (await gatewayAndUpstream(context, plain, { env: environment(url), args, data: folder })).gateway;
}

function call(gateway: Gateway, key: string): Promise<number> {
  const body = chatBody({ max_tokens: 5 });
  return gateway.post('/v1/chat/completions', body, key, { connection: 'close' }).then(({ status }) => status);
}

async function spendOf(gateway: Gateway, key: string): Promise<number> {
  const { text } = await gateway.get(`/key/info?key=${key}`);
  return (JSON.parse(text) as { info: { spend: number } }).info.spend;
}

function nearly(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

suite('on Postgres', { skip: postgresMissing() }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  for (const args of [[], ['--workers', '2']]) {
    test(`a key and its budget, kept over a restart ${args.join(' ')}`, async (context) => {
      const url = await server.createDatabase();
      const data = temporaryFolder(context);
      const first = await start(context, url, args, data);
      assert.match(first.readyLine, /store: Postgres, journal in /);
      assert.ok(!first.readyLine.includes('postgres://'));
      const key = await first.createKey({ key_alias: 'kept', max_budget: 0.005 });
      assert.equal(await call(first, key), 200);
      assert.equal(await call(first, key), 200);
      assert.equal((await spendRows(first)).length, 2);
      await eventually(async () => nearly(await spendOf(first, key), 2 * COST));
      assert.deepEqual(await first.stop(), { code: 0, signal: null });

      const next = await start(context, url, args, data);
      nearly(await spendOf(next, key), 2 * COST);
      assert.equal((await spendRows(next)).length, 2);
      let rounds = 0;
      while ((await call(next, key)) === 200) assert.ok(++rounds < 100);
      assert.equal((await next.post('/key/delete', { keys: [key] })).status, 200);
      assert.equal(await call(next, key), 401);
    });
  }

  test('everything is in a schema of its own, and nothing in public', async (context) => {
    const url = await server.createDatabase();
    const gateway = await start(context, url);
    assert.equal(await call(gateway, MASTER_KEY), 200);
    await spendRows(gateway);
    const schemas = await select(
      url,
      `SELECT DISTINCT n.nspname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`,
    );
    assert.deepEqual(schemas, [{ name: 'waybill' }]);
  });

  test('a LiteLLM installation in the same database is recognised and left as it is', async (context) => {
    const url = await server.createDatabase();
    await select(url, 'CREATE TABLE "LiteLLM_VerificationToken" (token TEXT PRIMARY KEY, spend DOUBLE PRECISION)');
    const gateway = await start(context, url);
    assert.match(gateway.errors(), /LiteLLM/);
    assert.deepEqual(await select(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"), [
      { tablename: 'LiteLLM_VerificationToken' },
    ]);
  });

  test('parameters of Prisma in the URL are left out, with a note', async (context) => {
    const url = await server.createDatabase();
    const gateway = await start(context, `${url}?schema=public&connection_limit=5&pgbouncer=true`);
    assert.match(gateway.errors(), /DATABASE_URL: schema, connection_limit, pgbouncer are parameters of Prisma/);
    assert.equal((await select(url, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).length, 0);
  });

  test('another secret key on the same database is refused with 2, from another folder too', async (context) => {
    const url = await server.createDatabase();
    await (await start(context, url)).stop();
    const env = { ...environment(url), WAYBILL_SECRET_KEY: 'another-secret-of-32-letters-long' };
    const { code, errors } = await runCommand(context, { args: ['serve', '--port', '0'], env });
    assert.equal(code, 2, errors);
    assert.match(errors, /WAYBILL_SECRET_KEY/);
  });

  test('two gateways on one database know the same keys within a second', async (context) => {
    const url = await server.createDatabase();
    const [one, other] = [await start(context, url), await start(context, url)];
    const key = await one.createKey();
    assert.equal(await call(other, key), 200, 'a key that is not known yet is looked up');
    assert.equal((await one.post('/key/delete', { keys: [key] })).status, 200);
    let answered = 1;
    const deadline = Date.now() + 2_000;
    while ((await call(other, key)) === 200) {
      answered++;
      assert.ok(Date.now() < deadline, 'a revoked key is taken for two seconds');
    }
    // One gateway's books come to the other with its next drain.
    await eventually(async () => {
      const booked = (await spendRows(one)).filter(({ spend }) => spend > 0);
      assert.equal(booked.length, answered);
    });
  });

  test('what is changed of a key at one gateway is so at the other within a second', async (context) => {
    const url = await server.createDatabase();
    const [one, other] = [await start(context, url), await start(context, url)];
    const key = await one.createKey();
    assert.equal(await call(other, key), 200);
    const within = async (status: number, secret: string): Promise<void> => {
      await eventually(async () => assert.equal(await call(other, secret), status), 1_000);
    };
    const changes: readonly (readonly [string, object, number])[] = [
      ['/key/block', {}, 401],
      ['/key/unblock', {}, 200],
      ['/key/update', { models: ['another'] }, 403],
      ['/key/update', { models: [], allowed_routes: ['info_routes'] }, 403],
      ['/key/update', { allowed_routes: [] }, 200],
      ['/key/update', { duration: '1s' }, 200],
    ];
    for (const [path, fields, status] of changes) {
      assert.equal((await one.post(path, { key, ...fields })).status, 200);
      await within(status, key);
    }
    await eventually(async () => assert.equal(await call(other, key), 401), 3_000);
    const answer = await other.post('/v1/chat/completions', chatBody(), key);
    assert.match(answer.text, /Expired Key\. Key Expiry time 2/);
    assert.equal((await one.post('/key/update', { key, duration: '-1' })).status, 200);
    await within(200, key);
    const rotated = await one.post('/key/regenerate', { key, grace_period: '2s' });
    const { key: next } = JSON.parse(rotated.text) as { key: string };
    await within(200, next);
    assert.equal(await call(other, key), 200);
    await eventually(async () => assert.equal(await call(other, key), 401), 4_000);
    assert.equal((await one.post('/key/delete', { keys: [next] })).status, 200);
    await within(401, next);
  });

  test('the database goes away and comes back: calls are answered all the time, and all are booked', async (context) => {
    const gateway = await start(context, await server.createDatabase());
    const key = await gateway.createKey();
    const statuses: number[] = [];
    const crash = server.crash();
    for (let round = 0; round < 20; round++) statuses.push(await call(gateway, key));
    await crash;
    statuses.push(await call(gateway, key));
    assert.deepEqual(new Set(statuses), new Set([200]));
    await eventually(async () => assert.equal((await spendRows(gateway)).length, 21), 15_000);
    assert.equal(gateway.child.exitCode, null);
  });

  test('migrate brings an empty database up to date, twice with the same end', async (context) => {
    const env = environment(await server.createDatabase());
    const first = await runCommand(context, { args: ['migrate', '--json'], env });
    const { store, migrated } = JSON.parse(first.output) as { store: string; migrated: string[] };
    assert.equal(store, 'postgres');
    assert.ok(migrated.length > 0);
    const again = await runCommand(context, { args: ['migrate'], env });
    assert.match(again.output, /postgres: up to date/);
    const gateway = await startGateway(context, { env });
    assert.doesNotMatch(gateway.errors(), /migrated/);
  });
});
