import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runCommand, startGateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { answer, chatAnswer, type Script } from '../support/upstream.ts';

const plain: Script = (request) => answer(request, { body: chatAnswer('hi') });
/** Of one answer of the upstream: 10 tokens at 2 USD and 5 at 10 USD per million. */
const COST = 0.00007;

type Body = Readonly<Record<string, unknown>>;

async function start(context: TestContext, args: readonly string[] = []) {
  const { gateway } = await gatewayAndUpstream(context, plain, { args });
  const post = async (path: string, body: Body): Promise<{ readonly status: number; readonly body: Body }> => {
    const { status, text } = await gateway.post(path, body);
    return { status, body: JSON.parse(text) as Body };
  };
  const get = async (path: string): Promise<Body> => JSON.parse((await gateway.get(path)).text) as Body;
  const call = async (key: unknown): Promise<number> =>
    (await gateway.post('/v1/chat/completions', chatBody({ max_tokens: 5 }), String(key), { connection: 'close' }))
      .status;
  return { gateway, post, get, call };
}

function messageOf({ error }: Body): string {
  return (error as { message: string }).message;
}

test('regenerate: another secret, the same key, its spend and its budgets; the former one has its grace', async (context) => {
  const { gateway, post, get, call } = await start(context);
  const { body: made } = await post('/key/generate', { key_alias: 'ci', max_budget: 1, metadata: { a: 1 } });
  assert.equal(await call(made['key']), 200);
  const { body: next } = await post(`/key/${made['key']}/regenerate`, { grace_period: '24h', max_budget: 2 });
  assert.deepEqual(
    [next['token_id'], next['key_alias'], next['spend'], next['max_budget'], next['rotation_count']],
    [made['token_id'], 'ci', COST, 2, 1],
  );
  assert.match(String(next['grace_period_ends_at']), /^\d{4}-/);
  assert.deepEqual([await call(made['key']), await call(next['key'])], [200, 200]);
  const { info } = (await get(`/key/info?key=${made['key']}`)) as { info: Body };
  assert.deepEqual([info['spend'], info['token'], info['metadata']], [0.00021, next['token'], { a: 1 }]);
  const { body: last } = await post('/key/regenerate', { key: next['token'], new_key: 'sk-one-of-my-own-0001' });
  assert.equal(last['key'], 'sk-one-of-my-own-0001');
  assert.deepEqual([await call(made['key']), await call(next['key']), await call(last['key'])], [401, 401, 200]);
  const args = ['key', 'rotate', String(made['token_id']), '--grace', '30m', '--url', gateway.url];
  const rotated = await runCommand(context, { args, data: gateway.data });
  assert.equal(rotated.code, 0, rotated.errors);
  assert.match(rotated.errors, /former secret works until \d{4}-/);
  assert.deepEqual([await call(rotated.output.trim()), await call(last['key'])], [200, 200]);
  await post('/key/delete', { keys: [made['token_id']] });
  assert.deepEqual([await call(rotated.output.trim()), await call(last['key'])], [401, 401]);
  assert.equal((await post('/key/nobody/regenerate', {})).status, 404);
});

test('every change is so in all workers before it is answered', async (context) => {
  const { post, call } = await start(context, ['--workers', '2']);
  const both = async (key: unknown): Promise<ReadonlySet<number>> =>
    new Set(await Promise.all([call(key), call(key), call(key), call(key)]));
  for (let round = 0; round < 5; round++) {
    const { body: made } = await post('/key/generate', {});
    assert.deepEqual(await both(made['key']), new Set([200]));
    await post('/key/block', { key: made['key'] });
    assert.deepEqual(await both(made['key']), new Set([401]));
    await post('/key/unblock', { key: made['key'] });
    assert.deepEqual(await both(made['key']), new Set([200]));
    const { body: next } = await post('/key/regenerate', { key: made['key'] });
    assert.deepEqual(await both(made['key']), new Set([401]));
    assert.deepEqual(await both(next['key']), new Set([200]));
    await post('/key/update', { key: next['key'], models: ['another'] });
    assert.deepEqual(await both(next['key']), new Set([403]));
    await post('/key/delete', { keys: [next['key']] });
    assert.deepEqual(await both(next['key']), new Set([401]));
  }
});

