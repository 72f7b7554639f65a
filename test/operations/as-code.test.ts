import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { administrationOf } from '../support/administration.ts';
import { eventually, type Gateway, runCommand, startGateway } from '../support/gateway.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';

const CI = 'sk-ci-of-payments-0123456789';
const BOTH = `sandbox: on
teams:
  payments:
    models: [sandbox/echo]
    budgets: [{ usd: 2000, per: month }, { usd: 200, per: day }]
    limits: { rpm: 600, rpd: 9000 }
    members: { ada: admin }
keys:
  ci: { team: payments, secret: ${CI}, limits: { rpm: 60 } }
  made: { team: payments }
`;
const WITHOUT_CI = BOTH.replace(/ {2}ci: .*\n/, '');

function call(gateway: Gateway, key: string): Promise<number> {
  const body = { model: 'sandbox/echo', messages: [{ role: 'user', content: 'hello' }] };
  return gateway.post('/v1/chat/completions', body, key).then(({ status }) => status);
}

/** Whether a key is one, without what is counted of calls. */
function ask(gateway: Gateway, key: string): Promise<number> {
  return gateway.get('/v1/models', key).then(({ status }) => status);
}

function madeKey({ data }: Pick<Gateway, 'data'>, name = 'made'): string {
  return readFileSync(join(data, 'made-keys', name), 'utf8').trim();
}

function reload(gateway: Gateway, config: string): void {
  writeFileSync(gateway.configFile ?? '', config);
  gateway.child.kill('SIGHUP');
}

test('what the file has is there at the start, shown as its own, and changed by it alone', async (context) => {
  const gateway = await startGateway(context, { config: BOTH });
  const { get, refused, list } = administrationOf(gateway);
  assert.deepEqual([await call(gateway, CI), await call(gateway, madeKey(gateway))], [200, 200]);
  assert.ok(!gateway.errors().includes(madeKey(gateway)), 'no secret is printed where nobody sits');
  const { team_info: team } = await get('/team/info?team_id=payments');
  const shown = team as Readonly<Record<string, unknown>>;
  assert.deepEqual([shown['managed_by'], shown['rpm_limit'], shown['admins']], ['file', 600, ['ada']]);
  assert.match(String(shown['managed_at']), /waybill\.yaml:3:3$/);
  const { info } = await get(`/key/info?key=${CI}`);
  assert.equal((info as Readonly<Record<string, unknown>>)['managed_by'], 'file');
  const [status, message] = await refused('/key/update', { key: CI, rpm_limit: 1 });
  assert.equal(status, 409);
  assert.match(message, /The key 'ci' is managed by the configuration: change it there \(.*waybill\.yaml, line 9\)/);
  for (const [path, body] of [
    ['/team/update', { team_id: 'payments', rpm_limit: 1 }],
    ['/team/block', { team_id: 'payments' }],
    ['/team/delete', { team_ids: ['payments'] }],
    ['/team/member_delete', { team_id: 'payments', user_id: 'ada' }],
    ['/key/delete', { keys: [CI] }],
    ['/key/block', { key: CI }],
    [`/key/${CI}/regenerate`, {}],
  ] as const) {
    assert.equal((await refused(path, body))[0], 409, path);
  }
  const own = await gateway.createKey({ team_id: 'payments' });
  assert.equal(await call(gateway, own), 200, 'a key beside the file’s own');
  assert.equal((await list('/team/list')).length, 1);
});

test('a key that is gone from the file answers 401 at once, and works again when it is back', async (context) => {
  const gateway = await startGateway(context, { config: BOTH, args: ['--workers', '2'] });
  assert.equal(await call(gateway, CI), 200);
  reload(gateway, WITHOUT_CI);
  await eventually(async () => assert.equal(await call(gateway, CI), 401));
  for (let calls = 0; calls < 20; calls++) assert.equal(await call(gateway, CI), 401, 'at every worker');
  assert.equal(await call(gateway, madeKey(gateway)), 200);
  reload(gateway, BOTH);
  await eventually(async () => assert.equal(await call(gateway, CI), 200));
  assert.equal(await call(gateway, madeKey(gateway)), 200);
  const { text } = await gateway.get('/audit?page_size=100');
  const { audit_logs: entries } = JSON.parse(text) as { audit_logs: Readonly<Record<string, unknown>>[] };
  const ofKeys = entries.filter(({ table_name: table }) => table === 'LiteLLM_VerificationToken').reverse();
  assert.deepEqual(
    ofKeys.map(({ action, changed_by: by }) => [action, by]),
    ['created', 'created', 'deleted', 'created'].map((action) => [action, 'configuration']),
    'one entry each, whatever the number of workers',
  );
});

test('a key of a team that is nowhere stops the start, and changes nothing at a reload', async (context) => {
  const faulty = BOTH.replace('team: payments }', 'team: paymnets }');
  const { code, errors } = await runCommand(context, {
    config: faulty,
    args: ['serve', '--port', '0'],
  });
  assert.equal(code, 2);
  assert.match(errors, /waybill\.yaml:10:3: the key 'made' belongs to the team 'paymnets', and there is none/);
  const gateway = await startGateway(context, { config: BOTH });
  reload(gateway, `${faulty}  further: { secret: sk-further-0123456789 }\n`);
  await eventually(() => assert.match(gateway.errors(), /the old one stays.*paymnets/));
  assert.deepEqual([await call(gateway, 'sk-further-0123456789'), await call(gateway, CI)], [401, 200]);
});

test('without a file nobody is touched', async (context) => {
  const first = await startGateway(context, { config: BOTH });
  const made = madeKey(first);
  await first.stop();
  const second = await startGateway(context, { data: first.data });
  assert.deepEqual([await call(second, CI), await call(second, made)], [200, 200]);
});

suite('on Postgres', { skip: postgresMissing() }, () => {
  let server: PostgresServer | null = null;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.stop());

  test('two gateways with one file make a key once, and one that loads another file has the say', async (context) => {
    assert.ok(server !== null);
    const env = {
      DATABASE_URL: await server.createDatabase(),
      WAYBILL_SECRET_KEY: 'one-secret-of-thirty-two-letters!',
    };
    const gateways = await Promise.all([
      startGateway(context, { config: BOTH, env }),
      startGateway(context, { config: BOTH, env }),
    ]);
    const [one, two] = gateways;
    const made = gateways.filter(({ data }) => readdirSync(data).includes('made-keys'));
    assert.equal(made.length, 1);
    const secret = made[0] === undefined ? '' : madeKey(made[0]);
    await eventually(async () => {
      for (const gateway of gateways)
        assert.deepEqual([await ask(gateway, CI), await ask(gateway, secret)], [200, 200]);
    });
    reload(two, WITHOUT_CI);
    for (const gateway of gateways) await eventually(async () => assert.equal(await ask(gateway, CI), 401));
    reload(one, BOTH);
    for (const gateway of gateways) await eventually(async () => assert.equal(await ask(gateway, CI), 200));
    await eventually(() => assert.match(one.errors(), /another configuration was the last to say who there is/));
  });
});
