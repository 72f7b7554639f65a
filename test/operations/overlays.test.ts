import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { administrationOf, type Shown } from '../support/administration.ts';
import { eventually, type Gateway, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';

const TWO = `credentials:
  one: { provider: sandbox }
  two: { provider: sandbox }
models:
  small:
    deployments:
      - { use: one/echo, id: first, price: { input: 1, output: 1 } }
      - { use: two/echo, id: second, priority: 2, price: { input: 1, output: 1 } }
`;
const OF_FILE = `${TWO}teams:
  payments: { budgets: [{ usd: 0.000001, per: day }, { usd: 0.000001, per: month }] }
keys:
  ci: { team: payments, secret: sk-ci-of-payments-0123456789 }
`;
const CI = 'sk-ci-of-payments-0123456789';

function body(content = 'hello'): Shown {
  return { model: 'small', messages: [{ role: 'user', content }], max_tokens: 20 };
}

/** The deployment that answers. */
async function answeredBy(gateway: Gateway, headers: Readonly<Record<string, string>> = {}): Promise<string | null> {
  const answer = await gateway.post('/v1/chat/completions', body(), undefined, headers);
  return answer.status === 200 ? answer.headers.get('x-litellm-model-id') : String(answer.status);
}

const WHY = { expires: '1h', reason: 'an outage in the east' };

test('what is switched off is left out at once, with a reason, and is back when that ends', async (context) => {
  const gateway = await startGateway(context, { config: TWO, args: ['--workers', '2'] });
  const { post, get } = administrationOf(gateway);
  assert.equal(await answeredBy(gateway), 'first');
  const { overlay_id: id } = await post('/overlay/new', { set: 'off', kind: 'credential', id: 'one', ...WHY });
  for (let calls = 0; calls < 10; calls++) assert.equal(await answeredBy(gateway), 'second', 'at every worker');
  const { excluded } = await post('/utils/explain', body());
  const [left] = excluded as readonly Shown[];
  assert.equal(left?.['by'], 'overlay');
  assert.match(String(left['reason']), /^switched off until \d{4}-/);
  const { overlays, deployments } = (await get('/health')) as { overlays: Shown[]; deployments: Shown[] };
  assert.deepEqual(
    overlays.map(({ set, kind, id: target, reason, by }) => [set, kind, target, reason, by]),
    [['off', 'credential', 'one', 'an outage in the east', 'master']],
  );
  assert.deepEqual(
    deployments.map(({ overlays: own }) => own),
    [[id], undefined],
  );
  await post('/overlay/new', { set: 'off', kind: 'provider', id: 'sandbox', ...WHY });
  assert.equal(await answeredBy(gateway), '503');
  await post('/overlay/new', { set: 'on', kind: 'deployment', id: 'second', ...WHY });
  assert.equal(await answeredBy(gateway), 'second', 'the narrower one counts');
  const held = (await get('/overlay/list'))['overlays'] as readonly Shown[];
  await post('/overlay/delete', { overlay_ids: held.map(({ overlay_id }) => overlay_id) });
  assert.equal(await answeredBy(gateway), 'first');
  const { audit_logs: entries } = (await get('/audit?table_name=overlay')) as { audit_logs: readonly Shown[] };
  assert.deepEqual(entries.map(({ action }) => action).sort(), [
    'created',
    'created',
    'created',
    'deleted',
    'deleted',
    'deleted',
  ]);
});

test('what is drained keeps the sessions that it has, and takes no new ones', async (context) => {
  const gateway = await startGateway(context, { config: TWO });
  const { post } = administrationOf(gateway);
  assert.equal(await answeredBy(gateway, { 'x-session-id': 'mine' }), 'first');
  await post('/overlay/new', { set: 'drain', kind: 'deployment', id: 'first', ...WHY });
  assert.equal(await answeredBy(gateway, { 'x-session-id': 'mine' }), 'first');
  assert.equal(await answeredBy(gateway, { 'x-session-id': 'another' }), 'second');
  assert.equal(await answeredBy(gateway), 'second');
});

test('weights and limits are others for a while, and what is not said stays', async (context) => {
  const gateway = await startGateway(context, { config: TWO });
  const { post } = administrationOf(gateway);
  await post('/overlay/new', { set: 'weight', kind: 'model', id: 'small', weight: 7, ...WHY });
  await post('/overlay/new', {
    set: 'limit',
    kind: 'provider',
    id: 'sandbox',
    limits: { rpm: 100, parallel: 3 },
    ...WHY,
  });
  await post('/overlay/new', { set: 'limit', kind: 'deployment', id: 'second', limits: { rpm: 5 }, ...WHY });
  const { candidates } = await post('/utils/explain', body());
  assert.deepEqual(
    (candidates as readonly Shown[]).map(({ weight, limits }) => [weight, limits]),
    [
      [7, { rpm: { limit: 100, used: 0 }, parallel: { limit: 3, used: 0 } }],
      [7, { rpm: { limit: 5, used: 0 }, parallel: { limit: 3, used: 0 } }],
    ],
  );
});

test('a budget of the file is raised for a while, in all of its periods', async (context) => {
  const gateway = await startGateway(context, { config: OF_FILE });
  const { post, get, refused } = administrationOf(gateway);
  const call = async (): Promise<number> => (await gateway.post('/v1/chat/completions', body(), CI)).status;
  assert.equal(await call(), 402);
  const { overlay_id: id } = await post('/overlay/new', {
    set: 'budget',
    kind: 'team',
    id: 'payments',
    usd: 5,
    ...WHY,
  });
  assert.equal(await call(), 200);
  writeFileSync(gateway.configFile ?? '', OF_FILE.replace('budgets: [', 'limits: { rpm: 77 }, budgets: ['));
  gateway.child.kill('SIGHUP');
  await eventually(async () => {
    const { team_info: team } = await get('/team/info?team_id=payments');
    assert.equal((team as Shown)['rpm_limit'], 77);
  });
  assert.equal(await call(), 200, 'a reload takes nothing away');
  assert.deepEqual(
    ((await get('/overlay/list'))['overlays'] as readonly Shown[]).map(({ overlay_id, usd, by, reason }) => [
      overlay_id,
      usd,
      by,
      reason,
    ]),
    [['budget:team:payments', 5, 'master', WHY.reason]],
  );
  await post('/overlay/delete', { overlay_ids: [id] });
  assert.equal(await call(), 402);
  const [status, message] = await refused('/overlay/new', { set: 'budget', kind: 'key', id: 'ci', usd: 5, ...WHY });
  assert.deepEqual([status, /no budget of its own/.test(message)], [400, true]);
});

test('it ends by itself, survives a restart, and no longer than a week', async (context) => {
  const data = temporaryFolder(context);
  const first = await startGateway(context, { config: TWO, data });
  const { post, refused } = administrationOf(first);
  await post('/overlay/new', { set: 'off', kind: 'deployment', id: 'first', ...WHY });
  for (const [wrong, field] of [
    [{ set: 'off', kind: 'credential', id: 'oen', ...WHY }, /There is no credential 'oen'. Nearest: one/],
    [{ set: 'off', kind: 'credential', id: 'one', reason: 'no end' }, /expires/],
    [{ set: 'off', kind: 'credential', id: 'one', expires: '1h' }, /reason/],
    [{ set: 'off', kind: 'credential', id: 'one', ...WHY, expires: '8d' }, /7 days from now at most/],
    [{ set: 'limit', kind: 'credential', id: 'one', limits: {}, ...WHY }, /expected rpm, tpm or parallel/],
    [{ set: 'budget', kind: 'team', id: 'nobody', usd: 1, ...WHY }, /There is no team 'nobody'/],
  ] as const) {
    assert.match((await refused('/overlay/new', wrong))[1], field);
  }
  await first.stop();
  const second = await startGateway(context, { config: TWO, data });
  assert.equal(await answeredBy(second), 'second');
  await administrationOf(second).post('/overlay/new', {
    set: 'off',
    kind: 'deployment',
    id: 'first',
    ...WHY,
    expires: '1s',
  });
  await eventually(async () => assert.equal(await answeredBy(second), 'first'));
});

test('the command line: lay, list and end', async (context) => {
  const gateway = await startGateway(context, { config: TWO });
  const overlay = (...args: string[]) =>
    runCommand(context, { args: ['overlay', ...args, '--port', String(gateway.port)], data: gateway.data });
  const why = ['--for', '2h', '--reason', 'outage in the region'];
  const off = await overlay('off', 'credential', 'one', ...why);
  assert.equal(off.code, 0, off.errors);
  assert.match(off.output, /^overlay_\w+\toff credential one\tuntil \S+\tby master\toutage in the region$/m);
  assert.equal(await answeredBy(gateway), 'second');
  assert.equal((await overlay('weight', 'deployment', 'second', '0.5', ...why)).code, 0);
  assert.equal((await overlay('limit', 'model', 'small', '--rpm', '50', ...why)).code, 0);
  const listed = await overlay('list');
  assert.match(listed.output, /weight deployment second 0\.5\t/);
  assert.match(listed.output, /limit model small \{"rpm":50\}\t/);
  const id = off.output.split('\t')[0] ?? '';
  assert.match((await overlay('end', id)).output, new RegExp(`^ended: ${id}$`, 'm'));
  assert.equal(await answeredBy(gateway), 'first');
  const missing = await overlay('off', 'credential', 'one', '--reason', 'for ever');
  assert.deepEqual([missing.code, /--for/.test(missing.errors)], [1, true]);
});

suite('on Postgres', { skip: postgresMissing() }, () => {
  let server: PostgresServer | null = null;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.stop());

  test('what one gateway switches is switched at the other', async (context) => {
    assert.ok(server !== null);
    const env = {
      DATABASE_URL: await server.createDatabase(),
      WAYBILL_SECRET_KEY: 'one-secret-of-thirty-two-letters!',
    };
    const one = await startGateway(context, { config: TWO, env });
    const two = await startGateway(context, { config: TWO, env });
    const { post } = administrationOf(one);
    const { overlay_id: id } = await post('/overlay/new', { set: 'off', kind: 'deployment', id: 'first', ...WHY });
    assert.equal(await answeredBy(one), 'second');
    await eventually(async () => assert.equal(await answeredBy(two), 'second'));
    await post('/overlay/delete', { overlay_ids: [id] });
    await eventually(async () => assert.equal(await answeredBy(two), 'first'));
  });
});
