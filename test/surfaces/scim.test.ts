import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { administrationOf } from '../support/administration.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { chatBody, gatewayAndUpstream } from '../support/one-upstream.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

type Json = Readonly<Record<string, unknown>>;
type Told = { readonly status: number; readonly headers: Headers; readonly body: Json };

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A directory with a key of its own. */
async function directory(gateway: Gateway, token?: string) {
  const key = token ?? (await gateway.createKey({ key_type: 'scim', key_alias: 'directory' }));
  const ask = async (method: string, path: string, body?: unknown, headers: Json = {}): Promise<Told> => {
    const response = await fetch(`${gateway.url}/scim/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (text !== '')
      assert.equal(response.headers.get('content-type'), 'application/scim+json', `${method} ${path}: ${text}`);
    return { status: response.status, headers: response.headers, body: text === '' ? {} : (JSON.parse(text) as Json) };
  };
  const done = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const told = await ask(method, path, body);
    assert.ok(told.status < 300, `${method} ${path}: ${told.status} ${JSON.stringify(told.body)}`);
    return told.body;
  };
  const patch = (path: string, ...Operations: readonly Json[]): Promise<Json> =>
    done('PATCH', path, { schemas: [PATCH], Operations });
  const found = async (path: string): Promise<readonly Json[]> => {
    const body = await done('GET', path);
    assert.deepEqual(body['schemas'], ['urn:ietf:params:scim:api:messages:2.0:ListResponse']);
    return body['Resources'] as readonly Json[];
  };
  return { key, ask, done, patch, found };
}

function query(filter: string): string {
  return `filter=${encodeURIComponent(filter)}`;
}

function members(group: Json): readonly unknown[] {
  return ((group['members'] ?? []) as readonly Json[]).map(({ value }) => value);
}

async function callable(context: TestContext) {
  const { gateway } = await gatewayAndUpstream(context, (request) => answer(request, { body: chatAnswer('hi') }));
  return { gateway, ...administrationOf(gateway), ...(await directory(gateway)) };
}

test('as Okta does it: look, make, change, push groups, suspend, bring back, remove', async (context) => {
  const { gateway, get, done, patch, found } = await callable(context);
  assert.deepEqual(await found('/Users?startIndex=1&count=2'), []);
  assert.deepEqual(await found('/Groups?startIndex=1&count=100'), []);
  assert.deepEqual(await found(`/Users?${query('userName eq "alice@example.com"')}&startIndex=1&count=100`), []);
  const made = await done('POST', '/Users', {
    schemas: [USER],
    userName: 'alice@example.com',
    name: { givenName: 'Alice', familyName: 'Smith' },
    emails: [{ primary: true, value: 'alice@example.com', type: 'work' }],
    displayName: 'Alice Smith',
    locale: 'en-US',
    externalId: '00uk3f2abc',
    groups: [],
    password: '1mz050nq',
    active: true,
  });
  const id = String(made['id']);
  assert.equal(made['password'], undefined);
  assert.equal((made['meta'] as Json)['location'], `${gateway.url}/scim/v2/Users/${id}`);
  const { user_info: row } = await get(`/user/info?user_id=${id}`);
  const { user_email, user_alias, sso_user_id } = row as Json;
  assert.deepEqual([user_email, user_alias, sso_user_id], ['alice@example.com', 'Alice Smith', '00uk3f2abc']);
  assert.equal((await found(`/Users?${query('userName eq "ALICE@example.com"')}`))[0]?.['id'], id);

  const put = await done('PUT', `/Users/${id}`, {
    ...made,
    name: { givenName: 'Alicia', familyName: 'Smith' },
    title: 'CTO',
  });
  assert.deepEqual([(put['name'] as Json)['givenName'], put['title'], put['locale']], ['Alicia', 'CTO', 'en-US']);

  const group = await done('POST', '/Groups', {
    schemas: [GROUP],
    displayName: 'LLM users',
    members: [{ value: id, display: 'alice' }],
  });
  const at = `/Groups/${group['id']}`;
  assert.deepEqual(members(await done('GET', at)), [id]);
  assert.deepEqual((await done('GET', `/Users/${id}`))['groups'], [
    { value: group['id'], display: 'LLM users', type: 'direct' },
  ]);
  const key = await gateway.createKey({ user_id: id, team_id: String(group['id']) });
  const works = async (): Promise<number> => (await gateway.post('/v1/chat/completions', chatBody(), key)).status;
  assert.equal(await works(), 200);
  await patch(at, { op: 'replace', value: { id: group['id'], displayName: 'LLM people' } });
  assert.equal(((await get(`/team/info?team_id=${group['id']}`))['team_info'] as Json)['team_alias'], 'LLM people');

  const suspended = await patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
  assert.equal(suspended['active'], false);
  assert.equal(await works(), 401, 'its keys are out at once');
  assert.equal(
    (await done('PUT', `/Users/${id}`, { schemas: [USER], userName: 'alice@example.com' }))['active'],
    false,
  );
  await patch(`/Users/${id}`, { op: 'replace', value: { active: true } });
  assert.equal(await works(), 200);

  await patch(at, { op: 'remove', path: `members[value eq "${id}"]` });
  assert.deepEqual(members(await done('GET', at)), []);
  assert.equal(await works(), 401, 'whoever leaves a team leaves its keys');
  await patch(at, { op: 'replace', path: 'members', value: [{ value: id, display: 'alice' }] });
  assert.deepEqual(members(await done('GET', at)), [id]);
  await done('DELETE', at);
  assert.deepEqual(await found('/Groups'), []);
  await done('DELETE', `/Users/${id}`);
  assert.deepEqual(await found('/Users'), []);
});

test('as Entra ID does it: odd look-ups, capitals, booleans as text, members without and with addresses', async (context) => {
  const { done, patch, found } = await callable(context);
  assert.deepEqual(await found(`/Users?${query('userName eq "51b8a5b3-0000-4000-8000-000000000000"')}`), []);
  const made = await done('POST', '/Users', {
    schemas: [USER, ENTERPRISE],
    externalId: 'oid-1',
    userName: 'bob@acme.onmicrosoft.com',
    active: true,
    addresses: null,
    displayName: 'Bob',
    emails: [{ primary: true, type: 'work', value: 'bob@acme.example' }],
    meta: { resourceType: 'User' },
    name: { formatted: 'Bob Jones', familyName: 'Jones', givenName: 'Bob' },
    roles: [],
    [ENTERPRISE]: { department: 'R&D' },
  });
  const at = `/Users/${made['id']}`;
  assert.equal((await found(`/Users?${query('externalId eq "oid-1"')}`))[0]?.['id'], made['id']);
  assert.equal((await found(`/Users?${query('emails[type eq "work"].value eq "bob@acme.example"')}`)).length, 1);
  const changed = await patch(
    at,
    { op: 'Replace', path: 'emails[type eq "work"].value', value: 'robert@acme.example' },
    { op: 'Replace', path: 'name.familyName', value: 'Brown' },
    { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+41 1' },
    { op: 'Add', path: `${ENTERPRISE}:manager`, value: [{ $ref: '../Users/x', value: 'x' }] },
    { op: 'Add', value: { 'name.givenName': 'Robert', [`${ENTERPRISE}:department`]: 'Sales', title: 'CFO' } },
  );
  assert.deepEqual(changed['emails'], [{ type: 'work', value: 'robert@acme.example', primary: true }]);
  assert.deepEqual(changed['name'], { formatted: 'Bob Jones', givenName: 'Robert', familyName: 'Brown' });
  assert.deepEqual(changed['phoneNumbers'], [{ type: 'mobile', value: '+41 1' }]);
  assert.equal((changed[ENTERPRISE] as Json)['department'], 'Sales');
  assert.equal((await patch(at, { op: 'Replace', path: 'active', value: 'False' }))['active'], false);
  assert.equal((await patch(at, { op: 'Replace', path: 'active', value: 'True' }))['active'], true);
  assert.equal((await patch(at, { op: 'Replace', value: { active: false } }))['active'], false);

  const group = await done('POST', '/Groups', {
    schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: 'gid-1',
    displayName: 'LLM',
    members: [],
    meta: { resourceType: 'Group' },
  });
  const where = `/Groups/${group['id']}`;
  const byName = await found(`/Groups?excludedAttributes=members&${query('displayName eq "llm"')}`);
  assert.deepEqual([byName.length, byName[0]?.['externalId'], byName[0]?.['members']], [1, 'gid-1', undefined]);
  await patch(where, { op: 'Add', path: 'members', value: [{ $ref: null, value: made['id'] }] });
  const asked = `id eq "${group['id']}" and members eq "${made['id']}"`;
  assert.deepEqual(await found(`/Groups?attributes=id&${query(asked)}`), [{ schemas: [GROUP], id: group['id'] }]);
  await patch(where, { op: 'Remove', path: 'members', value: [{ $ref: null, value: made['id'] }] });
  assert.deepEqual(await found(`/Groups?attributes=id&${query(asked)}`), []);
  await patch(where, { op: 'Replace', path: 'displayName', value: 'LLM 2' });
  assert.equal((await done('GET', `${where}?excludedAttributes=members`))['displayName'], 'LLM 2');
});

test('what cannot be done is told in SCIM’s form, and nothing is written', async (context) => {
  const { gateway, key, ask, done, patch, found } = await callable(context);
  const made = await done('POST', '/Users', {
    schemas: [USER],
    userName: 'carol',
    emails: [{ value: 'carol@example.com' }],
  });
  const at = `/Users/${made['id']}`;
  const group = await done('POST', '/Groups', { schemas: [GROUP], displayName: 'one' });
  const user = (more: Json): Json => ({ schemas: [USER], userName: 'dave', ...more });
  const ops = (...Operations: readonly Json[]): Json => ({ schemas: [PATCH], Operations });
  const cases: readonly (readonly [string, string, unknown, number, string | undefined])[] = [
    ['POST', '/Users', user({ userName: 'CAROL' }), 409, 'uniqueness'],
    ['POST', '/Users', user({ emails: [{ value: 'carol@example.com' }] }), 409, 'uniqueness'],
    ['POST', '/Users', user({ userName: '' }), 400, 'invalidValue'],
    ['POST', '/Users', user({ userName: 7 }), 400, 'invalidValue'],
    ['POST', '/Users', user({ userName: 'x'.repeat(256) }), 400, 'invalidValue'],
    ['POST', '/Users', user({ emails: [{ value: 'nobody' }] }), 400, 'invalidValue'],
    ['POST', '/Users', user({ active: 'perhaps' }), 400, 'invalidValue'],
    ['POST', '/Users', user({ title: ['x'.repeat(40_000)] }), 400, 'invalidValue'],
    ['POST', '/Users', { userName: 'dave' }, 400, 'invalidValue'],
    ['POST', '/Users', { schemas: [GROUP], userName: 'dave' }, 400, 'invalidValue'],
    ['POST', '/Users', 'no object', 400, 'invalidValue'],
    ['GET', '/Users/nobody', undefined, 404, undefined],
    ['PUT', '/Users/nobody', user({}), 404, undefined],
    ['PATCH', '/Users/nobody', ops({ op: 'add', path: 'title', value: 'x' }), 404, undefined],
    ['DELETE', '/Users/nobody', undefined, 404, undefined],
    ['PATCH', at, ops({ op: 'move', path: 'title' }), 400, 'invalidValue'],
    ['PATCH', at, ops(), 400, 'invalidValue'],
    ['PATCH', at, { Operations: [{ op: 'add', path: 'title', value: 'x' }] }, 400, 'invalidValue'],
    ['PATCH', at, ops({ op: 'replace', path: 'userName', value: null }), 400, 'invalidValue'],
    ['PATCH', at, ops({ op: 'replace', path: 'shoeSize', value: 1 }), 400, 'invalidPath'],
    ['PATCH', at, ops({ op: 'replace', path: 'id', value: 'x' }), 400, 'mutability'],
    ['PATCH', at, ops({ op: 'remove' }), 400, 'noTarget'],
    ['GET', `/Users?${query('userName is "x"')}`, undefined, 400, 'invalidFilter'],
    ['GET', '/Users?count=many', undefined, 400, 'invalidValue'],
    ['POST', '/Groups', { schemas: [GROUP], displayName: 'one' }, 409, 'uniqueness'],
    ['POST', '/Groups', { schemas: [GROUP] }, 400, 'invalidValue'],
    ['POST', '/Groups', { schemas: [GROUP], displayName: 'two', members: [{ value: 'nobody' }] }, 400, 'invalidValue'],
    [
      'POST',
      '/Groups',
      { schemas: [GROUP], displayName: 'two', members: [{ value: made['id'], type: 'Group' }] },
      400,
      'invalidValue',
    ],
    [
      'PATCH',
      `/Groups/${group['id']}`,
      ops({ op: 'add', path: 'members', value: [{ value: 'nobody' }] }),
      400,
      'invalidValue',
    ],
    ['GET', '/Groups/nobody', undefined, 404, undefined],
    ['GET', '/Schemas/nobody', undefined, 404, undefined],
  ];
  for (const [method, path, body, status, scimType] of cases) {
    const told = await ask(method, path, body);
    const what = `${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}`;
    assert.deepEqual(
      [told.status, told.body['status'], told.body['scimType']],
      [status, String(status), scimType],
      what,
    );
    assert.deepEqual(told.body['schemas'], ['urn:ietf:params:scim:api:messages:2.0:Error']);
    assert.equal(typeof told.body['detail'], 'string');
  }
  const broken = await fetch(`${gateway.url}/scim/v2/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: '{',
  });
  assert.equal(((await broken.json()) as Json)['scimType'], 'invalidSyntax');
  assert.deepEqual([(await found('/Users')).length, (await found('/Groups')).length], [1, 1]);
  assert.deepEqual(members(await done('GET', `/Groups/${group['id']}`)), []);
  assert.equal((await patch(at, { op: 'add', path: 'title', value: 'CEO' }))['title'], 'CEO', 'and it goes on');
});

