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

type Shown = Readonly<Record<string, unknown>>;

test('a team’s own credential signs its calls, and nobody else’s; a policy holds whatever a request says', async (context) => {
  const gateway = await startGateway(context, {
    config: `credentials:
  shared: { provider: sandbox, region: us-east-1, data: { retains: off, collects: off } }
  european: { provider: sandbox, region: eu-west-1, data: { retains: on, collects: off } }
  of-payments: { provider: sandbox, region: eu-west-1, data: { retains: off, collects: off } }
models:
  small:
    deployments:
      - { use: shared/echo, id: american, price: free }
      - { use: european/echo, id: keeping, priority: 2, price: free }
  theirs: { deployments: [{ use: of-payments/echo, price: free }] }
teams:
  payments: { credentials: { sandbox: of-payments } }
  careful: { policy: { region: eu } }
  strict: { policy: { region: eu, zdr: true } }
keys:
  of-payments: { team: payments, secret: sk-of-payments-0123456789 }
  of-careful: { team: careful, secret: sk-of-careful-0123456789 }
  of-strict: { team: strict, secret: sk-of-strict-0123456789 }
  picky: { secret: sk-picky-0123456789, policy: { ignore: [shared] } }
`,
  });
  const { post } = administrationOf(gateway);
  const explained = async (asKey: string, body: Shown = {}) => {
    const messages = [{ role: 'user', content: 'hello' }];
    const asked = { path: '/v1/chat/completions', body: { model: 'small', messages, ...body }, as_key: asKey };
    const { candidates, excluded } = (await post('/utils/explain', asked)) as Record<string, readonly Shown[]>;
    return {
      candidates: candidates?.map(({ credential }) => credential),
      excluded: excluded?.map(({ credential, by, reason }) => [credential, by, reason]),
    };
  };
  const own = "the team calls sandbox by a credential of its own, 'of-payments'";
  assert.deepEqual(await explained('of-payments'), {
    candidates: ['of-payments'],
    excluded: [
      ['shared', 'team_credential', own],
      ['european', 'team_credential', own],
    ],
  });
  assert.deepEqual(await explained('picky', { model: 'theirs' }), {
    candidates: [],
    excluded: [['of-payments', 'team_credential', 'its credential is the own one of another team']],
  });
  const american = [
    'shared',
    'policy',
    "by the policy of the team 'careful': it runs in us-east-1, and the region must be eu",
  ];
  assert.deepEqual(await explained('of-careful'), { candidates: ['european'], excluded: [american] });
  const strict = await explained('of-strict', { provider: { zdr: false } });
  assert.deepEqual([strict.candidates, strict.excluded?.map(([, by]) => by)], [[], ['policy', 'policy']]);
  assert.deepEqual((await explained('picky')).candidates, ['european']);
  const call = async (key: string): Promise<readonly [number, string | null]> => {
    const body = { model: 'small', messages: [{ role: 'user', content: 'hello' }] };
    const { status, headers } = await gateway.post('/v1/chat/completions', body, `sk-${key}-0123456789`);
    return [status, headers.get('x-litellm-model-id')];
  };
  assert.deepEqual(await call('of-careful'), [200, 'keeping']);
  const [status, id] = await call('of-payments');
  assert.equal(status, 200);
  assert.ok(id !== 'american' && id !== 'keeping', 'it has an id, and so limits, of its own');
  assert.deepEqual((await call('of-strict'))[0], 404);
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
