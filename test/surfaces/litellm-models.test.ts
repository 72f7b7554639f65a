import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelAt, type Shown, startModelsApi } from '../support/models-api.ts';

const FILE = `credentials:
  house: { provider: openai-compatible, base_url: "https://house.example/v1", api_key: sk-house-0123456789 }
models:
  mine:
    deployments: [{ use: house/m, price: { input: 2, output: 10 } }]
    access_groups: [filed]
    fallbacks: { error: [other] }
  other: { deployments: [house/o] }
`;

type Info = { readonly model_name: string; readonly litellm_params: Shown; readonly model_info: Shown };

const rowsIn = (body: Shown): readonly Info[] => body['data'] as readonly Info[];
const idsIn = (body: Shown): readonly unknown[] => rowsIn(body).map((row) => row.model_info['id']);

test('what the file has is listed, and changed in the file', async (context) => {
  const { upstream, done, refused } = await startModelsApi(context, { config: FILE });
  const [mine] = rowsIn(await done('GET', '/model/info'));
  const id = String(mine?.model_info['id']);
  assert.deepEqual(
    [mine?.model_name, mine?.model_info['managed_by'], mine?.model_info['db_model']],
    ['mine', 'file', false],
  );
  assert.equal(mine?.model_info['input_cost_per_token'], 0.000002);
  const credentials = (await done('GET', '/credentials'))['credentials'] as readonly Shown[];
  assert.deepEqual(credentials[0]?.['credential_values'], {
    api_base: 'https://house.example/v1',
    api_key: '****6789',
  });
  const conflicts: readonly (readonly [string, string, unknown])[] = [
    ['POST', '/model/new', modelAt(upstream.url, 'mine')],
    ['POST', '/model/new', modelAt(upstream.url, 'new', {}, { id })],
    ['POST', '/model/update', { model_info: { id }, litellm_params: { rpm: 1 } }],
    ['PATCH', `/model/${id}/update`, { litellm_params: { rpm: 1 } }],
    ['POST', '/model/delete', { id }],
    ['POST', '/model/block', { model_id: id }],
    ['POST', '/credentials', { credential_name: 'house', credential_values: { api_key: 'x' } }],
    ['POST', '/credentials', { credential_name: 'taken', model_id: id }],
    ['PATCH', '/credentials/house', { credential_values: { api_key: 'x' } }],
    ['DELETE', '/credentials/house', undefined],
    ['POST', '/fallback', { model: 'mine', fallback_models: ['other'] }],
    ['DELETE', '/fallback/mine', undefined],
    ['POST', '/access_group/new', { access_group: 'filed', model_names: ['mine'] }],
    ['PUT', '/access_group/filed/update', { model_names: ['other'] }],
    ['DELETE', '/access_group/filed/delete', undefined],
  ];
  for (const [method, path, body] of conflicts) {
    const { status, message } = await refused(method, path, body);
    assert.deepEqual([status, /managed by the configuration file/.test(message)], [409, true], `${path}: ${message}`);
  }
  assert.deepEqual((await done('GET', '/fallback/mine'))['fallback_models'], ['other']);
  assert.equal(rowsIn(await done('GET', '/model/info')).length, 2);
});

test('pages, searches and sorts', async (context) => {
  const { upstream, done, refused } = await startModelsApi(context);
  for (const name of ['b', 'c', 'a']) {
    const cost = { input_cost_per_token: name.charCodeAt(0) / 1e6 };
    await done('POST', '/model/new', modelAt(upstream.url, `model-${name}`, {}, { id: `id-${name}`, ...cost }));
  }
  const page = async (query: string) => done('GET', `/v2/model/info?${query}`);
  assert.deepEqual(idsIn(await page('')), ['id-b', 'id-c', 'id-a']);
  const second = await page('sortBy=model_name&size=2&page=2');
  assert.deepEqual(idsIn(second), ['id-c']);
  assert.deepEqual(
    [second['total_count'], second['total_pages'], second['current_page'], second['size']],
    [3, 2, 2, 2],
  );
  assert.deepEqual(idsIn(await page('sortBy=costs&sortOrder=desc')), ['id-c', 'id-b', 'id-a']);
  assert.deepEqual(idsIn(await page('search=MODEL-A')), ['id-a']);
  assert.deepEqual(idsIn(await page('modelId=id-b')), ['id-b']);
  assert.deepEqual(idsIn(await page('model=model-c')), ['id-c']);
  assert.equal((await refused('GET', '/v2/model/info?size=0')).status, 400);
  assert.deepEqual(idsIn(await done('GET', '/v1/model/info?litellm_model_id=id-c')), ['id-c']);
  assert.equal((await refused('GET', '/model/info?litellm_model_id=id-x')).status, 404);
  const groups = (await done('GET', '/model_group/info?model_group=model-a'))['data'] as readonly Shown[];
  assert.deepEqual(
    groups.map((group) => [group['model_group'], group['providers'], group['output_cost_per_token']]),
    [['model-a', ['openai-compatible'], 0.00001]],
  );
  const costs = await done('GET', '/get/litellm_model_cost_map');
  assert.equal((costs['model-a'] as Shown)['input_cost_per_token'], 97 / 1e6);
});