test('list, aliases and infos: filters, order, pages; a filter that is not known is refused', async (context) => {
  const { gateway, post, get } = await start(context);
  for (const id of ['t0', 't1']) await post('/team/new', { team_id: id });
  const made: Body[] = [];
  for (const [index, alias] of ['b one', 'a two', 'c_three'].entries()) {
    const fields = { key_alias: alias, max_budget: 3 - index, user_id: 'u', team_id: `t${index % 2}` };
    made.push((await post('/key/generate', fields)).body);
  }
  const aliasesOf = async (query: string): Promise<unknown> =>
    ((await get(`/key/list?return_full_object=true&${query}`))['keys'] as Body[]).map((key) => key['key_alias']);
  assert.deepEqual(await aliasesOf(''), ['c_three', 'a two', 'b one']);
  assert.deepEqual(await aliasesOf('sort_by=key_alias&sort_order=asc'), ['a two', 'b one', 'c_three']);
  assert.deepEqual(await aliasesOf('sort_by=max_budget'), ['b one', 'a two', 'c_three']);
  assert.deepEqual(await aliasesOf('team_id=t0&user_id=u'), ['c_three', 'b one']);
  assert.deepEqual(await aliasesOf('key_alias=T&substring_matching=true'), ['c_three', 'a two']);
  assert.deepEqual(await aliasesOf('key_alias=_&substring_matching=true'), ['c_three']);
  assert.deepEqual(await aliasesOf(`key_hash=${made[1]?.['token']}`), ['a two']);
  assert.deepEqual(await aliasesOf('organization_id=o'), []);
  const { keys, ...paging } = await get('/key/list?page=2&size=2');
  assert.deepEqual([keys, paging], [[made[0]?.['token']], { total_count: 3, current_page: 2, total_pages: 2 }]);
  assert.deepEqual((await get('/key/aliases?search=O'))['aliases'], ['a two', 'b one']);
  for (const query of ['agent_id=x', 'sort_by=colour', 'size=101', 'page=0']) {
    assert.equal((await gateway.get(`/key/list?${query}`)).status, 400, query);
  }
  const asked = [made[0]?.['token_id'], 'nobody', made[2]?.['key']];
  const { body: infos } = await post('/v2/key/info', { keys: asked });
  assert.deepEqual(infos['key'], [asked[0], asked[2]]);
  assert.deepEqual(await post('/key/delete', { keys: [made[0]?.['key']] }), {
    status: 200,
    body: { deleted_keys: [made[0]?.['key']] },
  });
  assert.deepEqual(await aliasesOf('status=deleted'), ['b one']);
  const own = await gateway.post('/key/health', {}, String(made[1]?.['key']));
  assert.deepEqual(JSON.parse(own.text), { key: 'healthy', logging_callbacks: null });
  const others = await gateway.post('/v2/key/info', { keys: asked }, String(made[1]?.['key']));
  assert.equal(others.status, 404);
});

test('a key may call the addresses that it is made for', async (context) => {
  const { gateway, post, call } = await start(context);
  const statuses = async (fields: Body): Promise<readonly number[]> => {
    const { key } = (await post('/key/generate', fields)).body;
    const [models, info] = await Promise.all(['/v1/models', '/key/info'].map((path) => gateway.get(path, String(key))));
    return [await call(key), models?.status ?? 0, info?.status ?? 0];
  };
  assert.deepEqual(await statuses({}), [200, 200, 200]);
  assert.deepEqual(await statuses({ key_type: 'default' }), [200, 200, 200]);
  assert.deepEqual(await statuses({ key_type: 'llm_api' }), [200, 200, 403]);
  assert.deepEqual(await statuses({ key_type: 'management' }), [403, 200, 200]);
  assert.deepEqual(await statuses({ key_type: 'read_only' }), [403, 200, 200]);
  assert.deepEqual(await statuses({ allowed_routes: ['/v1/chat/completions'] }), [200, 403, 403]);
  assert.deepEqual(await statuses({ allowed_routes: ['/v1/mod*', 'info_routes'] }), [403, 200, 200]);
  assert.deepEqual(await statuses({ allowed_routes: ['openai_routes'] }), [200, 200, 403]);
  assert.deepEqual(await statuses({ allowed_routes: ['anthropic_routes'] }), [403, 200, 403]);
});

