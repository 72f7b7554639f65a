import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrationOf } from '../support/administration.ts';
import { MASTER_KEY } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream, PRICE } from '../support/one-upstream.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
const costly = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

type Row = Readonly<Record<string, unknown>>;
type Results = { readonly results: readonly Row[] };

const tagged = (...tags: readonly string[]): string => chatBody({ max_tokens: OUTPUT, metadata: { tags } });

test('tags tell who makes calls under them, by day, week and month', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { get } = administrationOf(gateway);
  for (const user of ['ann', 'bob'])
    await gateway.post('/user/new', { user_id: user, auto_create_key: false, user_email: `${user}@example.com` });
  const [ann, bob] = [await gateway.createKey({ user_id: 'ann' }), await gateway.createKey({ user_id: 'bob' })];
  for (const [key, tags] of [
    [ann, ['docs', 'red']],
    [ann, ['docs']],
    [bob, ['docs']],
    [MASTER_KEY, ['red']],
  ] as const)
    assert.equal((await gateway.post('/v1/chat/completions', tagged(...tags), key)).status, 200);

  assert.deepEqual(await get('/tag/distinct'), { results: [{ tag: 'docs' }, { tag: 'red' }] });
  const days = (await get('/tag/dau')) as Results;
  assert.deepEqual(
    days.results.map(({ tag, active_users }) => [tag, active_users]),
    [
      ['docs', 2],
      ['red', 1],
    ],
  );
  for (const [path, name] of [
    ['/tag/wau', 'Week 7'],
    ['/tag/mau?months=3', 'Month 3'],
  ] as const) {
    const { results } = (await get(`${path}${path.includes('?') ? '&' : '?'}tag_filter=OC`)) as Results;
    assert.deepEqual(
      results.map(({ tag, active_users, date }) => [tag, active_users, String(date).slice(0, name.length)]),
      [['docs', 2, name]],
    );
    assert.ok(String(results[0]?.['period_start']) < String(results[0]?.['period_end']));
  }
  const { results } = (await get('/tag/summary?tag_filters=red,docs')) as Results;
  const [docs, red] = results;
  assert.deepEqual(
    [docs?.['tag'], docs?.['unique_users'], docs?.['total_requests'], docs?.['total_tokens']],
    ['docs', 2, 3, 3 * (INPUT + OUTPUT)],
  );
  assert.ok(Math.abs(Number(docs?.['total_spend']) - 3 * COST) < 1e-12);
  assert.deepEqual([red?.['unique_users'], red?.['total_requests']], [1, 2]);
  assert.equal((await gateway.get('/tag/mau?months=13')).status, 400);
  assert.equal((await gateway.get('/tag/dau', ann)).status, 403);
});

test('fields that complete what is typed find users and teams, and no more than who asks may see', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get, list } = administrationOf(gateway);
  await post('/team/new', {
    team_id: 'pay',
    team_alias: 'Payments',
    members_with_roles: [{ role: 'user', user_id: 'ann' }],
  });
  await post('/team/new', { team_id: 'other' });
  await post('/user/update', { user_id: 'ann', user_email: 'ann@example.com' });
  assert.deepEqual(await list('/user/filter/ui?user_email=ANN@'), [
    { user_id: 'ann', user_email: 'ann@example.com', user_alias: null, user_role: 'internal_user' },
  ]);
  assert.deepEqual(
    (await list('/team/filter/ui?team_alias=paym')).map(({ team_id }) => team_id),
    ['pay'],
  );
  const { total_users_used: users, total_teams_used: teams, total_users: seats } = await get('/user/available_users');
  assert.deepEqual([users, teams, seats], [1, 2, null]);

  const own = await gateway.createKey({ user_id: 'ann', team_id: 'pay' });
  assert.equal((await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }), own)).status, 200);
  const signed = await gateway.createKey({ user_id: 'ann' });
  const mine = await get('/team/pay/members/me', signed);
  assert.deepEqual([mine['user_id'], mine['role'], mine['total_spend']], ['ann', 'user', COST]);
  assert.equal((await gateway.get('/team/other/members/me', signed)).status, 404);
  assert.equal((await gateway.get('/user/available_users', signed)).status, 403);
});