test('a key of a directory does nothing else, and no other key does what it does', async (context) => {
  const { gateway, key, get, ask } = await callable(context);
  assert.equal((await gateway.post('/v1/chat/completions', chatBody(), key)).status, 403);
  for (const path of ['/key/list', '/user/list', '/v1/models', '/audit', '/metrics']) {
    assert.equal((await gateway.get(path, key)).status, 403, path);
  }
  assert.equal((await gateway.post('/key/generate', {}, key)).status, 403);
  const other = await gateway.createKey();
  const manager = await gateway.createKey({ key_type: 'management' });
  const somebodys = await gateway.createKey({ key_type: 'scim', user_id: 'eve' });
  for (const each of [other, manager, somebodys]) {
    const told = await (await directory(gateway, each)).ask('GET', '/Users');
    assert.deepEqual([told.status, told.body['status']], [403, '403']);
  }
  const none = await (await directory(gateway, 'sk-nobody-0123456789')).ask('GET', '/Users');
  assert.deepEqual([none.status, none.body['status']], [401, '401']);
  await ask('POST', '/Users', { schemas: [USER], userName: 'frank' });
  const [entry] = (await get('/audit?object_type=user'))['audit_logs'] as readonly Json[];
  const [{ token_id: id } = {}] = ((await get('/key/list?return_full_object=true&key_alias=directory'))['keys'] ??
    []) as readonly Json[];
  assert.deepEqual([entry?.['action'], entry?.['changed_by']], ['created', id]);
});

