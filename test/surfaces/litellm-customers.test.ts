import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrationOf, type Shown } from '../support/administration.ts';
import { startGateway } from '../support/gateway.ts';
import { chatBody, errorOf, gatewayAndUpstream, PRICE } from '../support/one-upstream.ts';
import { answer, chatAnswer, startUpstream, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
const costly = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

function bodyFor(customer: string, more: object = {}): string {
  return chatBody({ max_tokens: OUTPUT, user: customer, ...more });
}

test('a customer’s budget refuses calls for it, whoever makes them, and its spend is told', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get } = administrationOf(gateway);
  const made = await post('/customer/new', {
    user_id: 'poor',
    alias: 'Poor',
    max_budget: 0.000001,
    budget_duration: '1d',
  });
  const table = made['litellm_budget_table'] as Shown;
  assert.deepEqual(
    [made['alias'], made['spend'], table['max_budget'], table['budget_duration']],
    ['Poor', 0, 0.000001, '1d'],
  );
  const refused = await gateway.post('/v1/chat/completions', bodyFor('poor'));
  assert.equal(refused.status, 402, refused.text);
  assert.match(
    errorOf(refused.text).message,
    /^ExceededBudget: End User=poor over budget\. Spend=0, Budget=0\.000001\. /,
  );
  assert.equal((await gateway.post('/v1/chat/completions', bodyFor('stranger'))).status, 200);
  const stranger = await get('/customer/info?end_user_id=stranger');
  assert.deepEqual([stranger['spend'], stranger['litellm_budget_table'], stranger['created_at']], [COST, null, null]);
  assert.equal((await gateway.get('/customer/info?end_user_id=nobody')).status, 404);
  await post('/end_user/update', { user_id: 'poor', max_budget: 1 });
  assert.equal((await gateway.post('/v1/chat/completions', bodyFor('poor'))).status, 200);
  assert.equal((await get('/end_user/info?end_user_id=poor'))['spend'], COST);
  const { notices } = await post('/customer/update', { user_id: 'poor', max_budget: 0 });
  assert.match(String(notices), /are spent: calls are refused until/);
});

test('a blocked customer is refused until it is unblocked or forgotten; one never made can be blocked', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, list, refused } = administrationOf(gateway);
  const statusFor = async (customer: string): Promise<number> =>
    (await gateway.post('/v1/chat/completions', bodyFor(customer))).status;
  await post('/customer/new', { user_id: 'known' });
  const { blocked_users: rows } = await post('/customer/block', { user_ids: ['known', 'unknown', 'known'] });
  assert.deepEqual(
    (rows as readonly Shown[]).map((row) => [row['user_id'], row['blocked']]),
    [
      ['known', true],
      ['unknown', true],
    ],
  );
  const answered = await gateway.post('/v1/chat/completions', bodyFor('known'));
  assert.equal(answered.status, 403, answered.text);
  assert.match(errorOf(answered.text).message, /The customer 'known' is blocked/);
  assert.deepEqual([await statusFor('unknown'), await statusFor('other')], [403, 200]);
  assert.equal((await refused('/customer/unblock', { user_ids: ['known', 'nobody'] }))[0], 404);
  assert.equal(await statusFor('known'), 403, 'all or none');
  await post('/customer/unblock', { user_ids: ['known'] });
  assert.equal(await statusFor('known'), 200);
  assert.deepEqual((await list('/customer/list')).map((row) => row['user_id']).sort(), ['known', 'unknown']);
  const deleted = await post('/customer/delete', { user_ids: ['unknown'] });
  assert.equal(deleted['deleted_customers'], 1);
  assert.equal(await statusFor('unknown'), 200);
});