test('one change of all keys of a team, and of the permissions of several teams', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get } = administrationOf(gateway);
  for (const id of ['a', 'b']) await post('/team/new', { team_id: id });
  const [one, two, foreign] = [
    await gateway.createKey({ team_id: 'a' }),
    await gateway.createKey({ team_id: 'a' }),
    await gateway.createKey({ team_id: 'b' }),
  ];
  const all = await post('/team/key/bulk_update', {
    team_id: 'a',
    all_keys_in_team: true,
    update_fields: { rpm_limit: 7, max_budget: 3 },
  });
  assert.deepEqual([all['total_requested'], (all['failed_updates'] as Row[]).length], [2, 0]);
  const limitOf = async (key: string) => ((await get(`/key/info?key=${key}`))['info'] as Row)['rpm_limit'];
  assert.deepEqual([await limitOf(one), await limitOf(two), await limitOf(foreign)], [7, 7, null]);
  const mixed = await post('/team/key/bulk_update', {
    team_id: 'a',
    key_ids: [one, foreign],
    update_fields: { rpm_limit: 9 },
  });
  assert.deepEqual([await limitOf(one), await limitOf(foreign)], [9, null]);
  assert.match(String((mixed['failed_updates'] as Row[])[0]?.['failed_reason']), /has no such key/);
  for (const wrong of [
    { team_id: 'a', update_fields: { rpm_limit: 1 } },
    { team_id: 'a', all_keys_in_team: true, update_fields: { team_id: 'b' } },
    { team_id: 'a', all_keys_in_team: true, update_fields: { allowed_routes: ['/key/list'] } },
  ])
    assert.equal((await gateway.post('/team/key/bulk_update', wrong)).status, 400, JSON.stringify(wrong));

  await post('/team/permissions_update', { team_id: 'a', team_member_permissions: ['/key/list'] });
  const added = await post('/team/permissions_bulk_update', { permissions: ['/key/info'], apply_to_all_teams: true });
  assert.equal(added['teams_updated'], 2);
  const ofA = await get('/team/permissions_list?team_id=a');
  assert.deepEqual(ofA['team_member_permissions'], ['/key/list', '/key/info']);
  const nobodys = { permissions: ['/key/block'], team_ids: ['a', 'nowhere'] };
  assert.equal((await gateway.post('/team/permissions_bulk_update', nobodys)).status, 404);
  assert.deepEqual((await get('/team/permissions_list?team_id=a'))['team_member_permissions'], [
    '/key/list',
    '/key/info',
  ]);
});

test('models are shown to whoever has a key when they are made public, and what is below is asked for', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly, {
    more: 'budgets: { providers: { openai-compatible: [{ usd: 20, per: day }] } }',
  });
  const { post, get, list } = administrationOf(gateway);
  const key = await gateway.createKey({ models: ['nothing'] });
  assert.deepEqual(await list('/public/model_hub'), []);
  await post('/model_group/make_public', { model_groups: ['gpt-4o'] });
  const hub = JSON.parse((await gateway.get('/public/model_hub', key)).text) as readonly Row[];
  assert.deepEqual(
    hub.map(({ model_group, is_public_model_group }) => [model_group, is_public_model_group]),
    [['gpt-4o', true]],
  );
  assert.equal((await gateway.get('/public/model_hub', '')).status, 401);
  assert.equal((await gateway.get('/public/model_hub/info', '')).status, 200);
  assert.equal((await gateway.post('/model_group/make_public', { model_groups: ['no-such'] })).status, 400);
  assert.equal((await gateway.post('/model_group/make_public', { model_groups: [] }, key)).status, 403);

  await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }));
  const { providers } = (await get('/provider/budgets')) as { providers: Readonly<Record<string, Row>> };
  const budget = providers['openai-compatible'];
  assert.deepEqual([budget?.['budget_limit'], budget?.['time_period'], budget?.['spend']], [20, '1d', COST]);
  assert.ok(Date.parse(String(budget?.['budget_reset_at'])) > Date.now());

  for (const service of ['database', 'request_log', 'counters'])
    assert.equal((await get(`/health/services?service=${service}`))['status'], 'success');
  assert.match((await gateway.get('/health/services?service=slack')).text, /one of database, request_log, counters/);
  assert.deepEqual(await get('/health/backlog'), { in_flight_requests: 0 });
  const ping = await get('/cache/ping');
  assert.deepEqual([ping['status'], ping['cache_type'], ping['ping_response']], ['healthy', 'own', null]);
  assert.equal((await gateway.get('/cache/ping', key)).status, 403);
});