test('a key sees the models that it may call, by their groups, and no credentials', async (context) => {
  const { gateway, upstream, done, refused, call } = await startModelsApi(context);
  await done('POST', '/model/new', modelAt(upstream.url, 'open', {}, { id: 'open-1' }));
  await done('POST', '/model/new', modelAt(upstream.url, 'shut', {}, { id: 'shut-1' }));
  const key = await gateway.createKey({ models: ['beta'] });
  assert.deepEqual([await call('open', key), await call('shut', key)], [403, 403]);
  await done('POST', '/access_group/new', { access_group: 'beta', model_names: ['open'] });
  assert.deepEqual([await call('open', key), await call('shut', key)], [200, 403]);
  const [row, ...others] = rowsIn(await done('GET', '/model/info', undefined, key));
  assert.deepEqual([row?.model_name, others], ['open', []]);
  assert.deepEqual(row?.litellm_params, { model: 'openai-compatible/m', custom_llm_provider: 'openai-compatible' });
  await done('PUT', '/access_group/beta/update', { model_ids: ['shut-1'] });
  assert.deepEqual([await call('open', key), await call('shut', key)], [403, 200]);
  assert.deepEqual((await done('GET', '/access_group/beta/info'))['model_names'], ['shut']);
  assert.equal((await refused('POST', '/model/new', modelAt(upstream.url, 'beta'))).status, 409);
  assert.equal(
    (await refused('POST', '/access_group/new', { access_group: 'open', model_names: ['shut'] })).status,
    409,
  );
  await done('DELETE', '/access_group/beta/delete');
  assert.equal(await call('shut', key), 403);
  const forbidden: readonly (readonly [string, string, unknown])[] = [
    ['POST', '/model/new', modelAt(upstream.url, 'x')],
    ['POST', '/model/delete', { id: 'open-1' }],
    ['PATCH', '/model/open-1/update', {}],
    ['GET', '/credentials', undefined],
    ['POST', '/fallback', { model: 'open', fallback_models: ['shut'] }],
    ['POST', '/health/test_connection', { litellm_params: { model: 'openai/x' } }],
    ['GET', '/config/list', undefined],
    ['GET', '/access_group/list', undefined],
  ];
  for (const [method, path, body] of forbidden)
    assert.equal((await refused(method, path, body, key)).status, 403, path);
});

test('what calls cost, what is set, and whether a deployment answers', async (context) => {
  const { upstream, done, refused } = await startModelsApi(context);
  await done('POST', '/model/new', modelAt(upstream.url, 'm'));
  const asked = { model: 'm', input_tokens: 1_000, output_tokens: 100, num_requests_per_day: 30 };
  const estimate = await done('POST', '/cost/estimate', asked);
  assert.deepEqual(
    [
      estimate['cost_per_request'],
      estimate['input_cost_per_request'],
      estimate['daily_cost'],
      estimate['monthly_cost'],
    ],
    [0.003, 0.002, 0.09, null],
  );
  const usage = { prompt_tokens: 10, completion_tokens: 5 };
  assert.deepEqual(await done('POST', '/spend/calculate', { completion_response: { model: 'm', usage } }), {
    cost: 0.00007,
  });
  const prompt = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
  assert.ok(Number((await done('POST', '/spend/calculate', prompt))['cost']) > 0);
  assert.equal((await refused('POST', '/spend/calculate', { ...prompt, model: 'nowhere' })).status, 404);
  const before = upstream.requests.length;
  const params = modelAt(upstream.url, 'm').litellm_params;
  assert.equal((await done('POST', '/health/test_connection', { litellm_params: params }))['status'], 'success');
  assert.equal(upstream.requests.length, before + 1);
  const there = { ...params, api_base: 'http://10.0.0.1/v1' };
  const { status, result } = await done('POST', '/health/test_connection', { litellm_params: there });
  assert.deepEqual([status, /not a public address/.test(String((result as Shown)['error']))], ['error', true]);
  await done('POST', '/model/new', modelAt(upstream.url, 'n'));
  await done('POST', '/fallback', { model: 'm', fallback_models: ['n'], fallback_type: 'context_window' });
  const router = (await done('GET', '/router/settings'))['current_values'] as Shown;
  assert.deepEqual([router['fallbacks'], router['context_window_fallbacks']], [[], [{ m: ['n'] }]]);
  assert.equal((await done('GET', '/config/field/info?field_name=num_retries'))['field_value'], 2);
  assert.equal((await refused('GET', '/config/field/info?field_name=nothing')).status, 404);
  assert.ok(Array.isArray(await done('GET', '/config/list')));
});