test('customers, tags, users and keys share a budget’s terms, each with its own spend', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get, list, refused } = administrationOf(gateway);
  const budget = await post('/budget/new', { budget_id: 'small', max_budget: 0.000001, budget_duration: '1d' });
  assert.deepEqual([budget['max_budget'], budget['budget_duration']], [0.000001, '1d']);
  assert.match(String(budget['budget_reset_at']), /T00:00:00\.000Z$/);
  await post('/customer/new', { user_id: 'c', budget_id: 'small' });
  await post('/tag/new', { name: 't', description: 'ours', budget_id: 'small' });
  const ofUser = await post('/user/new', { user_id: 'u', budget_id: 'small' });
  const made = await post('/key/generate', { budget_id: 'small', rpm_limit: 100 });
  assert.deepEqual([made['budget_id'], made['max_budget']], ['small', null]);
  assert.equal((made['litellm_budget_table'] as Shown)['max_budget'], 0.000001);
  const key = String(made['key']);
  const call = (body: string, own?: string) => gateway.post('/v1/chat/completions', body, own);
  const tagged = chatBody({ max_tokens: OUTPUT, metadata: { tags: ['t'] } });
  const plain = chatBody({ max_tokens: OUTPUT });
  const calls = [
    () => call(bodyFor('c')),
    () => call(tagged),
    () => call(plain, String(ofUser['key'])),
    () => call(plain, key),
  ];
  const words = [
    /^ExceededBudget: End User=c /,
    /^Budget has been exceeded! Tag=t /,
    /: User=u /,
    /! Current cost: 0, /,
  ];
  for (const [index, make] of calls.entries()) {
    const { status, text } = await make();
    assert.equal(status, 402, text);
    assert.match(errorOf(text).message, words[index] ?? /^$/);
  }
  await post('/budget/update', { budget_id: 'small', max_budget: 0.01 });
  for (const make of calls) assert.equal((await make()).status, 200);
  const info = (await get(`/key/info?key=${key}`))['info'] as Shown;
  assert.deepEqual([info['spend'], info['rpm_limit'], info['max_budget']], [COST, 100, null]);
  assert.match(String(info['budget_reset_at']), /T00:00:00\.000Z$/);
  const [status, message] = await refused('/budget/delete', { id: 'small' });
  assert.deepEqual(
    [status, message],
    [
      400,
      "The budget 'small' is referred to by 1 customer, 1 tag, 1 user, 1 key: give them another one, or null, first.",
    ],
  );
  await post('/key/update', { key, budget_id: null });
  await post('/customer/update', { user_id: 'c', budget_id: null });
  await post('/tag/update', { name: 't', budget_id: null });
  await post('/user/delete', { user_ids: ['u'] });
  assert.equal((await post('/budget/delete', { id: 'small' }))['budget_id'], 'small');
  assert.deepEqual(await list('/budget/list'), []);
});

test('a term of one’s own comes before the shared one, and the others hold with it', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post } = administrationOf(gateway);
  await post('/budget/new', { budget_id: 'shared', max_budget: 0.000001, rpm_limit: 1 });
  const { key } = await post('/key/generate', { budget_id: 'shared', max_budget: 1 });
  const body = chatBody({ max_tokens: OUTPUT });
  assert.equal((await gateway.post('/v1/chat/completions', body, String(key))).status, 200);
  assert.equal((await gateway.post('/v1/chat/completions', body, String(key))).status, 429);
  await post('/customer/new', { user_id: 'c', max_budget: 1 });
  const moved = await post('/customer/update', { user_id: 'c', budget_id: 'shared' });
  assert.equal((moved['litellm_budget_table'] as Shown)['max_budget'], 0.000001, 'it goes by the budget alone');
  assert.equal((await gateway.post('/v1/chat/completions', bodyFor('c'))).status, 402);
});

test('budgets are made, shown with their settings, listed and changed', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, list } = administrationOf(gateway);
  const { budget_id: drawn } = await post('/budget/new', { rpm_limit: 5 });
  await post('/budget/new', { budget_id: 'named', max_budget: '0.000000001', model_max_budget: { 'gpt-4o': 1 } });
  const changed = await post('/budget/update', { budget_id: 'named', tpm_limit: 9, model_max_budget: null });
  assert.deepEqual([changed['max_budget'], changed['tpm_limit'], changed['model_max_budget']], [1e-9, 9, {}]);
  const rows = (await post('/budget/info', { budgets: ['named', drawn] })) as unknown as readonly Shown[];
  assert.deepEqual(
    rows.map((row) => row['rpm_limit']),
    [null, 5],
  );
  const fields = await list('/budget/settings?budget_id=named');
  const named = Object.fromEntries(fields.map((field) => [field['field_name'], field['field_value']]));
  assert.deepEqual([named['max_budget'], named['tpm_limit'], named['rpm_limit']], [1e-9, 9, null]);
  assert.equal((await list('/budget/list?page_size=1')).length, 1);
});