test('what upstreams refused for their rates, by deployment; the log as a table', async (context) => {
  let calls = 0;
  const { gateway } = await gatewayAndUpstream(context, (request) =>
    calls++ === 1 ? answer(request, { status: 429, body: '{"error":{"message":"slow down"}}' }) : costly(request),
  );
  assert.equal(
    (await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT, user: '=1+1' }))).status,
    200,
  );
  assert.equal((await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }))).status, 429);
  const path = '/global/activity/exceptions/deployment';
  const rows = JSON.parse((await gateway.get(`${path}?model_group=gpt-4o`)).text) as readonly Row[];
  assert.deepEqual(
    rows.map(({ sum_num_rate_limit_exceptions: sum, daily_data: days }) => [sum, (days as Row[]).length]),
    [[1, 1]],
  );
  assert.match(String(rows[0]?.['deployment']), /./);
  assert.deepEqual(JSON.parse((await gateway.get(`${path}?model_group=other`)).text), []);
  assert.equal((await gateway.get(path)).status, 400);

  const table = await gateway.get('/spend/logs?format=csv');
  assert.match(table.headers.get('content-type') ?? '', /^text\/csv/);
  const lines = table.text.trimEnd().split('\r\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^id,started_at,outcome,status,/);
  assert.match(table.text, /,'=1\+1,/);
  const today = new Date().toISOString().slice(0, 10);
  const days = await gateway.get(`/spend/logs?start_date=${today}&end_date=${today}&format=csv`);
  assert.match(days.text, /^date,key,user,model,requests,/);
});

test('keys, users and teams are listed by what they ever spent', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get, list } = administrationOf(gateway);
  const calls = { one: 1, three: 3, none: 0 } as const;
  for (const [name, count] of Object.entries(calls)) {
    await post('/team/new', { team_id: `t/${name}`, members_with_roles: [{ role: 'admin', user_id: `u/${name}` }] });
    const key = await gateway.createKey({ key_alias: name, team_id: `t/${name}`, user_id: `u/${name}` });
    const own = await gateway.createKey({ user_id: `u/${name}`, key_alias: `${name} own` });
    for (let nth = 0; nth < count; nth++)
      for (const each of [key, own]) await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }), each);
  }
  await gateway.createKey({ team_id: 't/three', key_alias: 'of the team' });
  const aliases = async (query: string) =>
    ((await get(`/key/list?return_full_object=true&${query}`))['keys'] as Row[]).map(({ key_alias }) => key_alias);
  assert.deepEqual(new Set((await aliases('sort_by=spend')).slice(0, 2)), new Set(['three', 'three own']));
  assert.deepEqual(await aliases('sort_by=spend&team_id=t/one'), ['one']);
  assert.deepEqual(new Set((await aliases('sort_by=spend&sort_order=asc')).slice(-2)), new Set(['three', 'three own']));
  const users = (await get('/user/list?sort_by=spend&sort_order=desc'))['users'] as Row[];
  assert.deepEqual(
    users.map(({ user_id }) => user_id),
    ['u/three', 'u/one', 'u/none'],
  );
  assert.deepEqual(
    (await list('/team/list?sort_by=spend&sort_order=desc')).map(({ team_id }) => team_id),
    ['t/three', 't/one', 't/none'],
  );
  const paged = await get('/v2/team/list?sort_by=team_alias&page_size=2');
  assert.equal((paged['teams'] as Row[]).length, 2);

  const ofAdmin = await aliases('user_id=u/three&include_team_keys=true');
  assert.deepEqual(new Set(ofAdmin), new Set(['three', 'three own', 'of the team']));
  const [whole] = (await get('/key/list?return_full_object=true&expand=user&key_alias=one'))['keys'] as Row[];
  assert.equal((whole?.['user'] as Row | undefined)?.['user_id'], 'u/one');
});