/** For each write, what it is made right by, and the members that are put into it wrongly. */
const WRITES: readonly (readonly [method: string, path: string, right: Shown, members: readonly string[]])[] = [
  ['POST', '/model/new', modelAt('http://127.0.0.1:1/v1', 'n'), ['model_name', 'litellm_params', 'model_info']],
  ['POST', '/model/update', { model_info: { id: 'm-1' } }, ['model_name', 'litellm_params', 'model_info']],
  ['PATCH', '/model/m-1/update', {}, ['model_name', 'litellm_params', 'model_info']],
  ['POST', '/model/delete', { id: 'm-1' }, ['id']],
  ['POST', '/model/block', { model_id: 'm-1' }, ['model_id']],
  ['POST', '/credentials', { credential_name: 'c', credential_values: {} }, ['credential_name', 'credential_values']],
  ['PATCH', '/credentials/acme', {}, ['credential_values', 'credential_info']],
  ['POST', '/fallback', { model: 'm', fallback_models: ['n'] }, ['model', 'fallback_models', 'fallback_type']],
  ['POST', '/access_group/new', { access_group: 'g', model_names: ['m'] }, ['access_group', 'model_names']],
  ['PUT', '/access_group/g/update', { model_names: ['m'] }, ['model_names']],
  ['POST', '/cost/estimate', { model: 'm', input_tokens: 1, output_tokens: 1 }, ['model']],
  ['POST', '/spend/calculate', { model: 'm', messages: [{}] }, ['messages', 'completion_response']],
];

const WRONG: readonly unknown[] = [
  0,
  -1,
  1.5,
  '',
  '\0',
  '\u{D800}',
  true,
  [],
  [1],
  'x'.repeat(70_000),
  [null],
  [['a']],
];
/** Of `litellm_params`, whose members may be anything. */
const WRONG_PARAMS: readonly Shown[] = [
  { model: 7 },
  { model: '' },
  { model: 'openai/a*b' },
  { model: 'nobody', api_base: null },
  { api_base: 'not a url' },
  { api_base: 'ftp://127.0.0.1/' },
  { api_base: 'http://user:pass@127.0.0.1/' },
  { api_base: 'http://127.0.0.1/?key=sk-1' },
  { api_base: ['http://127.0.0.1/'] },
  { api_base: 'http://[::ffff:169.254.169.254]/' },
  { api_base: 'http://2852039166/' },
  { api_key: 'line\nbreak' },
  { api_key: { nested: true } },
  { api_key: '****abcd' },
  { rpm: 'many' },
  { rpm: -1 },
  { weight: {} },
  { tag_regex: '(' },
  { timeout: 'soon' },
  { extra_headers: { 'bad name': 'x' } },
  { extra_headers: { 'x-a': 'b\r\nx-injected: c' } },
  { extra_headers: { host: 'evil.example' } },
  { '__proto__ ': 1 },
  { 'a b': 1 },
];

test('whatever is wrong is refused by its field, and nothing is kept of it', async (context) => {
  const { upstream, send, done } = await startModelsApi(context);
  await done('POST', '/model/new', modelAt(upstream.url, 'm', {}, { id: 'm-1' }));
  await done('POST', '/credentials', { credential_name: 'acme', credential_values: { api_key: 'sk-a' } });
  const snapshot = async (): Promise<string> => {
    const shown = await Promise.all(
      ['/model/info', '/credentials', '/access_group/list', '/audit'].map(
        async (path) => (await send('GET', path)).text,
      ),
    );
    return shown.join('\n');
  };
  const before = await snapshot();
  const refuse = async (method: string, path: string, body: unknown): Promise<void> => {
    const { status, text } = await send(method, path, body);
    const what = `${method} ${path} ${JSON.stringify(body).slice(0, 200)}: ${status} ${text}`;
    assert.ok(status >= 400 && status < 500, what);
    const { error } = JSON.parse(text) as { error: { message: string; param: string | null; code: string } };
    assert.ok(error.message.length > 10 && error.code !== 'internal_error', what);
    assert.ok(error.param !== null || error.code === 'invalid_json', what);
  };
  for (const [method, path, right, members] of WRITES) {
    for (const member of members) for (const wrong of WRONG) await refuse(method, path, { ...right, [member]: wrong });
    await refuse(method, path, { ...right, nobody_knows: 1 });
    // An empty body changes nothing, and is no fault where nothing has to be said.
    const empty = Object.keys(right).length === 0 ? [] : [''];
    for (const body of ['[]', '"text"', 'null', '{', ...empty]) await refuse(method, path, body);
  }
  for (const wrong of [-1, 1.5, '1', null, 1e300])
    await refuse('POST', '/cost/estimate', { model: 'm', input_tokens: wrong, output_tokens: 1 });
  for (const wrong of WRONG_PARAMS) {
    const entry = modelAt(upstream.url, 'n', wrong);
    await refuse('POST', '/model/new', entry);
    await refuse('PATCH', '/model/m-1/update', { litellm_params: wrong });
  }
  assert.equal(await snapshot(), before);
});
