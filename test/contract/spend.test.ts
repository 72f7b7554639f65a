import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { administrationOf } from '../support/administration.ts';
import type { Gateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, PRICE } from '../support/one-upstream.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../support/postgres.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [101, 53];
/** Of one call. Whole nanodollars, so that sums of them are exact. */
const NANO = INPUT * PRICE.input * 1_000 + OUTPUT * PRICE.output * 1_000;
const TOKENS = INPUT + OUTPUT;
const TODAY = new Date().toISOString().slice(0, 10);
/** From the day before: a test may run over midnight. */
const DATES = `start_date=${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}&end_date=${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}`;

const metered = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

type Json = Readonly<Record<string, unknown>>;

/** In nanodollars, whole. */
function nano(usd: unknown): number {
  assert.equal(typeof usd, 'number', `${usd}`);
  return Math.round(Number(usd) * 1e9);
}

type Calls = { readonly ours: string; readonly theirs: string; readonly gateway: Gateway };

/** Three calls by a key of a team and a user, one by a key of another team, one that is for no model. */
async function called(gateway: Gateway): Promise<Calls> {
  const { post } = administrationOf(gateway);
  await post('/team/new', { team_id: 'red', team_alias: 'Red' });
  await post('/team/new', { team_id: 'blue', team_alias: 'Blue' });
  await post('/user/new', { user_id: 'ann', auto_create_key: false });
  const ours = await gateway.createKey({ team_id: 'red', user_id: 'ann', key_alias: 'ours' });
  const theirs = await gateway.createKey({ team_id: 'blue', key_alias: 'theirs' });
  const call = async (key: string, more: Json = {}): Promise<number> =>
    (await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT, ...more }), key)).status;
  assert.equal(await call(ours, { user: 'carla', metadata: { tags: ['a', 'b'] } }), 200);
  assert.equal(await call(ours, { user: 'carla', metadata: { tags: ['a'] } }), 200);
  assert.equal(await call(ours), 200);
  assert.equal(await call(theirs, { user: 'dora' }), 200);
  assert.equal(await call(theirs, { model: 'no-such-model' }), 404);
  return { ours, theirs, gateway };
}

async function read<T = Json>({ gateway }: Calls, path: string, key?: string): Promise<T> {
  const { status, text } = await gateway.get(path, key);
  assert.equal(status, 200, `${path}: ${text}`);
  return JSON.parse(text) as T;
}

type Metrics = { readonly spend: number; readonly total_tokens: number; readonly api_requests: number };
type Group = { readonly metrics: Metrics; readonly metadata: Json; readonly api_key_breakdown: Record<string, Group> };
type Activity = {
  readonly results: readonly {
    readonly metrics: Metrics;
    readonly breakdown: Readonly<Record<string, Readonly<Record<string, Group>>>>;
  }[];
  readonly metadata: Json;
};

/** Calls by name of a breakdown, over all days. */
function callsIn({ results }: Activity, part: string): Record<string, number> {
  const calls: Record<string, number> = {};
  for (const { breakdown } of results)
    for (const [name, { metrics }] of Object.entries(breakdown[part] ?? {}))
      calls[name] = (calls[name] ?? 0) + nano(metrics.spend) / NANO;
  return calls;
}