test('service accounts, many updates at once, and a spend that is set back', async (context) => {
  const { post, get, call } = await start(context);
  assert.equal((await post('/key/service-account/generate', {})).status, 400);
  assert.equal((await post('/key/service-account/generate', { team_id: 't', user_id: 'u' })).status, 400);
  assert.equal((await post('/key/service-account/generate', { team_id: 'nobody' })).status, 404);
  await post('/team/new', { team_id: 't' });
  const { body: made } = await post('/key/service-account/generate', {
    team_id: 't',
    max_budget: 0.005,
    tags: ['ci'],
  });
  assert.deepEqual([made['team_id'], made['user_id'], made['tags']], ['t', null, ['ci']]);
  const keys = [{ key: made['key'], rpm_limit: 100, tags: ['cd'] }, { key: 'sk-nobody-has-this-one' }];
  const { body: updated } = await post('/key/bulk_update', { keys });
  assert.equal(updated['total_requested'], 2);
  assert.deepEqual(
    (updated['successful_updates'] as { key_info: Body }[]).map(({ key_info: info }) => [
      info['rpm_limit'],
      info['metadata'],
    ]),
    [[100, { tags: ['cd'] }]],
  );
  assert.equal((updated['failed_updates'] as unknown[]).length, 1);
  const spendOf = async (): Promise<unknown> => ((await get(`/key/info?key=${made['key']}`))['info'] as Body)['spend'];
  while ((await call(made['key'])) === 200);
  const spent = Number(await spendOf());
  assert.ok(spent > 0);
  assert.equal((await post(`/key/${made['key']}/reset_spend`, { reset_to: 1 })).status, 400);
  const { body: reset } = await post(`/key/${made['key']}/reset_spend`, { reset_to: 0.00001 });
  assert.deepEqual([reset['spend'], reset['previous_spend']], [0.00001, spent]);
  assert.equal(await spendOf(), 0.00001);
  assert.equal(await call(made['key']), 200);
  assert.equal(await spendOf(), 0.00008);
});

