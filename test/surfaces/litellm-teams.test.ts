import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eventually, type Gateway, MASTER_KEY } from '../support/gateway.ts';
import { chatBody, errorOf, gatewayAndUpstream, PRICE } from '../support/one-upstream.ts';
import { answer, chatAnswer, type UpstreamRequest } from '../support/upstream.ts';

const [INPUT, OUTPUT] = [100, 50];
const COST = (INPUT * PRICE.input + OUTPUT * PRICE.output) / 1e6;
const BODY = chatBody({ max_tokens: OUTPUT });
/** What is reserved for a call: no token is shorter than a byte, and chat templates add some. */
const HELD = ((BODY.length + 1_000) * PRICE.input + OUTPUT * PRICE.output) / 1e6;

const costly = (request: UpstreamRequest): Promise<void> =>
  answer(request, { body: chatAnswer('hello', INPUT, OUTPUT) });

type Json = Readonly<Record<string, unknown>>;

async function start(context: TestContext): Promise<Gateway> {
  return (await gatewayAndUpstream(context, costly)).gateway;
}

async function send(gateway: Gateway, method: string, path: string, body?: unknown, key?: string) {
  const answered = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key ?? MASTER_KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answered.text();
  return { status: answered.status, text, json: JSON.parse(text) as Json };
}

async function ok(gateway: Gateway, method: string, path: string, body?: unknown): Promise<Json> {
  const { status, text, json } = await send(gateway, method, path, body);
  assert.equal(status, 200, `${method} ${path}: ${text}`);
  return json;
}

async function newKey(gateway: Gateway, fields: Json): Promise<string> {
  return String((await ok(gateway, 'POST', '/key/generate', fields))['key']);
}

function call(gateway: Gateway, key: string, more: Json = {}) {
  return gateway.post('/v1/chat/completions', chatBody({ max_tokens: OUTPUT, ...more }), key);
}

/** Calls until one is refused; answers how many passed and the refusal. */
async function exhaust(gateway: Gateway, key: string) {
  for (let passed = 0; passed < 50; passed++) {
    const { status, text } = await call(gateway, key);
    if (status !== 200) return { passed, status, text };
  }
  return assert.fail('nothing was refused');
}

test('a team’s budget holds for all its keys together, and its members’ for each of them', async (context) => {
  const gateway = await start(context);
  const made = await ok(gateway, 'POST', '/team/new', {
    team_id: 'payments',
    team_alias: 'Payments',
    max_budget: 6 * COST + HELD,
    budget_duration: '30d',
    team_member_budget: 2 * COST + HELD,
    team_member_budget_duration: '1d',
    members_with_roles: [
      { role: 'admin', user_id: 'alice' },
      { role: 'user', user_email: 'bob@example.com' },
    ],
    models: ['gpt-4o'],
    model_aliases: { fast: 'gpt-4o' },
    metadata: { cost_centre: 7 },
    tags: ['prod'],
  });
  assert.deepEqual(
    [made['team_alias'], made['spend'], made['metadata'], made['admins']],
    ['Payments', 0, { cost_centre: 7, tags: ['prod'] }, ['alice']],
  );
  const [alice, anybody] = [
    await newKey(gateway, { team_id: 'payments', user_id: 'alice' }),
    await newKey(gateway, { team_id: 'payments' }),
  ];
  const ofMember = await exhaust(gateway, alice);
  assert.deepEqual([ofMember.passed, ofMember.status], [3, 402], ofMember.text);
  const { metadata } = JSON.parse(ofMember.text).error;
  assert.deepEqual([metadata.rule, metadata.window], ['member:payments,alice', '1d']);
  assert.equal((await call(gateway, anybody, { model: 'fast' })).status, 200, 'by the team’s alias');
  const ofTeam = await exhaust(gateway, anybody);
  assert.deepEqual([ofTeam.passed, ofTeam.status], [3, 402], ofTeam.text);
  assert.equal(JSON.parse(ofTeam.text).error.metadata.rule, 'team:payments');
  const info = await ok(gateway, 'GET', '/team/info?team_id=payments');
  assert.ok(Math.abs(Number((info['team_info'] as Json)['spend']) - 7 * COST) < 1e-9);
  assert.equal((info['keys'] as readonly unknown[]).length, 2);
  const memberships = info['team_memberships'] as readonly Json[];
  assert.deepEqual(
    memberships.map(({ user_id: id, spend }) => `${id === 'alice'} ${Math.round(Number(spend) / COST)}`).sort(),
    ['false 0', 'true 3'],
  );
  const updated = await ok(gateway, 'POST', '/team/update', { team_id: 'payments', max_budget: COST });
  assert.match(JSON.stringify(updated['notices']), /are spent: calls are refused until/);
  await ok(gateway, 'POST', '/team/update', { team_id: 'payments', max_budget: 100, budget_duration: '1d' });
  assert.equal((await call(gateway, anybody)).status, 200, 'a raised budget holds at once');
});