test('a tag’s budget holds for calls that name it in any way, and is told with the tag', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, list } = administrationOf(gateway);
  const made = await post('/tag/new', { name: 'batch', max_budget: 0.000001 });
  assert.equal((made['tag'] as Shown)['name'], 'batch');
  const body = chatBody({ max_tokens: OUTPUT });
  const inHeader = { 'x-litellm-tags': 'batch' };
  const refused = await gateway.post('/v1/chat/completions', body, undefined, inHeader);
  assert.equal(refused.status, 402, refused.text);
  assert.match(
    errorOf(refused.text).message,
    /^Budget has been exceeded! Tag=batch Current cost: 0, Max budget: 0\.000001\. /,
  );
  const key = await gateway.createKey({ metadata: { tags: ['batch'] } });
  assert.equal((await gateway.post('/v1/chat/completions', body, key)).status, 402);
  await post('/tag/update', { name: 'batch', max_budget: 1, description: 'nightly' });
  assert.equal((await gateway.post('/v1/chat/completions', body, key)).status, 200);
  const info = (await post('/tag/info', { names: ['batch'] }))['batch'] as Shown;
  assert.deepEqual([info['spend'], info['description']], [COST, 'nightly']);
  assert.deepEqual(
    (await list('/tag/list')).map((tag) => tag['name']),
    ['batch'],
  );
  await post('/tag/delete', { name: 'batch' });
  assert.deepEqual(await list('/tag/list'), []);
});

test('a customer’s model is called whatever is asked for, and only in its region', async (context) => {
  const upstream = await startUpstream(context, costly);
  const gateway = await startGateway(context, {
    config: `version: 1
credentials:
  up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k }
models:
  asked: { deployments: [{ use: up/asked, price: free, region: us-east-1 }] }
  european: { deployments: [{ use: up/european, price: free, region: eu-central-1 }] }
`,
  });
  const { post } = administrationOf(gateway);
  await post('/customer/new', { user_id: 'steered', default_model: 'european' });
  await post('/customer/new', { user_id: 'kept', allowed_model_region: 'EU' });
  const call = async (model: string, user: string, more: object = {}) => {
    const from = upstream.requests.length;
    const { status, text } = await gateway.post('/v1/chat/completions', bodyFor(user, { model, ...more }));
    const [reached] = upstream.requests.slice(from).map(({ body }) => (JSON.parse(body) as { model: string }).model);
    return [status, reached ?? errorOf(text).message] as const;
  };
  assert.deepEqual(await call('asked', 'anybody'), [200, 'asked']);
  assert.deepEqual(await call('asked', 'steered'), [200, 'european']);
  assert.deepEqual(await call('nonsense', 'steered', { models: ['asked'] }), [200, 'european']);
  assert.deepEqual(await call('european', 'kept'), [200, 'european']);
  assert.deepEqual(await call('european', 'kept', { allowed_model_region: 'eu-central-1' }), [200, 'european']);
  assert.match(String((await call('asked', 'kept'))[1]), /the region must be eu/);
  const [status, message] = await call('european', 'kept', { allowed_model_region: 'us' });
  assert.deepEqual(
    [status, message],
    [403, "Calls for this customer may be served in 'eu' only, and the request asks for 'us'."],
  );
  const key = await gateway.createKey({ models: ['asked'] });
  const denied = await gateway.post('/v1/chat/completions', bodyFor('steered', { model: 'asked' }), key);
  assert.equal(denied.status, 403, 'a customer’s model is the key’s to use, or nobody’s');
});

test('customers without a budget of their own go by max_end_user_budget_id, and by nothing before it is made', async (context) => {
  const upstream = await startUpstream(context, costly);
  const gateway = await startGateway(context, {
    config: `model_list:
  - { model_name: gpt-4o, litellm_params: { model: openai/gpt-4o, api_base: "${upstream.url}", api_key: k, input_cost_per_token: 0.000002, output_cost_per_token: 0.00001 } }
litellm_settings: { max_end_user_budget_id: everyone }
`,
  });
  const { post } = administrationOf(gateway);
  const statusFor = async (customer: string): Promise<number> =>
    (await gateway.post('/v1/chat/completions', bodyFor(customer))).status;
  const unmade = await gateway.post('/v1/chat/completions', bodyFor('c'));
  assert.equal(unmade.status, 403, unmade.text);
  assert.match(errorOf(unmade.text).message, /the budget 'everyone', .* make it at \/budget\/new/);
  await post('/budget/new', { budget_id: 'everyone', max_budget: 0.000001 });
  await post('/customer/new', { user_id: 'plain', alias: 'a limit and no budget', rpm_limit: 100, soft_budget: 1 });
  await post('/customer/new', { user_id: 'rich', max_budget: 5 });
  const over = await gateway.post('/v1/chat/completions', bodyFor('c'));
  assert.match(errorOf(over.text).message, /^ExceededBudget: End User=c over budget\. Spend=0, Budget=0\.000001\. /);
  assert.deepEqual([over.status, await statusFor('plain'), await statusFor('rich')], [402, 402, 200]);
  assert.equal((await gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT }))).status, 200);
});

