import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { administrationOf, type Shown } from '../support/administration.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

type Answer = { readonly status: number; readonly param: unknown; readonly message: string; readonly body: Shown };

async function instance(context: TestContext) {
  const gateway = await startGateway(context);
  const { post } = administrationOf(gateway);
  const ask = async (path: string, body: unknown, key: string): Promise<Answer> => {
    const { status, text } = await gateway.post(path, body, key);
    const parsed = JSON.parse(text) as Shown;
    const { error = {} } = parsed as { readonly error?: { readonly param?: unknown; readonly message?: string } };
    return { status, param: error.param, message: error.message ?? '', body: parsed };
  };
  return { gateway, post, ask };
}

async function userWithKey(gateway: Gateway, userId: string, fields: Shown = {}): Promise<string> {
  const { post } = administrationOf(gateway);
  await post('/user/new', { user_id: userId, auto_create_key: false });
  return gateway.createKey({ user_id: userId, ...fields });
}

suite('nobody hands out more than they have', () => {
  test('a key that makes keys passes on what binds it, and refuses what is wider by the field', async (context) => {
    const { gateway, ask } = await instance(context);
    const key = await userWithKey(gateway, 'alice', {
      models: ['m-1', 'm-2'],
      max_budget: 5,
      budget_duration: '1d',
      rpm_limit: 10,
      duration: '1h',
      tags: ['trial'],
    });
    const made = await ask('/key/generate', {}, key);
    assert.equal(made.status, 200, made.message);
    const { models, max_budget, budget_duration, rpm_limit, expires, user_id, tags } = made.body;
    assert.deepEqual([models, max_budget, budget_duration, rpm_limit], [['m-1', 'm-2'], 5, '1d', 10]);
    assert.deepEqual([user_id, tags, typeof expires], ['alice', ['trial'], 'string']);
    const narrower = { models: ['m-1'], max_budget: 1, rpm_limit: 1, duration: '30s' };
    assert.equal((await ask('/key/generate', narrower, key)).status, 200);
    const refusals = [
      ['models', ['m-3'], "'models' cannot have 'm-3': this key may call m-1, m-2."],
      ['max_budget', 6, "'max_budget' cannot be 6 USD: this key has 5 USD."],
      ['budget_duration', '1h', '\'budget_duration\' cannot be otherwise: this key has "1d".'],
      ['rpm_limit', 11, "'rpm_limit' cannot be 11: this key has 10."],
    ] as const;
    for (const [field, value, message] of refusals) {
      const { status, ...refused } = await ask('/key/generate', { [field]: value }, key);
      assert.deepEqual([status, refused.param, refused.message], [403, field, message]);
    }
    const longer = await ask('/key/generate', { duration: '2h' }, key);
    assert.deepEqual([longer.status, longer.param], [403, 'duration']);
    const child = String(made.body['key']);
    for (const [field, value] of [
      ['max_budget', null],
      ['rpm_limit', null],
      ['models', []],
      ['duration', '-1'],
      ['tags', []],
    ])
      assert.equal((await ask('/key/update', { key: child, [String(field)]: value }, child)).param, field);
    assert.equal((await ask('/key/update', { key: child, max_budget: 4 }, child)).status, 200);
  });

  test('a key of few routes makes none of more, and none is rotated into hands that have less', async (context) => {
    const { gateway, ask } = await instance(context);
    const full = await userWithKey(gateway, 'alice');
    const maker = await gateway.createKey({ user_id: 'alice', allowed_routes: ['/key/generate', '/key/regenerate'] });
    const made = await ask('/key/generate', {}, maker);
    assert.deepEqual(made.body['allowed_routes'], ['/key/generate', '/key/regenerate']);
    const wider = await ask('/key/generate', { allowed_routes: ['/*'] }, maker);
    assert.deepEqual([wider.status, wider.param], [403, 'allowed_routes']);
    const asType = await ask('/key/generate', { key_type: 'llm_api' }, maker);
    assert.deepEqual([asType.status, asType.param], [403, 'allowed_routes']);
    const rotated = await ask('/key/regenerate', { key: full }, maker);
    assert.deepEqual([rotated.status, rotated.param], [403, 'allowed_routes']);
    assert.equal((await ask('/key/regenerate', { key: full }, full)).status, 200);
    const typed = await ask('/key/generate', { key_type: 'llm_api' }, await gateway.createKey({ user_id: 'alice' }));
    assert.equal(typed.status, 200, typed.message);
  });

  test('members make keys of their own in a team where it lets them, for nobody else', async (context) => {
    const { gateway, post, ask } = await instance(context);
    await post('/team/new', { team_id: 'core', max_budget: 10, models: ['m-1'] });
    await post('/team/new', { team_id: 'closed' });
    const key = await userWithKey(gateway, 'alice');
    await post('/user/new', { user_id: 'bob', auto_create_key: false });
    for (const team of ['core', 'closed'])
      await post('/team/bulk_member_add', { team_id: team, members: [{ user_id: 'alice' }, { user_id: 'bob' }] });
    const team_member_permissions = ['/key/generate', '/key/update', '/key/regenerate'];
    await post('/team/permissions_update', { team_id: 'core', team_member_permissions });
    const made = await ask('/key/generate', { team_id: 'core', max_budget: 10 }, key);
    assert.deepEqual([made.status, made.body['user_id']], [200, 'alice'], made.message);
    const { token_id: own } = made.body;
    assert.equal((await ask('/key/update', { key: own, max_budget: 9 }, key)).status, 200);
    assert.equal((await ask('/key/update', { key: own, max_budget: 11 }, key)).param, 'max_budget');
    assert.equal((await ask('/key/generate', { team_id: 'core', models: ['m-2'] }, key)).param, 'models');
    assert.equal((await ask('/key/generate', { team_id: 'core', user_id: 'bob' }, key)).status, 403);
    assert.equal((await ask('/key/generate', { team_id: 'closed' }, key)).status, 403);
    const ofBob = await gateway.createKey({ user_id: 'bob', team_id: 'core' });
    assert.equal((await ask('/key/update', { key: ofBob, key_alias: 'mine' }, key)).status, 404);
    const elsewhere = await gateway.createKey({ user_id: 'alice', team_id: 'closed' });
    assert.equal((await ask('/key/update', { key: elsewhere, key_alias: 'mine' }, key)).status, 403);
    assert.equal((await ask('/key/update', { key: own, team_id: 'closed' }, key)).status, 403);
    assert.equal((await ask('/key/regenerate', { key: own }, key)).status, 200);
  });

  test('an administrator of a team makes no key that may do more there than the administrator', async (context) => {
    const { gateway, post, ask } = await instance(context);
    await post('/organization/new', { organization_id: 'acme', organization_alias: 'acme' });
    await post('/team/new', { team_id: 'core', organization_id: 'acme' });
    const key = await userWithKey(gateway, 'alice');
    await userWithKey(gateway, 'bob');
    await userWithKey(gateway, 'carol');
    await post('/user/new', { user_id: 'root', user_role: 'proxy_admin', auto_create_key: false });
    const joining = [
      ['alice', 'admin'],
      ['bob', 'user'],
      ['carol', 'user'],
      ['root', 'user'],
    ].map(([user_id, role]) => ({ user_id, role }));
    await post('/team/bulk_member_add', { team_id: 'core', members: joining });
    const member = { user_id: 'carol', role: 'org_admin' };
    await post('/organization/member_add', { organization_id: 'acme', member });
    const make = (userId: string) => ask('/key/generate', { team_id: 'core', user_id: userId }, key);
    assert.equal((await make('bob')).status, 200);
    assert.match((await make('root')).message, /^'user_id' cannot be so: such a key may do '/);
    assert.match((await make('carol')).message, /^'user_id' cannot be so: such a key may do '/);
    assert.equal((await ask('/key/service-account/generate', { team_id: 'core' }, key)).status, 200);
    const ofRoot = await gateway.createKey({ user_id: 'root', team_id: 'core' });
    assert.equal((await ask('/key/regenerate', { key: ofRoot }, key)).status, 403);
    const urgent = await ask('/key/generate', { team_id: 'core', metadata: { priority: 'high' } }, key);
    assert.deepEqual([urgent.status, urgent.param], [403, 'metadata.priority']);
  });

  test("at OpenRouter's doors a management key passes on what binds it, in their words", async (context) => {
    const { gateway, ask } = await instance(context);
    const key = await gateway.createKey({ key_type: 'management', max_budget: 5, models: ['m-1'] });
    const made = await ask('/api/v1/keys', { name: 'small', limit: 2 }, key);
    assert.equal(made.status, 201, made.message);
    const { key: secret, data } = made.body as { readonly key: string; readonly data: { readonly hash: string } };
    const info = JSON.parse((await gateway.get(`/key/info?key=${secret}`)).text) as { readonly info: Shown };
    assert.deepEqual([info.info['models'], info.info['max_budget']], [['m-1'], 2]);
    const wider = await ask('/api/v1/keys', { name: 'big', limit: 6 }, key);
    assert.deepEqual([wider.status, wider.message], [403, "'limit' cannot be 6 USD: this key has 5 USD."]);
    const changed = await fetch(`${gateway.url}/api/v1/keys/${data.hash}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ limit: 7 }),
    });
    assert.equal(changed.status, 403);
  });
});

suite('administrators of a team and of an organization', () => {
  async function houses(context: TestContext) {
    const all = await instance(context);
    const { gateway, post } = all;
    const bounds = { models: ['m-1', 'm-2'], max_budget: 50 };
    for (const name of ['acme', 'other'])
      await post('/organization/new', { organization_id: name, organization_alias: name, ...bounds });
    await post('/team/new', { team_id: 'core', organization_id: 'acme', models: ['m-1'], max_budget: 20 });
    await post('/team/new', { team_id: 'theirs', organization_id: 'other' });
    const chief = await userWithKey(gateway, 'chief');
    const lead = await userWithKey(gateway, 'lead');
    const role = 'org_admin';
    await post('/organization/member_add', { organization_id: 'acme', member: { user_id: 'chief', role } });
    await post('/organization/member_add', { organization_id: 'acme', member: { user_id: 'lead' } });
    await post('/team/member_add', { team_id: 'core', member: { user_id: 'lead', role: 'admin' } });
    await post('/user/new', { user_id: 'stranger', user_email: 'stranger@example.com', auto_create_key: false });
    return { ...all, chief, lead };
  }

  test('an organization has teams, projects and people made for it, within what it has', async (context) => {
    const { gateway, ask, chief } = await houses(context);
    const made = await ask('/team/new', { organization_id: 'acme', models: ['m-2'], max_budget: 50 }, chief);
    assert.equal(made.status, 200, made.message);
    const refusals = [
      [{ organization_id: 'acme', max_budget: 51 }, 403, 'max_budget'],
      [{ organization_id: 'acme', models: ['m-3'] }, 403, 'models'],
      [{ organization_id: 'acme', team_id: 'chosen' }, 403, 'team_id'],
      [{ organization_id: 'other' }, 404, 'organization_id'],
      [{}, 403, null],
    ] as const;
    for (const [body, status, param] of refusals) {
      const refused = await ask('/team/new', body, chief);
      assert.deepEqual([refused.status, refused.param], [status, param], JSON.stringify(body));
    }
    const { team_id } = made.body;
    assert.equal((await ask('/team/update', { team_id, organization_id: 'other' }, chief)).status, 404);
    assert.equal((await ask('/team/update', { team_id, organization_id: null }, chief)).status, 403);
    assert.equal((await ask('/team/update', { team_id, max_budget: 40 }, chief)).status, 200);
    const person = { user_email: 'new@example.com', organizations: ['acme'] };
    const user = await ask('/user/new', person, chief);
    assert.equal(user.status, 200, user.message);
    assert.deepEqual([user.body['models'], user.body['user_role']], [['no-default-models'], 'internal_user']);
    assert.equal(user.body['key'], undefined);
    const inTeam = { user_email: 'team@example.com', teams: [team_id], team_id };
    const withKey = await ask('/user/new', inTeam, chief);
    assert.equal(withKey.status, 200, withKey.message);
    assert.match(String(withKey.body['key']), /^sk-/);
    const seats = JSON.stringify(withKey.body['organization_memberships']);
    assert.match(seats, /"organization_id":"acme"/);
    const admin = { ...person, user_email: 'root@example.com', user_role: 'proxy_admin' };
    assert.equal((await ask('/user/new', admin, chief)).param, 'user_role');
    const { user_id } = user.body;
    assert.equal((await ask('/user/update', { user_id, user_alias: 'New' }, chief)).status, 200);
    for (const [field, value] of [
      ['models', []],
      ['max_budget', 1],
      ['user_role', 'proxy_admin'],
      ['budget_id', 'x'],
    ])
      assert.equal((await ask('/user/update', { user_id, [String(field)]: value }, chief)).param, field);
    assert.equal((await ask('/user/update', { user_id: 'stranger', user_alias: 'x' }, chief)).status, 404);
    const { status } = await gateway.post('/user/update', { user_id, user_role: 'proxy_admin' });
    assert.equal(status, 200);
    assert.equal((await ask('/user/update', { user_id, user_alias: 'Less' }, chief)).status, 403);
  });

  test('a team lets in whom its organization has, and a stranger answers as one who is not there', async (context) => {
    const { post, ask, lead, chief } = await houses(context);
    await post('/user/new', { user_id: 'colleague', auto_create_key: false, organizations: ['acme'] });
    const add = (member: unknown, key: string, fields: Shown = {}) =>
      ask('/team/member_add', { team_id: 'core', member, ...fields }, key);
    const joined = await add({ user_id: 'colleague' }, lead, { max_budget_in_team: 20, allowed_models: ['m-1'] });
    assert.equal(joined.status, 200, joined.message);
    const [stranger, nobody] = [await add({ user_id: 'stranger' }, lead), await add({ user_id: 'nobody' }, lead)];
    assert.equal(stranger.message.replace('stranger', 'X'), nobody.message.replace('nobody', 'X'));
    assert.deepEqual([stranger.status, nobody.status], [404, 404]);
    assert.equal((await add({ user_email: 'stranger@example.com' }, chief)).status, 404);
    assert.equal((await add({ user_email: 'fresh@example.com' }, lead)).status, 404);
    assert.equal((await add({ user_email: 'fresh@example.com' }, chief)).status, 200);
    const change = (fields: Shown) =>
      ask('/team/member_update', { team_id: 'core', user_id: 'colleague', ...fields }, lead);
    assert.equal((await change({ max_budget_in_team: 21 })).param, 'max_budget_in_team');
    assert.equal((await change({ allowed_models: ['m-2'] })).param, 'allowed_models');
    assert.equal((await change({ max_budget_in_team: 10, role: 'admin' })).status, 200);
  });

  test('the administrator of a team changes it, and not what stands above its members', async (context) => {
    const { post, ask, lead } = await houses(context);
    const change = (fields: Shown) => ask('/team/update', { team_id: 'core', ...fields }, lead);
    assert.equal((await change({ team_alias: 'Core', team_member_permissions: ['/key/generate'] })).status, 200);
    assert.equal((await change({ team_member_budget: 20, default_team_member_models: ['m-1'] })).status, 200);
    for (const [field, value] of Object.entries({
      max_budget: 19,
      models: ['m-1', 'm-2'],
      rpm_limit: null,
      blocked: true,
      organization_id: null,
      sso_groups: ['all'],
      team_member_budget: 21,
      default_team_member_models: ['m-2'],
    })) {
      const { status, param } = await change({ [field]: value });
      const isSame = field === 'rpm_limit';
      assert.deepEqual(
        [status, param ?? null],
        isSame ? [200, null] : [403, field === 'organization_id' ? null : field],
      );
    }
    const project = await ask('/project/new', { team_id: 'core', max_budget: 5, models: ['m-1'] }, lead);
    assert.equal(project.status, 200, project.message);
    const { project_id } = project.body;
    assert.equal((await ask('/project/update', { project_id, max_budget: 21 }, lead)).param, 'max_budget');
    assert.equal((await ask('/project/update', { project_id, team_id: 'theirs' }, lead)).status, 404);
    assert.equal((await ask('/project/new', { team_id: 'theirs' }, lead)).status, 404);
    const body = { team_id: 'core', project_id };
    assert.equal((await ask('/key/generate', { ...body, max_budget: 6 }, lead)).param, 'max_budget');
    assert.equal((await ask('/key/generate', { ...body, max_budget: 5 }, lead)).status, 200);
    assert.equal((await post('/team/update', { team_id: 'core', max_budget: 1_000 }))['team_id'], 'core');
  });
});