test('models of a team, an organization and a project restrict their keys; limits hold for them', async (context) => {
  const gateway = await start(context);
  await ok(gateway, 'POST', '/organization/new', { organization_alias: 'Acme', organization_id: 'acme', rpm_limit: 4 });
  await ok(gateway, 'POST', '/team/new', { team_id: 't', organization_id: 'acme', models: ['gpt-4o', 'other'] });
  const project = await ok(gateway, 'POST', '/project/new', { team_id: 't', project_alias: 'checkout', rpm_limit: 2 });
  const id = String(project['project_id']);
  const key = await newKey(gateway, { project_id: id, models: ['all-team-models'] });
  assert.equal((await call(gateway, key)).status, 200);
  assert.equal((await call(gateway, key)).status, 200);
  const limited = await call(gateway, key);
  assert.equal(limited.status, 429, limited.text);
  assert.match(errorOf(limited.text).message, /^Rate limit exceeded for project: /);
  assert.ok(limited.headers.get('retry-after'));
  const ofTeam = await newKey(gateway, { team_id: 't' });
  assert.equal((await call(gateway, ofTeam)).status, 200);
  assert.equal((await call(gateway, ofTeam)).status, 200);
  assert.match(errorOf((await call(gateway, ofTeam)).text).message, /^Rate limit exceeded for organization: acme/);
  await ok(gateway, 'PATCH', '/organization/update', { organization_id: 'acme', rpm_limit: null });
  await ok(gateway, 'POST', '/team/model/delete', { team_id: 't', models: ['gpt-4o'] });
  const denied = await call(gateway, ofTeam);
  assert.equal(denied.status, 403, denied.text);
  assert.equal(errorOf(denied.text).code, 'model_access_denied');
  await ok(gateway, 'POST', '/team/model/delete', { team_id: 't', models: ['other'] });
  assert.equal((await call(gateway, ofTeam)).status, 403, 'a list that came to its end is not all models');
  await ok(gateway, 'POST', '/team/model/add', { team_id: 't', models: ['gpt-4o'] });
  assert.equal((await call(gateway, ofTeam)).status, 200);
  const shown = await ok(gateway, 'GET', '/organization/info?organization_id=acme');
  assert.equal((shown['teams'] as readonly Json[])[0]?.['team_id'], 't');
  await eventually(async () => {
    const again = await ok(gateway, 'GET', '/organization/info?organization_id=acme');
    assert.ok(Math.abs(Number(again['spend']) - 5 * COST) < 1e-9);
  });
});

test('a team that is blocked or deleted, and a member that leaves, have no key that works any more', async (context) => {
  const gateway = await start(context);
  await ok(gateway, 'POST', '/team/new', { team_id: 't', members: ['alice', 'bob'] });
  const [alice, bob] = [
    await newKey(gateway, { team_id: 't', user_id: 'alice' }),
    await newKey(gateway, { team_id: 't', user_id: 'bob' }),
  ];
  await ok(gateway, 'POST', '/team/block', { team_id: 't' });
  const blocked = await call(gateway, alice);
  assert.equal(blocked.status, 401);
  assert.match(errorOf(blocked.text).message, /The team 't' that this virtual key belongs to is blocked/);
  await ok(gateway, 'POST', '/team/unblock', { team_id: 't' });
  assert.equal((await call(gateway, alice)).status, 200);
  await ok(gateway, 'POST', '/team/member_delete', { team_id: 't', user_id: 'alice' });
  assert.deepEqual([(await call(gateway, alice)).status, (await call(gateway, bob)).status], [401, 200]);
  const left = await ok(gateway, 'POST', '/team/member_update', { team_id: 't', user_id: 'bob', role: 'admin' });
  assert.equal(left['role'], 'admin');
  await ok(gateway, 'POST', '/team/delete', { team_ids: ['t'] });
  assert.equal((await call(gateway, bob)).status, 401);
  assert.equal((await send(gateway, 'GET', '/team/info?team_id=t')).status, 404);
  assert.deepEqual(await ok(gateway, 'GET', '/team/list'), []);
});

