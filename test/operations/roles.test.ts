import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { matrix, type Role } from '../../src/access/roles/matrix.ts';
import { administrationOf } from '../support/administration.ts';
import { callerNames, callers } from '../support/callers.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

type Schema = { readonly properties?: Readonly<Record<string, { readonly type?: unknown }>> };
type Operation = {
  readonly 'x-action': string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
};
type Door = { readonly method: string; readonly path: string; readonly operation: Operation };
type Answer = { readonly status: number; readonly text: string };

/** By the names of what takes an id, whose it is. */
const IDS: Readonly<Record<string, 'team' | 'organization' | 'user' | 'key' | 'project'>> = {
  team_id: 'team',
  team_ids: 'team',
  organization_id: 'organization',
  organization_ids: 'organization',
  organizations: 'organization',
  user_id: 'user',
  user_ids: 'user',
  key: 'key',
  keys: 'key',
  hash: 'key',
  token: 'key',
  project_id: 'project',
  project_ids: 'project',
};

suite('every route for every role', () => {
  const stops: (() => void | Promise<void>)[] = [];
  let gateway: Gateway;
  let doors: readonly Door[];
  const keys = new Map<Role, string>();
  const foreign = { team: 'team-b', organization: 'org-b', user: 'user-b', project: 'project-b', key: '' };

  before(async () => {
    gateway = await startGateway({ after: (stop) => void stops.unshift(stop) });
    const { post } = administrationOf(gateway);
    for (const tenant of ['a', 'b']) {
      await post('/organization/new', { organization_id: `org-${tenant}`, organization_alias: `org-${tenant}` });
      await post('/team/new', { team_id: `team-${tenant}`, organization_id: `org-${tenant}` });
      await post('/project/new', { project_id: `project-${tenant}`, team_id: `team-${tenant}` });
    }
    await post('/user/new', { user_id: 'user-b', auto_create_key: false });
    await post('/organization/member_add', member('org-b', 'user-b', 'internal_user'));
    foreign.key = await idOfKey(await gateway.createKey({ user_id: 'user-b', team_id: 'team-b' }));
    for (const [name, [first]] of Object.entries(callers)) {
      if (name.endsWith('_key')) continue;
      const role = first.endsWith('g_admin') || first === 'team_admin' ? 'internal_user' : first;
      const email = `${name}@example.com`;
      await post('/user/new', { user_id: name, user_email: email, user_role: role, auto_create_key: false });
      keys.set(name as Role, await gateway.createKey({ user_id: name }));
    }
    await post('/organization/member_add', member('org-a', 'org_admin', 'org_admin'));
    await post('/team/member_add', { team_id: 'team-a', member: { user_id: 'team_admin', role: 'admin' } });
    keys.set('service_key', await gateway.createKey({}));
    keys.set('scim_key', await gateway.createKey({ key_type: 'scim' }));
    keys.set('management_key', await gateway.createKey({ key_type: 'management' }));
    const { paths } = JSON.parse((await gateway.get('/openapi.json', '')).text) as {
      paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    };
    doors = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation['x-action'] in matrix)
        .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  });

  after(async () => {
    for (const stop of stops) await stop();
  });

  async function idOfKey(key: string): Promise<string> {
    const { text } = await gateway.get(`/key/info?key=${key}`);
    return (JSON.parse(text) as { key: string }).key;
  }

  async function ask(role: Role, { method, path }: Door, body: unknown = {}, query = ''): Promise<Answer> {
    const response = await fetch(`${gateway.url}${path}${query}`, {
      method,
      headers: { authorization: `Bearer ${keys.get(role)}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  test('what the matrix does not say for a role is refused, before the input is looked at', async () => {
    const wrong: string[] = [];
    let refusals = 0;
    for (const door of doors) {
      const row: Readonly<Partial<Record<string, string>>> = matrix[door.operation['x-action'] as keyof typeof matrix];
      const path = door.path.replace(/model\/\{id\}$/, 'model/x/count-tokens').replace(/\{\w+\}/g, 'x');
      for (const role of callerNames) {
        if (callers[role].some((each) => row[each] !== undefined)) continue;
        const { status, text } = await ask(role, { ...door, path });
        refusals += 1;
        if (status !== 403) wrong.push(`${role} ${door.method} ${path}: ${status} ${text.slice(0, 200)}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(refusals > 400, `${refusals}`);
  });

  test('an id of another tenant answers as one that nobody has', async () => {
    const wrong: string[] = [];
    let decided = 0;
    for (const door of doors) {
      for (const place of placesOf(door)) {
        const [one, other] = [
          foreign[place.kind],
          place.kind === 'key' ? foreign.key.replace(/^..../, 'zzzz') : randomUUID(),
        ];
        for (const role of [
          'org_admin',
          'team_admin',
          'internal_user',
          'internal_user_viewer',
          'service_key',
        ] as const) {
          const [theirs, nobodys] = await Promise.all(
            [one, other].map(async (id) => {
              const [path, query, body] = place.put(id);
              const { status, text } = await ask(role, { ...door, path }, body, query);
              return `${status} ${steady(text.replaceAll(id, 'ID'))}`;
            }),
          );
          if (!theirs?.startsWith('403')) decided += 1;
          if (theirs !== nobodys)
            wrong.push(`${role} ${door.method} ${door.path} ${place.kind}: ${theirs} | ${nobodys}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(decided > 120, `${decided}`);
  });

  /** What a door answers to an empty body: the verdict of the matrix, and what it says besides. */
  async function verdict(
    { method, path }: Door,
    headers: Readonly<Record<string, string>>,
    query = '',
  ): Promise<string> {
    const response = await fetch(`${gateway.url}${path.replace(/\{\w+\}/g, 'x')}${query}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    const text = await response.text();
    return `${response.status}${text.includes('may not do') ? ' by the matrix' : ''}`;
  }

  /** What calls models is asked by its own tests, in the dialect that it speaks. */
  function administrationDoors(): readonly Door[] {
    return doors.filter(({ operation }) => !CALLS.has(operation['x-action']));
  }

  test('every door has the same verdict whichever header carries the key', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const door of administrationDoors()) {
      for (const role of ['org_admin', 'internal_user_viewer', 'management_key', 'scim_key'] as const) {
        const key = keys.get(role) ?? '';
        const first = await verdict(door, { authorization: `Bearer ${key}` });
        for (const name of ['x-api-key', 'api-key', 'x-goog-api-key', 'x-litellm-api-key']) {
          const other = await verdict(door, { [name]: key });
          asked += 1;
          if (other !== first || first.startsWith('401'))
            wrong.push(`${role} ${door.method} ${door.path} ${name}: ${first} ${other}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(asked > 2_000, `${asked}`);
  });

  test("an address carries a key at Gemini's doors, with the same verdict, and at no other", async () => {
    for (const role of callerNames) {
      const key = keys.get(role) ?? '';
      const ask = async (path: string, headers: Readonly<Record<string, string>>) =>
        (await fetch(gateway.url + path, { headers: headers as Record<string, string> })).status;
      const inHeader = await ask('/v1beta/models', { 'x-goog-api-key': key });
      assert.equal(await ask(`/v1beta/models?key=${key}`, {}), inHeader, role);
      for (const path of ['/key/list', '/user/info', '/team/list', '/audit'])
        assert.equal(await ask(`${path}?key=${key}`, {}), 401, `${role} ${path}`);
    }
  });

  test("a session has its user's verdict, and a change from another place than our pages none", async () => {
    const wrong: string[] = [];
    let refused = 0;
    for (const role of ['org_admin', 'team_admin', 'internal_user', 'internal_user_viewer'] as const) {
      const cookie = await signIn(role);
      const authorization = `Bearer ${keys.get(role)}`;
      for (const door of administrationDoors()) {
        const [ofKey, ofPerson] = [
          await verdict(door, { authorization }),
          await verdict(door, { cookie, 'sec-fetch-site': 'same-origin' }),
        ].map((told) => told.endsWith(' by the matrix'));
        if (ofKey !== ofPerson) wrong.push(`${role} ${door.method} ${door.path}: ${ofKey} ${ofPerson}`);
        if (door.method === 'GET') continue;
        refused += 1;
        const elsewhere = await verdict(door, { cookie, 'sec-fetch-site': 'cross-site' });
        if (elsewhere !== '403') wrong.push(`${role} ${door.method} ${door.path} from elsewhere: ${elsewhere}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(refused > 200, `${refused}`);
  });

  async function signIn(userId: string): Promise<string> {
    const { post } = administrationOf(gateway);
    const { invitation_link: link } = await post('/invitation/new', { user_id: userId });
    const token = new URL(String(link)).searchParams.get('token');
    const accepted = await fetch(`${gateway.url}/auth/invitation/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ token, password: 'correct horse battery staple' }),
    });
    assert.equal(accepted.status, 200, await accepted.text());
    return accepted.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
  }
});

const CALLS: ReadonlySet<string> = new Set(['model.call', 'token.count', 'call.explain', 'model.list']);

type Put = (id: string) => readonly [path: string, query: string, body: unknown];
type PlaceOfId = { readonly kind: 'team' | 'organization' | 'user' | 'key' | 'project'; readonly put: Put };

/** Where a route takes an id, one at a time. */
function placesOf({ path, operation }: Door): readonly PlaceOfId[] {
  if (operation['x-action'] === 'model.call') return [];
  const places: PlaceOfId[] = [];
  const filled = path.replace(/\{\w+\}/g, 'x');
  for (const { name, in: where } of operation.parameters) {
    const kind = kindOf(path, name);
    if (kind === undefined) continue;
    if (where === 'path') {
      places.push({ kind, put: (id) => [path.replace(`{${name}}`, id).replace(/\{\w+\}/g, 'x'), '', {}] });
    } else if (where === 'query') {
      places.push({ kind, put: (id) => [filled, `?${name}=${encodeURIComponent(id)}`, {}] });
    }
  }
  const { properties = {} } = operation.requestBody?.content['application/json']?.schema ?? {};
  for (const [name, schema] of Object.entries(properties)) {
    const kind = kindOf(path, name);
    if (kind === undefined) continue;
    const isList = JSON.stringify(schema).includes('"array"');
    places.push({ kind, put: (id) => [filled, '', { [name]: isList ? [id] : id }] });
  }
  return places;
}

function kindOf(path: string, name: string): PlaceOfId['kind'] | undefined {
  // Of a new key it is the secret.
  if (name === 'key' && path.endsWith('/generate')) return undefined;
  if (name !== 'id' && name !== 'hash') return IDS[name];
  return (['team', 'organization', 'user', 'project', 'key'] as const).find((kind) => path.includes(`/${kind}`));
}

function member(organizationId: string, userId: string, role: string) {
  return { organization_id: organizationId, member: { user_id: userId, role } };
}

/** Without what differs from one answer to the next. */
function steady(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'TIME').replace(/req[-_][\w-]+/g, 'REQUEST');
}
