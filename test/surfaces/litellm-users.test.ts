import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrationOf, type Shown } from '../support/administration.ts';
import { chatBody, errorOf, gatewayAndUpstream, PRICE } from '../support/one-upstream.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
const BODY = chatBody({ max_tokens: OUTPUT });
const costly = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

function picked(shown: Shown, ...names: readonly string[]): readonly unknown[] {
  return names.map((name) => shown[name]);
}

test('a user is made with a key, and whatever its keys spend is the user’s', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get } = administrationOf(gateway);
  const made = await post('/user/new', {
    user_id: 'alice',
    user_email: 'Alice@Example.com',
    user_alias: 'Alice',
    user_role: 'internal_user_viewer',
    sso_user_id: 'sso|1',
    max_budget: 0.05,
    budget_duration: '30d',
    tags: ['blue'],
    key_alias: 'alices',
    models: ['gpt-4o'],
    duration: '1h',
  });
  assert.deepEqual(picked(made, 'user_id', 'user_role', 'max_budget', 'key_alias', 'teams'), [
    'alice',
    'internal_user_viewer',
    0.05,
    'alices',
    [],
  ]);
  const key = String(made['key']);
  assert.equal((await gateway.post('/v1/chat/completions', BODY, key)).status, 200);
  const other = await gateway.createKey({ user_id: 'alice' });
  assert.equal((await gateway.post('/v1/chat/completions', BODY, other)).status, 200);
  const info = await get('/user/info?user_id=alice');
  const row = info['user_info'] as Shown;
  assert.deepEqual(picked(row, 'user_email', 'user_alias', 'sso_user_id', 'spend', 'metadata'), [
    'alice@example.com',
    'Alice',
    'sso|1',
    2 * COST,
    { tags: ['blue'] },
  ]);
  const keys = info['keys'] as readonly Shown[];
  assert.deepEqual(
    keys.map((each) => each['max_budget']),
    [null, null],
    'the budget is the user’s alone',
  );
  assert.ok(keys.some((each) => each['key_alias'] === 'alices' && each['expires'] !== null));
  assert.deepEqual((await get('/v2/user/info?user_id=alice'))['spend'], 2 * COST);
  assert.equal((await get('/user/info', key))['user_id'], 'alice', 'a key may read whom it belongs to');
  assert.equal((await gateway.get('/user/info?user_id=bob', key)).status, 404);
  assert.equal((await gateway.get('/user/list', key)).status, 403);
  assert.equal((await gateway.post('/user/update', { user_id: 'alice', max_budget: 9 }, key)).status, 403);
  assert.deepEqual(Object.keys(await get('/user/available_roles')), [
    'proxy_admin',
    'proxy_admin_viewer',
    'internal_user',
    'internal_user_viewer',
  ]);
});

test('the budget of a user refuses all of its own keys, in LiteLLM’s words, and none of a team', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post } = administrationOf(gateway);
  const made = await post('/user/new', { user_id: 'bob', max_budget: 0.000001 });
  const refused = await gateway.post('/v1/chat/completions', BODY, String(made['key']));
  assert.equal(refused.status, 402, refused.text);
  assert.match(errorOf(refused.text).message, /^ExceededBudget: User=bob over budget\. Spend=0, Budget=0\.000001\. /);
  await gateway.post('/team/new', { team_id: 'somewhere' });
  const ofTeam = await gateway.createKey({ user_id: 'bob', team_id: 'somewhere' });
  assert.equal((await gateway.post('/v1/chat/completions', BODY, ofTeam)).status, 200);
  const raised = await post('/user/update', { user_id: 'bob', max_budget: 1 });
  assert.deepEqual((raised['data'] as Shown)['max_budget'], 1);
  assert.equal((await gateway.post('/v1/chat/completions', BODY, String(made['key']))).status, 200);
  const { notices } = await post('/user/update', { user_id: 'bob', max_budget: 0 });
  assert.match(String(notices), /USD of the budget of 0 USD \(total\) are spent: calls are refused until/);
});

