import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, type TestContext, test } from 'node:test';
import { eventually, type Gateway, runCommand, temporaryFolder } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer, type Script } from '../support/upstream.ts';

const plain: Script = (request) => answer(request, { body: chatAnswer('hello') });
const SECRET_KEY = 'the-secret-key-of-this-installation!';

type Where = { readonly data: string; readonly env?: Readonly<Record<string, string>> };

async function start(context: TestContext, { data, env = {} }: Where): Promise<Gateway> {
  const more = 'defaults: { request_log: { prompts: full } }';
  return (await gatewayAndUpstream(context, plain, { data, env, more })).gateway;
}

function run(context: TestContext, command: readonly string[], { data, env = {} }: Where) {
  return runCommand(context, { args: [...command, '--data', data], env });
}

async function call(gateway: Gateway, key: string): Promise<string> {
  const { status, headers } = await gateway.post('/v1/chat/completions', chatBody({ max_tokens: 5 }), key);
  assert.equal(status, 200);
  return headers.get('x-generation-id') ?? '';
}

async function spendOf(gateway: Gateway, key: string): Promise<number> {
  const { text } = await gateway.get('/key/info', key);
  return (JSON.parse(text) as { info: { spend: number } }).info.spend;
}

/** What the calls said, in the order of their ids. */
async function saidIn(gateway: Gateway, ids: readonly string[]): Promise<readonly unknown[]> {
  const rows = await Promise.all(ids.map((id) => gateway.get(`/spend/logs/ui/${id}`)));
  return rows.map(({ text }) => {
    const { proxy_server_request: request, response } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return { request, response };
  });
}

async function idsIn(gateway: Gateway): Promise<readonly string[]> {
  const rows = (await spendRows(gateway)) as readonly { readonly request_id: string }[];
  return rows.map(({ request_id }) => request_id).sort();
}

test('a backup beside a gateway at work holds every call that was answered before it', async (context) => {
  const gateway = await start(context, { data: temporaryFolder(context) });
  const key = await gateway.createKey({ max_budget: 1 });
  const answered: string[] = [];
  let isOver = false;
  const load = (async () => {
    while (!isOver) answered.push(await call(gateway, key));
  })();
  await eventually(() => assert.ok(answered.length >= 20));
  const before = [...answered];
  const backup = join(temporaryFolder(context), 'backup');
  const made = await run(context, ['backup', backup, '--json'], gateway);
  isOver = true;
  await load;
  assert.equal(made.code, 0, made.errors);
  assert.equal(existsSync(`${backup}.partial`), false);
  await gateway.stop('SIGKILL');

  const where = { data: join(temporaryFolder(context), 'new') };
  const restored = await run(context, ['restore', backup, '--json'], where);
  assert.equal(restored.code, 0, restored.errors);
  assert.equal((JSON.parse(restored.output) as { sound: boolean }).sound, true);
  const again = await start(context, where);
  const ids = new Set(await idsIn(again));
  assert.deepEqual(
    before.filter((id) => !ids.has(id)),
    [],
  );
  assert.ok((await spendOf(again, key)) > 0);
  await call(again, key);
});

test('a damaged backup, a folder in use and another secret key are refused, and nothing is left', async (context) => {
  const first = await start(context, { data: temporaryFolder(context), env: { WAYBILL_SECRET_KEY: SECRET_KEY } });
  await call(first, await first.createKey());
  const backup = join(temporaryFolder(context), 'backup');
  const env = { WAYBILL_SECRET_KEY: SECRET_KEY };
  assert.equal((await run(context, ['backup', backup], { data: first.data, env })).code, 0);
  const twice = await run(context, ['backup', backup], { data: first.data, env });
  assert.equal(twice.code, 1);
  assert.match(twice.errors, /is there already/);

  const inUse = await run(context, ['restore', backup], { data: first.data, env });
  assert.match(inUse.errors, /A gateway uses the data folder/);
  await first.stop();
  const full = await run(context, ['restore', backup], { data: first.data, env });
  assert.match(full.errors, /has an installation already/);

  const data = join(temporaryFolder(context), 'new');
  const other = await run(context, ['restore', backup], { data, env: { WAYBILL_SECRET_KEY: `${SECRET_KEY}!` } });
  assert.deepEqual([other.code, existsSync(join(data, 'waybill.db'))], [1, false]);
  assert.match(other.errors, /is not that of this backup/);
  const none = await run(context, ['restore', join(backup, 'journal')], { data, env });
  assert.match(none.errors, /is no backup/);

  assert.equal((await run(context, ['restore', backup], { data, env })).code, 0);
  rmSync(data, { recursive: true });
  appendFileSync(join(backup, 'requests.db'), 'x');
  const damaged = await run(context, ['restore', backup], { data, env });
  assert.deepEqual([damaged.code, existsSync(join(data, 'waybill.db'))], [1, false]);
  assert.match(damaged.errors, /requests\.db is not as it was written/);
});

suite('from one store into the other', { skip: postgresMissing() }, () => {
  let server: PostgresServer | null = null;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.stop());

  test('SQLite to Postgres and back: keys work, and what was spent is the same', async (context) => {
    const env = { WAYBILL_SECRET_KEY: SECRET_KEY };
    const lite = await start(context, { data: temporaryFolder(context), env });
    const key = await lite.createKey({ max_budget: 1, key_alias: 'ci', metadata: { note: 'tab\tand \u{1F511}' } });
    for (let calls = 0; calls < 3; calls++) await call(lite, key);
    const ids = await eventually(async () => {
      const found = await idsIn(lite);
      assert.equal(found.length, 3);
      return found;
    });
    const spend = await spendOf(lite, key);
    const said = await saidIn(lite, ids);
    assert.match(JSON.stringify(said), /(?:"hello".*){6}/);
    await lite.stop();
    const [one, two] = ['one', 'two'].map((name) => join(temporaryFolder(context), name)) as [string, string];
    assert.equal((await run(context, ['backup', one], { data: lite.data, env })).code, 0);

    const url = (await server?.createDatabase()) ?? '';
    const onPostgres = { data: temporaryFolder(context), env: { ...env, DATABASE_URL: url } };
    const moved = await run(context, ['restore', one], onPostgres);
    assert.equal(moved.code, 0, moved.errors);
    assert.match(moved.output, /the books add up/);
    const refused = await run(context, ['restore', one], { ...onPostgres, data: temporaryFolder(context) });
    assert.match(refused.errors, /The Postgres database is not empty: \w+ has rows/);
    const post = await start(context, onPostgres);
    assert.deepEqual(await idsIn(post), ids);
    assert.deepEqual(await saidIn(post, ids), said);
    assert.equal(await spendOf(post, key), spend);
    await call(post, key);
    await eventually(async () => assert.equal((await idsIn(post)).length, 4));
    const after = await spendOf(post, key);
    assert.ok(after > spend);
    await post.stop();

    assert.equal((await run(context, ['backup', two], onPostgres)).code, 0);
    assert.equal((JSON.parse(readFileSync(join(two, 'backup.json'), 'utf8')) as { store: string }).store, 'postgres');
    const back = { data: temporaryFolder(context), env };
    const home = await run(context, ['restore', two], back);
    assert.equal(home.code, 0, home.errors);
    const again = await start(context, back);
    assert.equal((await idsIn(again)).length, 4);
    assert.deepEqual(await saidIn(again, ids), said);
    assert.equal(await spendOf(again, key), after);
    await call(again, key);
  });
});