test('users who were here before are found by their address, and taken over', async (context) => {
  const { post, get, patch, found } = await callable(context);
  await post('/user/new', { user_id: 'old', user_email: 'old@example.com', auto_create_key: false, max_budget: 5 });
  const [user] = await found(`/Users?${query('userName eq "Old@example.com"')}`);
  assert.deepEqual([user?.['id'], user?.['active']], ['old', true]);
  await patch('/Users/old', { op: 'add', value: { externalId: 'x1', displayName: 'Old' } });
  const { user_info: row } = await get('/user/info?user_id=old');
  assert.deepEqual([(row as Json)['sso_user_id'], (row as Json)['max_budget']], ['x1', 5], 'what it may spend stays');
  await post('/user/update', { user_id: 'old', user_email: 'new@example.com' });
  const [again] = await found(`/Users?${query('emails eq "new@example.com"')}`);
  assert.equal(again?.['id'], 'old');
});

test('pages, versions, and what can be asked', async (context) => {
  const { ask, done, found } = await callable(context);
  for (const name of ['a', 'b', 'c', 'd', 'e']) await done('POST', '/Users', { schemas: [USER], userName: name });
  const names = async (path: string): Promise<readonly unknown[]> =>
    (await found(path)).map(({ userName }) => userName);
  assert.deepEqual(await names('/Users?startIndex=2&count=2'), ['b', 'c']);
  assert.deepEqual(await names('/Users?startIndex=5&count=10'), ['e']);
  assert.deepEqual(await names('/Users?startIndex=0&count=1'), ['a']);
  assert.deepEqual(await names(`/Users?${query('userName ge "b" and userName le "d"')}&startIndex=2`), ['c', 'd']);
  const counted = await done('GET', '/Users?count=0');
  assert.deepEqual([counted['totalResults'], counted['Resources']], [5, []]);
  const [first] = await found(`/Users?${query('userName eq "a"')}&attributes=userName`);
  assert.deepEqual(Object.keys(first ?? {}).sort(), ['id', 'schemas', 'userName']);

  const at = `/Users/${first?.['id']}`;
  const etag = (await ask('GET', at)).headers.get('etag') ?? '';
  assert.equal((await ask('GET', at, undefined, { 'if-none-match': etag })).status, 304);
  const title = { schemas: [PATCH], Operations: [{ op: 'add', path: 'title', value: 'x' }] };
  assert.equal((await ask('PATCH', at, title, { 'if-match': etag })).status, 200);
  const late = await ask('PATCH', at, title, { 'if-match': etag });
  assert.deepEqual([late.status, late.body['status']], [412, '412']);
  assert.equal((await ask('DELETE', at, undefined, { 'if-match': etag })).status, 412);

  const config = await done('GET', '/ServiceProviderConfig');
  assert.deepEqual([config['patch'], config['etag']], [{ supported: true }, { supported: true }]);
  assert.deepEqual(
    (await found('/ResourceTypes')).map(({ endpoint }) => endpoint),
    ['/Users', '/Groups'],
  );
  assert.deepEqual(
    (await found('/Schemas')).map(({ id }) => id),
    [USER, ENTERPRISE, GROUP],
  );
  assert.equal((await done('GET', `/Schemas/${GROUP}`))['name'], 'Group');
});

test('the configuration’s own token keeps a directory, and is shown nowhere', async (context) => {
  const token = 'canary-scim-token-0123456789abcdef';
  const gateway = await startGateway(context, { env: { WAYBILL_SCIM_TOKEN: token } });
  const { done, found } = await directory(gateway, token);
  await done('POST', '/Users', { schemas: [USER], userName: 'grace' });
  assert.equal((await found('/Users')).length, 1);
  assert.equal((await gateway.get('/key/list', token)).status, 403);
  assert.equal((await gateway.get('/scim/v2/Users', `${token.slice(0, -1)}x`)).status, 401);
  assert.ok(!(gateway.errors() + gateway.output()).includes(token));
});