test('updates name a user by id or address, make whom nobody knows, and come in bulk', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get, refused } = administrationOf(gateway);
  await post('/user/new', { user_id: 'alice', user_email: 'alice@example.com', auto_create_key: false });
  const byEmail = await post('/user/update', {
    user_email: 'ALICE@example.com',
    user_role: 'proxy_admin',
    rpm_limit: 7,
  });
  assert.equal(byEmail['user_id'], 'alice');
  const made = await post('/user/update', { user_email: 'carol@example.com', user_alias: 'Carol' });
  const carol = made['data'] as Shown;
  assert.deepEqual(picked(carol, 'user_email', 'user_alias', 'user_role'), [
    'carol@example.com',
    'Carol',
    'internal_user',
  ]);
  const [status, message] = await refused('/user/update', { user_id: 'alice', user_email: 'carol@example.com' });
  assert.deepEqual([status, message], [400, "There is a user with the address 'carol@example.com' already."]);
  const some = await post('/user/bulk_update', {
    users: [
      { user_id: 'alice', tpm_limit: 5 },
      { user_id: 'alice', user_email: 'carol@example.com' },
    ],
  });
  assert.deepEqual(picked(some, 'total_requested', 'successful_updates', 'failed_updates'), [2, 1, 1]);
  const all = await post('/user/bulk_update', { all_users: true, user_updates: { max_parallel_requests: 3 } });
  assert.deepEqual(picked(all, 'total_requested', 'successful_updates'), [2, 2]);
  const alice = await get('/v2/user/info?user_id=alice');
  assert.deepEqual(picked(alice, 'user_role', 'rpm_limit', 'tpm_limit', 'max_parallel_requests'), [
    'proxy_admin',
    7,
    5,
    3,
  ]);
});

test('users are listed by role, membership, address and identity, with how many keys they have', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get, refused } = administrationOf(gateway);
  for (const [index, id] of ['a', 'b', 'c', 'd'].entries()) {
    const role = index < 2 ? 'internal_user' : 'proxy_admin';
    await post('/user/new', { user_id: id, user_email: `${id}@x.example`, user_role: role, sso_user_id: `sso-${id}` });
  }
  await gateway.createKey({ user_id: 'b' });
  const listed = async (query: string): Promise<string> => {
    const { users, total } = await get(`/user/list${query}`);
    const rows = users as readonly { readonly user_id: string; readonly key_count: number }[];
    return `${total}: ${rows.map((row) => `${row.user_id}${row.key_count}`).join(' ')}`;
  };
  assert.equal(await listed('?role=internal_user&sort_by=user_id'), '2: a1 b2');
  assert.equal(await listed('?user_ids=a,d&sort_by=user_id&sort_order=desc'), '2: d1 a1');
  assert.equal(await listed('?sso_user_ids=sso-c'), '1: c1');
  assert.equal(await listed('?user_email=B@X'), '1: b2');
  assert.equal(await listed('?page=2&page_size=3&sort_by=user_email'), '4: d1');
  assert.equal(await listed('?team=nowhere'), '0: ');
  assert.equal((await gateway.get('/user/list?sort_by=colour')).status, 400);
  assert.equal((await refused('/user/new', { teams: ['nowhere'] }))[0], 404);
});

test('a user that goes takes its keys along at once; one that fails leaves nothing behind', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, get, refused } = administrationOf(gateway);
  const made = await post('/user/new', { user_id: 'dave', key_alias: 'taken' });
  const key = String(made['key']);
  assert.equal((await gateway.post('/v1/chat/completions', BODY, key)).status, 200);
  assert.equal((await refused('/user/new', { user_id: 'eve', key_alias: 'taken' }))[0], 400);
  assert.equal((await gateway.get('/v2/user/info?user_id=eve')).status, 404);
  assert.equal((await refused('/user/delete', { user_ids: ['dave', 'nobody'] }))[0], 404);
  assert.equal((await gateway.post('/v1/chat/completions', BODY, key)).status, 200, 'all or none');
  assert.equal(await post('/user/delete', { user_ids: ['dave'] }), 1);
  assert.equal((await gateway.post('/v1/chat/completions', BODY, key)).status, 401);
  assert.deepEqual((await get('/user/info'))['keys'], []);
});