async function agreeWithLedger(calls: Calls): Promise<void> {
  const rows = await read<readonly Json[]>(calls, '/spend/logs');
  const spent = rows.reduce((sum, row) => sum + nano(row['spend']), 0);
  assert.equal(spent, 4 * NANO, 'the log');
  const ofOurs = await read<readonly Json[]>(calls, `/spend/logs?api_key=${calls.ours}`);
  const ofHash = await read<readonly Json[]>(calls, `/spend/logs?api_key=${ofOurs[0]?.['api_key']}`);
  assert.deepEqual(ofOurs, ofHash);
  assert.equal(
    ofOurs.reduce((sum, row) => sum + nano(row['spend']), 0),
    3 * NANO,
    'the log, by the key itself',
  );
  const info = await read<{ info: Json }>(calls, '/key/info', calls.ours);
  assert.equal(nano(info.info['spend']), 3 * NANO, 'the ledger');
  assert.equal(nano((await read(calls, '/global/spend'))['spend']), spent);
  const days = await read<readonly Json[]>(calls, '/global/spend/logs');
  assert.equal(
    days.reduce((sum, day) => sum + nano(day['spend']), 0),
    spent,
  );
  const models = await read<readonly Json[]>(calls, '/global/spend/models');
  assert.deepEqual(
    models.map((row) => [row['model'], nano(row['total_spend'])]),
    [['gpt-4o', spent]],
  );
  const providers = await read<readonly Json[]>(calls, '/global/spend/provider');
  assert.equal(
    providers.reduce((sum, row) => sum + nano(row['spend']), 0),
    spent,
  );
  const keys = await read<readonly Json[]>(calls, '/global/spend/keys');
  assert.deepEqual(
    keys.map((row) => [row['key_alias'], nano(row['total_spend'])]),
    [
      ['ours', 3 * NANO],
      ['theirs', NANO],
    ],
  );
  const ofKeys = await read<readonly Json[]>(calls, '/spend/keys');
  assert.deepEqual(
    ofKeys.map((row) => [row['key_alias'], row['team_id'], nano(row['spend'])]),
    [
      ['ours', 'red', 3 * NANO],
      ['theirs', 'blue', NANO],
    ],
  );
  const users = await read<readonly Json[]>(calls, '/spend/users');
  assert.deepEqual(
    users.map((row) => [row['user_id'], nano(row['spend'])]),
    [['ann', 3 * NANO]],
  );
  const teams = await read<{ teams: readonly string[]; total_spend_per_team: readonly Json[] }>(
    calls,
    '/global/spend/teams',
  );
  assert.deepEqual(teams.teams, ['Red', 'Blue']);
  assert.deepEqual(
    teams.total_spend_per_team.map((row) => nano(row['total_spend'])),
    [3 * NANO, NANO],
  );
  const tags = await read<readonly Json[]>(calls, '/spend/tags');
  assert.deepEqual(
    tags.map((row) => [row['individual_request_tag'], row['log_count'], nano(row['total_spend'])]),
    [
      ['a', 2, 2 * NANO],
      ['b', 1, NANO],
    ],
  );
  assert.deepEqual(await read(calls, '/global/spend/all_tag_names'), { tag_names: ['a', 'b'] });
  assert.deepEqual(await read(calls, '/global/all_end_users'), { end_users: ['carla', 'dora'] });
  const customers = await calls.gateway.post('/global/spend/end_users', {});
  assert.deepEqual(
    (JSON.parse(customers.text) as readonly Json[]).map((row) => [
      row['end_user'],
      row['total_count'],
      nano(row['total_spend']),
    ]),
    [
      ['carla', 2, 2 * NANO],
      ['dora', 1, NANO],
    ],
  );
}