const REFUSED: readonly (readonly [Body, RegExp])[] = [
  ...['max_budget', 'soft_budget'].flatMap((name): (readonly [Body, RegExp])[] => [
    [{ [name]: -1 }, /0 to 9000000/],
    [{ [name]: 1e30 }, /0 to 9000000/],
    [{ [name]: 1e-12 }, /a nanodollar/],
    [{ [name]: '0.1234567891' }, /nine decimals/],
    [{ [name]: 'NaN' }, /nine decimals/],
    [{ [name]: true }, /nine decimals/],
    [{ [name]: [1] }, /nine decimals/],
  ]),
  ...['rpm_limit', 'tpm_limit', 'max_parallel_requests'].flatMap((name) =>
    [0, -1, 1.5, 1e30, '60', true, {}].map((value): readonly [Body, RegExp] => [{ [name]: value }, new RegExp(name)]),
  ),
  ...['model_rpm_limit', 'model_tpm_limit'].flatMap((name) =>
    [1, [], { m: 0 }, { m: '1' }].map((value): readonly [Body, RegExp] => [{ [name]: value }, new RegExp(name)]),
  ),
  ...['3 weeks', '0s', '-5m', '1e3d', '999999mo', 30, ''].map((duration): readonly [Body, RegExp] => [
    { duration },
    /duration/,
  ]),
  [{ duration: '3 weeks' }, /30s, 30m, 30h, 30d, 30w or 1mo/],
  [{ budget_duration: 'soon' }, /30s, 30m, 24h/],
  [{ budget_limits: [{ max_budget: -1, budget_duration: '1d' }] }, /budget_limits\.0\.max_budget/],
  [{ budget_limits: [{ max_budget: 1, budget_duration: 'x' }] }, /budget_limits\.0\.budget_duration/],
  [{ budgets: [], budget_limits: [] }, /either budgets or budget_limits/],
  [{ key_alias: 7 }, /key_alias/],
  [{ models: 'gpt-4o' }, /models/],
  [{ models: [7] }, /models\.0/],
  [{ aliases: ['a'] }, /aliases/],
  [{ metadata: 'x' }, /metadata/],
  [{ metadata: { guardrails: ['pii'] } }, /metadata\.guardrails: is not heeded in metadata/],
  [{ tags: 'x' }, /tags/],
  [{ blocked: 'yes' }, /blocked/],
  [{ allowed_routes: ['every_route'] }, /llm_api_routes/],
  [{ key_type: 'admin' }, /key_type/],
  [{ key_type: 'llm_api', allowed_routes: ['/v1/*'] }, /either allowed_routes or key_type/],
  [{ rpm_limit_type: 'guaranteed_throughput' }, /best_effort_throughput/],
  [{ auto_rotate: true }, /a secret that nobody is shown/],
  [{ rotation_interval: '30d' }, /rotation_interval: is not supported/],
  ...['guardrails', 'policies', 'prompts', 'access_group_ids', 'allowed_passthrough_routes'].map(
    (name): readonly [Body, RegExp] => [{ [name]: ['x'] }, new RegExp(`${name}: is not supported: `)],
  ),
  ...['permissions', 'object_permission', 'router_settings', 'config', 'tag_rpm_limit', 'mcp_rpm_limit'].map(
    (name): readonly [Body, RegExp] => [{ [name]: { x: 1 } }, new RegExp(`${name}: is not supported: `)],
  ),
  [{ no_such_field: 1 }, /no_such_field/],
];

const RULES = `defaults: { key: { max_lifetime: 30d } }`;

test('a key lives no longer than it may, and that long where nobody says anything', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, plain, { more: RULES });
  const post = async (path: string, body: Body) => {
    const { status, text } = await gateway.post(path, body);
    return { status, body: JSON.parse(text) as Body };
  };
  const { body: made } = await post('/key/generate', {});
  const lifeMs = Date.parse(String(made['expires'])) - Date.now();
  assert.ok(Math.abs(lifeMs - 30 * 86_400_000) < 60_000, `${lifeMs} ms`);
  assert.equal((await post('/key/generate', { duration: '1mo' })).status, 200);
  const longer = [
    ['/key/generate', { duration: '31d' }],
    ['/key/update', { key: made['key'], duration: '60d' }],
    ['/key/update', { key: made['key'], duration: null }],
    ['/key/regenerate', { key: made['key'], duration: '5w' }],
  ] as const;
  for (const [path, body] of longer) {
    const refused = await post(path, body);
    assert.equal(refused.status, 400, path);
    assert.match(messageOf(refused.body), /duration is over max limit set in config - user_value=\w+; max_value=30d/);
  }
  assert.equal((await post('/key/update', { key: made['key'], max_budget: 3 })).status, 200);
});