test('members come and change what they may use; lists are filtered and paged', async (context) => {
  const gateway = await start(context);
  for (const id of ['a', 'b', 'c']) await ok(gateway, 'POST', '/team/new', { team_id: id, team_alias: `Team ${id}` });
  const joined = await ok(gateway, 'POST', '/team/member_add', {
    team_id: 'b',
    member: [{ role: 'user', user_id: 'dora' }, { user_email: 'New@Example.com' }],
    max_budget_in_team: 0.000001,
    allowed_models: ['gpt-4o'],
  });
  assert.equal((joined['updated_users'] as readonly unknown[]).length, 2);
  const twice = await send(gateway, 'POST', '/team/member_add', { team_id: 'b', member: { user_id: 'dora' } });
  assert.equal(twice.status, 400);
  assert.match(twice.text, /team_member_already_in_team/);
  const key = await newKey(gateway, { team_id: 'b', user_id: 'dora' });
  assert.equal((await call(gateway, key)).status, 402);
  await ok(gateway, 'POST', '/team/member_update', { team_id: 'b', user_id: 'dora', max_budget_in_team: 1 });
  assert.equal((await call(gateway, key)).status, 200);
  const mine = (await ok(gateway, 'GET', '/team/list?user_id=dora')) as unknown as readonly Json[];
  assert.deepEqual(
    mine.map(({ team_id: id }) => id),
    ['b'],
  );
  const page = await ok(gateway, 'GET', '/v2/team/list?page=2&page_size=2');
  assert.deepEqual([page['total'], page['total_pages'], (page['teams'] as readonly unknown[]).length], [3, 2, 1]);
  const found = await ok(gateway, 'GET', '/v2/team/list?search=TEAM%20c');
  assert.deepEqual([found['total'], (found['teams'] as readonly Json[])[0]?.['team_id']], [1, 'c']);
});

test('what cannot be is refused in LiteLLM’s envelope, and nothing is written', async (context) => {
  const gateway = await start(context);
  await ok(gateway, 'POST', '/team/new', { team_id: 'there' });
  const bad: readonly (readonly [string, string, Json, number, string])[] = [
    ['POST', '/team/new', { team_id: 'there' }, 400, 'team_id'],
    ['POST', '/team/new', { team_id: 'n', max_budget: -1 }, 400, 'max_budget'],
    ['POST', '/team/new', { team_id: 'n', max_budget: 1e30 }, 400, 'max_budget'],
    ['POST', '/team/new', { team_id: 'n', max_budget: 'NaN' }, 400, 'max_budget'],
    ['POST', '/team/new', { team_id: 'n', max_budget: [] }, 400, 'max_budget'],
    ['POST', '/team/new', { team_id: 'n', budget_duration: 'fortnight' }, 400, 'budget_duration'],
    ['POST', '/team/new', { team_id: 'n', rpm_limit: 0 }, 400, 'rpm_limit'],
    ['POST', '/team/new', { team_id: 'n', colour: 'red' }, 400, ''],
    ['POST', '/team/new', { team_id: 'n', guardrails: ['pii'] }, 400, 'guardrails'],
    ['POST', '/team/new', { team_id: 'a\nb' }, 400, 'team_id'],
    ['POST', '/team/new', { team_id: 'n', organization_id: 'nobody' }, 404, 'organization_id'],
    ['POST', '/team/new', { team_id: 'n', members_with_roles: [{ role: 'user' }] }, 400, 'members_with_roles.0'],
    ['POST', '/team/update', { team_id: 'nobody', max_budget: 1 }, 404, 'team_id'],
    ['POST', '/team/delete', { team_ids: ['there', 'nobody'] }, 404, 'team_id'],
    ['POST', '/team/member_add', { team_id: 'nobody', member: { user_id: 'a' } }, 404, 'team_id'],
    ['POST', '/team/member_delete', { team_id: 'there', user_id: 'a' }, 404, 'user_id'],
    ['POST', '/organization/new', {}, 400, 'organization_alias'],
    ['POST', '/organization/new', { organization_alias: 'x', pays: 'later' }, 400, 'pays'],
    ['PATCH', '/organization/update', { organization_id: 'nobody' }, 404, 'organization_id'],
    ['POST', '/project/new', { team_id: 'nobody' }, 404, 'team_id'],
    ['DELETE', '/project/delete', { project_ids: [] }, 400, 'project_ids'],
    ['POST', '/key/generate', { team_id: 'nobody' }, 404, 'team_id'],
    ['POST', '/key/generate', { project_id: 'nobody' }, 404, 'project_id'],
    ['POST', '/key/generate', { organization_id: 'nobody' }, 404, 'organization_id'],
  ];
  for (const [method, path, body, status, param] of bad) {
    await context.test(`${method} ${path} ${JSON.stringify(body)}`, async () => {
      const refused = await send(gateway, method, path, body);
      assert.equal(refused.status, status, refused.text);
      const { error } = refused.json as { error: Json };
      assert.ok(typeof error['message'] === 'string' && error['message'].length > 10, refused.text);
      if (param !== '') assert.equal(error['param'], param, refused.text);
      const teams = (await ok(gateway, 'GET', '/team/list')) as unknown as readonly Json[];
      assert.deepEqual(
        teams.map(({ team_id: id }) => id),
        ['there'],
      );
    });
  }
  await context.test('none of it is a virtual key’s to do', async () => {
    const key = await newKey(gateway, { team_id: 'there' });
    for (const [method, path, body] of bad) {
      const refused = await send(gateway, method, path, body, key);
      assert.equal(refused.status, 403, `${path}: ${refused.text}`);
    }
  });
});