async function tellActivity(calls: Calls): Promise<void> {
  const charts = await read<Json>(calls, '/global/activity');
  assert.deepEqual([charts['sum_api_requests'], charts['sum_total_tokens']], [5, 4 * TOKENS]);
  const [chart] = await read<readonly Json[]>(calls, '/global/activity/model');
  assert.deepEqual([chart?.['model'], chart?.['sum_api_requests']], ['gpt-4o', 4]);
  const failed = await read<Json>(calls, '/global/activity/exceptions');
  assert.deepEqual(failed['exceptions'], { model_not_found: 1 });
  const all = await read<Activity>(calls, `/user/daily/activity?${DATES}`);
  assert.equal(nano(all.metadata['total_spend']), 4 * NANO);
  assert.deepEqual([all.metadata['total_api_requests'], all.metadata['total_failed_requests']], [5, 1]);
  assert.deepEqual(callsIn(all, 'entities'), { ann: 3 });
  assert.deepEqual(callsIn(all, 'model_groups')['gpt-4o'], 4);
  assert.deepEqual(Object.values(callsIn(all, 'api_keys')).sort(), [1, 3]);
  const ofKeys = Object.values(all.results[0]?.breakdown['model_groups']?.['gpt-4o']?.api_key_breakdown ?? {});
  assert.deepEqual(ofKeys.map(({ metadata }) => metadata['key_alias']).sort(), ['ours', 'theirs']);
  const teams = await read<Activity>(calls, `/team/daily/activity/aggregated?${DATES}`);
  assert.deepEqual(callsIn(teams, 'entities'), { red: 3, blue: 1 });
  const others = await read<Activity>(calls, `/team/daily/activity?${DATES}&exclude_team_ids=red`);
  assert.deepEqual([callsIn(others, 'entities'), nano(others.metadata['total_spend'])], [{ blue: 1 }, NANO]);
  const tagged = await read<Activity>(calls, `/tag/daily/activity?${DATES}&tags=a`);
  assert.deepEqual([callsIn(tagged, 'entities'), nano(tagged.metadata['total_spend'])], [{ a: 2 }, 2 * NANO]);
  for (const path of ['customer', 'end_user']) {
    const customers = await read<Activity>(calls, `/${path}/daily/activity?${DATES}`);
    assert.deepEqual(callsIn(customers, 'entities'), { carla: 2, dora: 1 });
  }
  const none = await read<Activity>(calls, `/organization/daily/activity?${DATES}`);
  assert.deepEqual([none.results, none.metadata['total_spend']], [[], 0]);
}

async function report(calls: Calls): Promise<void> {
  type ByDay = readonly { readonly teams: readonly { readonly team_name: string; readonly total_spend: number }[] }[];
  const teams = await read<ByDay>(calls, `/global/spend/report?${DATES}`);
  const named = teams.flatMap((day) => day.teams).map((team) => [team.team_name, nano(team.total_spend)] as const);
  assert.deepEqual(
    new Map(named),
    new Map([
      ['Red', 3 * NANO],
      ['Blue', NANO],
    ]),
  );
  type ByKey = readonly { readonly total_cost: number; readonly model_details: readonly Json[] }[];
  const keys = await read<ByKey>(calls, `/global/spend/report?${DATES}&internal_user_id=ann`);
  assert.deepEqual(
    keys.map((row) => [nano(row.total_cost), row.model_details.length]),
    [[3 * NANO, 1]],
  );
  const csv = await calls.gateway.get(`/global/spend/report?${DATES}&group_by=customer&format=csv`);
  assert.match(csv.text, /^date,customer,model,api_key,spend,total_tokens\r\n/);
  assert.equal(csv.text.trim().split('\r\n').length, 3);
}

async function turnPages(calls: Calls): Promise<void> {
  type Page = Json & { readonly data: readonly Json[]; readonly total: number; readonly total_pages: number };
  const first = await read<Page>(calls, `/spend/logs/v2?${DATES}&page_size=2`);
  assert.deepEqual([first.data.length, first.total, first.total_pages], [2, 5, 3]);
  const last = await read<Page>(calls, `/spend/logs/ui?${DATES}&page_size=2&page=3&sort_by=spend`);
  assert.deepEqual(
    last.data.map((row) => [row['status'], row['spend']]),
    [['failure', 0]],
  );
  const red = await read<Page>(
    calls,
    `/spend/logs/v2?${DATES}&team_id=red&status_filter=success&min_spend=0.000000001`,
  );
  assert.equal(red.total, 3);
  const tags = red.data.map((row) => row['request_tags']);
  assert.deepEqual(tags, [[], ['a'], ['a', 'b']]);
  const id = String(red.data[0]?.['request_id']);
  assert.equal((await read(calls, `/spend/logs/ui/${id}`, calls.ours))['request_id'], id);
  const foreign = await calls.gateway.get(`/spend/logs/ui/${id}`, calls.theirs);
  const random = await calls.gateway.get(`/spend/logs/ui/${id.replace(/.$/, '_')}`, calls.theirs);
  assert.deepEqual([foreign.status, random.status], [404, 404]);
  assert.match((await calls.gateway.get(`/spend/logs/v2?${DATES}&format=csv`)).text, /^id,started_at,/);
}