test('our file says how long keys live and what they may have at most', async (context) => {
  const more = `defaults:
  key: { lifetime: 7d, max_lifetime: 30d, max_budget: 500.5, max_limits: { rpm: 600, tpm: 400k, parallel: 20 } }`;
  const { gateway } = await gatewayAndUpstream(context, plain, { more });
  const post = async (path: string, body: Body) => {
    const { status, text } = await gateway.post(path, body);
    return { status, body: JSON.parse(text) as Body };
  };
  const { body: made } = await post('/key/generate', { rpm_limit: 6 });
  const lifeMs = Date.parse(String(made['expires'])) - Date.now();
  assert.ok(Math.abs(lifeMs - 7 * 86_400_000) < 60_000, `${lifeMs} ms`);
  assert.deepEqual(
    ['max_budget', 'rpm_limit', 'tpm_limit', 'max_parallel_requests'].map((name) => made[name]),
    [500.5, 6, 400_000, 20],
  );
  const above = { duration: '31d', max_budget: 501, rpm_limit: 601, tpm_limit: 400_001, max_parallel_requests: 21 };
  for (const [name, value] of Object.entries(above)) {
    const refused = await post('/key/generate', { [name]: value });
    assert.equal(refused.status, 400, name);
    assert.match(messageOf(refused.body), new RegExp(`^${name} is over max limit set in config`));
  }
});

test('a LiteLLM file says what keys are made with, and what they may have at most', async (context) => {
  const config = `model_list: []
litellm_settings:
  default_key_generate_params: { max_budget: 5, models: [gpt-4o], budget_duration: 30d, tpm_limit: "1000" }
  upperbound_key_generate_params: { max_budget: 10, rpm_limit: 60, budget_duration: 30d }
`;
  const gateway = await startGateway(context, { config });
  const make = async (fields: Body): Promise<Body> => JSON.parse((await gateway.post('/key/generate', fields)).text);
  const named = ['max_budget', 'models', 'budget_duration', 'tpm_limit', 'rpm_limit'];
  const plainly = await make({});
  assert.deepEqual(
    named.map((name) => plainly[name]),
    [5, ['gpt-4o'], '30d', 1000, 60],
  );
  const own = await make({ max_budget: 7, models: ['a'], budget_duration: '1d', rpm_limit: 6 });
  assert.deepEqual(
    named.map((name) => own[name]),
    [7, ['a'], '1d', 1000, 6],
  );
  for (const fields of [{ max_budget: 10.5 }, { rpm_limit: 61 }, { budget_duration: '2mo' }]) {
    assert.match(messageOf(await make(fields)), /is over max limit set in config - user_value=/);
  }
  const faulty = config.replace('rpm_limit: 60', 'rpm_limit: many, guardrails: [x]');
  const { code, errors } = await runCommand(context, { args: ['check'], config: faulty });
  assert.equal(code, 2, errors);
  assert.match(errors, /upperbound_key_generate_params\.rpm_limit: expected a whole number/);
  assert.match(errors, /upperbound_key_generate_params\.guardrails: expected one of max_budget/);
});

test('what cannot be kept is refused by its name, wherever a key is written', async (context) => {
  const { gateway, post, get } = await start(context);
  const key = await gateway.createKey({ max_budget: 1 });
  const before = await get(`/key/info?key=${key}`);
  for (const [fields, message] of [...REFUSED, [{ spend: 5 }, /spend/] as const]) {
    for (const path of ['/key/generate', '/key/update', '/key/regenerate']) {
      const { status, body } = await post(path, path === '/key/generate' ? fields : { key, ...fields });
      assert.equal(status, 400, `${path} ${JSON.stringify(fields)}: ${JSON.stringify(body)}`);
      assert.match(messageOf(body), message);
    }
  }
  for (const grace of ['soon', '-1', 5]) {
    assert.equal((await post('/key/regenerate', { key, grace_period: grace })).status, 400);
  }
  for (const to of [-1, '1e3', null, 1e30])
    assert.equal((await post(`/key/${key}/reset_spend`, { reset_to: to })).status, 400);
  assert.deepEqual(await get(`/key/info?key=${key}`), before);
  const nothing = { guardrails: [], permissions: {}, auto_rotate: false, budget_id: null, send_invite_email: false };
  assert.equal((await post('/key/generate', nothing)).status, 200);
  const { body: told } = await post('/key/generate', { send_invite_email: true, allowed_cache_controls: ['no-cache'] });
  assert.deepEqual(
    (told['notices'] as string[]).map((notice) => notice.split(':')[0]),
    ['send_invite_email', 'allowed_cache_controls'],
  );
});