test('what a user cannot be is refused, by the name of the field', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, costly);
  const { post, refused } = administrationOf(gateway);
  await post('/user/new', { user_id: 'alice', user_email: 'alice@example.com', auto_create_key: false });
  const table: readonly (readonly [path: string, body: unknown, status: number, message: RegExp])[] = [
    ['/user/new', { user_id: 'alice' }, 400, /There is a user 'alice' already/],
    ['/user/new', { user_email: 'ALICE@example.com' }, 400, /a user with the address 'ALICE@example.com' already/],
    ['/user/new', { user_id: 7 }, 400, /user_id: /],
    ['/user/new', { user_id: 'a\nb' }, 400, /user_id: expected 1 to 255 characters/],
    ['/user/new', { user_email: 'alice' }, 400, /user_email: expected an address/],
    ['/user/new', { user_role: 'emperor' }, 400, /user_role: expected one of proxy_admin, /],
    ['/user/new', { max_budget: -1 }, 400, /max_budget: expected USD, 0 to 9000000/],
    ['/user/new', { max_budget: 'NaN' }, 400, /max_budget: /],
    ['/user/new', '{"max_budget": 1e30}', 400, /max_budget: expected USD, 0 to 9000000/],
    ['/user/new', '{"max_budget": NaN}', 400, /not JSON/],
    ['/user/new', { rpm_limit: 0.5 }, 400, /rpm_limit: /],
    ['/user/new', { budget_duration: 'soon' }, 400, /budget_duration: expected a period: 30s/],
    ['/user/new', { favourite_colour: 'blue' }, 400, /favourite_colour/],
    ['/user/new', { guardrails: ['pii'] }, 400, /guardrails: cannot be kept by this gateway yet/],
    ['/user/new', { budget_id: 'nowhere' }, 404, /There is no budget 'nowhere'/],
    ['/user/new', { teams: [{ team_id: 't', user_role: 'king' }] }, 400, /teams\.0/],
    ['/user/update', { max_budget: 1 }, 400, /name the user by user_id or user_email/],
    ['/user/update', { user_id: 'alice', budget_id: 'nowhere' }, 404, /There is no budget 'nowhere'/],
    ['/user/bulk_update', { users: [] }, 400, /users: /],
    ['/user/bulk_update', { all_users: true, user_updates: { user_id: 'x' } }, 400, /user_id/],
    ['/user/bulk_update', { all_users: true }, 400, /user_updates/],
    ['/user/delete', { user_ids: [] }, 400, /user_ids: /],
  ];
  for (const [path, body, status, message] of table) {
    const [got, said] = await refused(path, body);
    assert.equal(got, status, `${path} ${JSON.stringify(body)}: ${said}`);
    assert.match(said, message, `${path} ${JSON.stringify(body)}`);
  }
});

test('a user is made with its teams and organizations, and is under what they give it there', async (context) => {
  const more = 'defaults: { user: { role: internal_user_viewer, models: [gpt-4o] } }';
  const { gateway } = await gatewayAndUpstream(context, costly, { more });
  const { post, get } = administrationOf(gateway);
  await post('/organization/new', { organization_id: 'acme', organization_alias: 'Acme' });
  await post('/team/new', { team_id: 'payments', organization_id: 'acme' });
  const made = await post('/user/new', {
    user_id: 'alice',
    teams: ['payments', { team_id: 'payments', max_budget_in_team: 0.000001, user_role: 'admin' }],
    organizations: ['acme'],
    team_id: 'payments',
  });
  assert.deepEqual(picked(made, 'teams', 'user_role', 'models', 'organization_memberships'), [
    ['payments'],
    'internal_user_viewer',
    ['gpt-4o'],
    [{ user_id: 'alice', organization_id: 'acme', user_role: 'internal_user' }],
  ]);
  const refused = await gateway.post('/v1/chat/completions', BODY, String(made['key']));
  assert.equal(refused.status, 402, refused.text);
  assert.match(
    errorOf(refused.text).message,
    /^Budget has been exceeded! User=alice in Team=payments Current cost: 0, /,
  );
  const { teams } = await get('/user/info?user_id=alice');
  assert.deepEqual(
    (teams as readonly Shown[]).map((team) => [team['team_id'], team['admins']]),
    [['payments', ['alice']]],
  );
  const { users } = await get('/user/list?team=payments');
  assert.deepEqual(
    (users as readonly Shown[]).map((user) => user['user_id']),
    ['alice'],
  );
  await post('/team/member_add', { team_id: 'payments', member: { role: 'user', user_id: 'brought' } });
  assert.deepEqual(picked(await get('/v2/user/info?user_id=brought'), 'user_role', 'models'), [
    'internal_user_viewer',
    ['gpt-4o'],
  ]);
  const team = await gateway.createKey({ team_id: 'payments' });
  await post('/team/update', { team_id: 'payments', max_budget: 0.000001 });
  const ofTeam = await gateway.post('/v1/chat/completions', BODY, team);
  assert.equal(ofTeam.status, 402, ofTeam.text);
  assert.match(errorOf(ofTeam.text).message, /^Budget has been exceeded! Team=payments Current cost: 0, /);
});