async function keepTenantsApart(calls: Calls): Promise<void> {
  const own = await read<Activity>(calls, `/user/daily/activity?${DATES}`, calls.theirs);
  assert.equal(nano(own.metadata['total_spend']), NANO);
  const others = await read<Activity>(calls, `/team/daily/activity?${DATES}&team_ids=red`, calls.theirs);
  const random = await read<Activity>(calls, `/team/daily/activity?${DATES}&team_ids=nobody`, calls.theirs);
  assert.deepEqual(others, random);
  const page = await read<Json>(calls, `/spend/logs/v2?${DATES}`, calls.theirs);
  assert.equal(page['total'], 2);
  for (const path of [
    '/global/spend',
    '/spend/keys',
    '/spend/users',
    `/global/spend/report?${DATES}`,
    '/global/activity',
  ])
    assert.equal((await calls.gateway.get(path, calls.theirs)).status, 403, path);
  assert.deepEqual(await read(calls, '/api/v1/activity', calls.theirs), { data: [] }, 'today has not ended');
}

async function summarize(calls: Calls): Promise<void> {
  const days = await read<readonly Json[]>(calls, `/spend/logs?${DATES}`);
  assert.equal(
    days.reduce((sum, day) => sum + nano(day['spend']), 0),
    4 * NANO,
  );
  const ofAnn = days.map(({ users }) => (users as Readonly<Record<string, number>>)['ann'] ?? 0);
  assert.equal(nano(ofAnn.reduce((sum, usd) => sum + usd, 0)), 3 * NANO);
}

async function refuse({ gateway }: Calls): Promise<void> {
  const refusals: readonly [string, RegExp][] = [
    ['/spend/logs/v2', /start_date/],
    ['/user/daily/activity?start_date=yesterday', /'start_date' must be a date/],
    ['/global/spend/report?start_date=2026-02-02&end_date=2026-01-01', /'end_date' must be later than 'start_date'/],
    [`/spend/logs/ui?${DATES}&sort_by=colour`, /sort_by/],
    [`/spend/logs/ui?${DATES}&page_size=101`, /page_size/],
    [`/global/spend/report?${DATES}&group_by=moon`, /group_by/],
    [`/api/v1/activity?date=${TODAY}`, /'date' must be one of the last 30 days/],
  ];
  for (const [path, message] of refusals) {
    const { status, text } = await gateway.get(path);
    assert.equal(status, 400, `${path}: ${text}`);
    assert.match(text, message);
  }
}

const CHECKS = [agreeWithLedger, tellActivity, report, turnPages, keepTenantsApart, summarize, refuse];

async function checked(context: TestContext, env: Readonly<Record<string, string>>): Promise<void> {
  const { gateway } = await gatewayAndUpstream(context, metered, { env });
  const calls = await called(gateway);
  for (const check of CHECKS) await check(calls);
}

describe('what was spent, to the nanodollar, by the doors of LiteLLM and of OpenRouter', () => {
  it('on SQLite', (context) => checked(context as TestContext, {}));

  describe('on Postgres', { skip: postgresMissing() }, () => {
    let server: PostgresServer;
    let url: string;
    before(async () => {
      server = await startPostgres();
      url = await server.createDatabase();
    });
    after(() => server.stop());
    it('as well', (context) =>
      checked(context as TestContext, {
        DATABASE_URL: url,
        WAYBILL_SECRET_KEY: 'a secret key of a test, long enough',
      }));
  });
});