test('what customers, budgets and tags cannot be is refused, by the name of the field', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, refused } = administrationOf(gateway);
  await post('/customer/new', { user_id: 'c' });
  await post('/budget/new', { budget_id: 'b' });
  await post('/tag/new', { name: 't' });
  const table: readonly (readonly [path: string, body: unknown, status: number, message: RegExp])[] = [
    ['/customer/new', { user_id: 'c' }, 400, /There is a customer 'c' already/],
    ['/customer/new', {}, 400, /user_id: /],
    ['/customer/new', { user_id: 'd', max_budget: 1, budget_id: 'b' }, 400, /budget_id or terms of its own, not both/],
    ['/customer/new', { user_id: 'd', budget_id: 'nowhere' }, 404, /There is no budget 'nowhere'/],
    ['/customer/new', { user_id: 'd', max_budget: -0.1 }, 400, /max_budget: expected USD, 0 to/],
    [
      '/customer/new',
      { user_id: 'd', max_budget: '1.0000000000000000000000000000001' },
      400,
      /max_budget: expected USD/,
    ],
    ['/customer/new', { user_id: 'd', spend: 3 }, 400, /spend: spend is what the ledger has booked/],
    ['/customer/new', { user_id: 'd', allowed_model_region: 'the moon' }, 400, /expected a region such as 'eu'/],
    ['/customer/new', { user_id: 'd', object_permission: { mcp: 1 } }, 400, /object_permission: cannot be kept/],
    ['/customer/new', { user_id: 'd', models: ['x'] }, 400, /models/],
    ['/customer/update', { user_id: 'nobody', blocked: true }, 404, /There is no customer 'nobody'/],
    ['/customer/update', { user_id: 'c', blocked: 'yes' }, 400, /blocked: /],
    ['/customer/delete', { user_ids: ['c', 'nobody'] }, 404, /There is no customer 'nobody'/],
    ['/customer/block', { user_ids: 'c' }, 400, /user_ids: /],
    ['/budget/new', { budget_id: 'b' }, 400, /There is a budget 'b' already/],
    ['/budget/new', { max_budget: -1 }, 400, /max_budget: expected USD, 0 to/],
    ['/budget/new', '{"max_budget": 1e30}', 400, /max_budget: expected USD, 0 to/],
    ['/budget/new', { soft_budget: 0 }, 400, /soft_budget: /],
    ['/budget/new', { tpm_limit: -5 }, 400, /tpm_limit: /],
    ['/budget/new', { rpm_limit: '5' }, 400, /rpm_limit: /],
    ['/budget/new', { max_parallel_requests: 0 }, 400, /max_parallel_requests: /],
    ['/budget/new', { budget_duration: '30 fortnights' }, 400, /expected a period: 30s/],
    ['/budget/new', { budget_reset_at: '2026-12-01T00:00:00Z' }, 400, /windows follow from budget_duration/],
    ['/budget/update', { budget_id: 'nowhere', max_budget: 1 }, 404, /There is no budget 'nowhere'/],
    ['/budget/info', { budgets: ['b', 'nowhere'] }, 404, /There is no budget 'nowhere'/],
    ['/budget/delete', { id: 'nowhere' }, 404, /There is no budget 'nowhere'/],
    ['/tag/new', { name: 't' }, 400, /There is a tag 't' already/],
    ['/tag/new', { name: 'u', models: ['gpt-4o'] }, 400, /models: cannot be kept by this gateway yet/],
    ['/tag/update', { name: 'nowhere' }, 404, /There is no tag 'nowhere'/],
    ['/tag/info', { names: ['nowhere'] }, 404, /There is no tag 'nowhere'/],
    ['/key/generate', { budget_id: 'nowhere' }, 404, /There is no budget 'nowhere'/],
  ];
  for (const [path, body, status, message] of table) {
    const [got, said] = await refused(path, body);
    assert.equal(got, status, `${path} ${JSON.stringify(body)}: ${said}`);
    assert.match(said, message, `${path} ${JSON.stringify(body)}`);
  }
  const key = await gateway.createKey();
  for (const path of ['/customer/new', '/budget/new', '/tag/new', '/customer/block', '/budget/delete'])
    assert.equal((await gateway.post(path, { user_id: 'x' }, key)).status, 403, path);
  for (const path of ['/customer/list', '/budget/list', '/tag/list', '/customer/info?end_user_id=c'])
    assert.equal((await gateway.get(path, key)).status, 403, path);
});
