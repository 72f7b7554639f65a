import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { keyFieldRules } from '../../src/access/roles/field-rules.ts';
import { matrix, type Role } from '../../src/access/roles/matrix.ts';
import { administrationOf } from '../support/administration.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type Asked, keyFields } from '../support/written-fields.ts';

type Schema = { readonly properties?: Readonly<Record<string, unknown>> };
type Operation = {
  readonly 'x-action': string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
};
type Body = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly text: string };

/** What each caller is; of a user in a team or an organization two at once. */
const callers = {
  proxy_admin: ['proxy_admin'],
  proxy_admin_viewer: ['proxy_admin_viewer'],
  org_admin: ['org_admin', 'internal_user'],
  team_admin: ['team_admin', 'internal_user'],
  internal_user: ['internal_user'],
  internal_user_viewer: ['internal_user_viewer'],
  service_key: ['service_key'],
  management_key: ['management_key'],
  scim_key: ['scim_key'],
} as const satisfies Readonly<Record<Role, readonly Role[]>>;

const NAMES = Object.keys(callers) as Role[];

/** Everybody and everything here is below it. */
const CEILING = { models: ['m-1', 'm-2'], max_budget: 50, rpm_limit: 100, tpm_limit: 1_000, max_parallel_requests: 10 };

/** How a key is written: at which address, and what the body needs besides the field. */
type Door = {
  readonly path: string;
  readonly at?: (target: string) => string;
  /** It is about the keys of a team, which a user who is no administrator of it does not change. */
  readonly isOfTeam?: true;
  readonly body: (role: Role, target: string, fields: Body) => Body;
};

const DOORS: readonly Door[] = [
  { path: '/key/generate', body: (role, _, fields) => ({ ...placeOf(role), ...fields }) },
  { path: '/key/service-account/generate', body: (_, __, fields) => ({ team_id: 'team-a', ...fields }) },
  { path: '/key/update', body: (_, target, fields) => ({ ...fields, key: target }) },
  { path: '/key/bulk_update', body: (_, target, fields) => ({ keys: [{ ...fields, key: target }] }) },
  {
    path: '/team/key/bulk_update',
    isOfTeam: true,
    body: (_, target, fields) => ({ team_id: 'team-a', key_ids: [target], update_fields: fields }),
  },
  { path: '/key/regenerate', body: (_, target, fields) => ({ ...fields, key: target }) },
  { path: '/key/{key}/regenerate', at: (target) => `/key/${target}/regenerate`, body: (_, __, fields) => fields },
];

function placeOf(role: Role): Body {
  return role === 'org_admin' || role === 'team_admin' ? { team_id: 'team-a' } : {};
}

suite('every field of a key for every role', () => {
  const stops: (() => void | Promise<void>)[] = [];
  let gateway: Gateway;
  let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const keys = new Map<Role, string>();
  const targets = new Map<Role, string>();

  before(async () => {
    gateway = await startGateway({ after: (stop) => void stops.unshift(stop) });
    const { post } = administrationOf(gateway);
    for (const tenant of ['a', 'b']) {
      await post('/organization/new', { organization_id: `org-${tenant}`, organization_alias: tenant, ...CEILING });
      await post('/team/new', { team_id: `team-${tenant}`, organization_id: `org-${tenant}`, ...CEILING });
      await post('/project/new', { project_id: `project-${tenant}`, team_id: `team-${tenant}` });
    }
    await post('/budget/new', { budget_id: 'budget-of-the-operator', max_budget: 1_000_000 });
    await post('/user/new', { user_id: 'user-b', auto_create_key: false, teams: ['team-b'] });
    for (const [name, [first]] of Object.entries(callers)) {
      if (name.endsWith('_key')) continue;
      const role = first === 'org_admin' || first === 'team_admin' ? 'internal_user' : first;
      await post('/user/new', { user_id: name, user_role: role, auto_create_key: false, ...CEILING });
      keys.set(name as Role, await gateway.createKey({ user_id: name }));
      targets.set(name as Role, await targetOf({ user_id: name }));
    }
    const member = { user_id: 'org_admin', role: 'org_admin' };
    await post('/organization/member_add', { organization_id: 'org-a', member });
    await post('/team/member_add', { team_id: 'team-a', member: { user_id: 'team_admin', role: 'admin' } });
    const inTeam = await targetOf({ team_id: 'team-a' });
    for (const role of ['org_admin', 'team_admin'] as const) targets.set(role, inTeam);
    keys.set('service_key', await gateway.createKey({}));
    keys.set('scim_key', await gateway.createKey({ key_type: 'scim' }));
    keys.set('management_key', await gateway.createKey({ key_type: 'management' }));
    for (const role of ['service_key', 'scim_key', 'management_key'] as const) targets.set(role, inTeam);
    ({ paths } = JSON.parse((await gateway.get('/openapi.json', '')).text));
  });

  after(async () => {
    for (const stop of stops) await stop();
  });

  async function targetOf(fields: Body): Promise<string> {
    const made = await gateway.post('/key/generate', fields);
    return (JSON.parse(made.text) as { token_id: string }).token_id;
  }

  async function ask(role: Role, door: Door, fields: Body): Promise<Answer> {
    const target = targets.get(door.isOfTeam ? 'team_admin' : role) ?? '';
    const path = door.at?.(target) ?? door.path;
    const { status, text } = await gateway.post(path, door.body(role, target, fields), keys.get(role));
    if (!door.path.includes('bulk') || status !== 200) return { status, text };
    const { failed_updates: failed } = JSON.parse(text) as { failed_updates: readonly unknown[] };
    return { status: failed.length === 0 ? 200 : 403, text };
  }

  function actionOf({ path }: Door): keyof typeof matrix {
    const action = paths[path]?.['post']?.['x-action'] ?? '';
    assert.ok(action in matrix, `${path}: ${action}`);
    return action as keyof typeof matrix;
  }

  function fieldsOf({ path }: Door): readonly string[] {
    const { properties = {} } = bodyOf(paths[path]?.['post']);
    const item = properties['keys'] as { readonly items?: Schema } | undefined;
    const shared = properties['update_fields'] as Schema | undefined;
    const isReference = path === '/key/update' || path === '/key/bulk_update' || path.endsWith('regenerate');
    const names = Object.keys(item?.items?.properties ?? shared?.properties ?? properties);
    return names.filter((name) => name !== 'key' || !isReference);
  }

  async function written(): Promise<number> {
    return JSON.parse((await gateway.get('/audit?page_size=1')).text).total;
  }

  test('what is wider is refused to whom the rules do not allow it, and nothing is written', async () => {
    const wrong: string[] = [];
    const before = await written();
    let refusals = 0;
    for (const door of DOORS) {
      for (const field of fieldsOf(door)) {
        const { wider, beside, rule } = askedOf(field);
        if (wider === undefined) continue;
        for (const role of NAMES) {
          if (role === 'proxy_admin' || isAllowed(role, actionOf(door), rule ?? field)) continue;
          const { status, text } = await ask(role, door, { ...beside, [field]: wider });
          refusals += 1;
          const isNamed =
            text.includes('There is no') ||
            (role === 'internal_user' && door.isOfTeam) ||
            !has(role, actionOf(door)) ||
            text.includes(field);
          if (status < 400 || status >= 500 || !isNamed)
            wrong.push(`${role} ${door.path} ${field}: ${status} ${text.slice(0, 300)}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(refusals > 700, `${refusals}`);
    assert.equal(await written(), before);
  });

  test('what is no wider is allowed to who may write, and all of it to an operator', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const door of DOORS) {
      for (const field of fieldsOf(door)) {
        const { wider, within, beside = {}, rule } = askedOf(field);
        const values = [wider, within].filter((value) => value !== undefined);
        for (const role of NAMES) {
          for (const value of values) {
            const isFree = value !== wider || isAllowed(role, actionOf(door), rule ?? field);
            if (role !== 'proxy_admin' && !(has(role, actionOf(door)) && isFree)) continue;
            if (role === 'internal_user' && door.isOfTeam) continue;
            // An operator's key stands where its project does.
            if (role === 'proxy_admin' && NOT_TOGETHER.has(`${door.path} ${field}`)) continue;
            const { status, text } = await ask(role, door, { ...beside, [field]: freshOf(field, value) });
            asked += 1;
            if (status !== 200) wrong.push(`${role} ${door.path} ${field}: ${status} ${text.slice(0, 300)}`);
          }
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(asked > 400, `${asked}`);
  });

  test('what nobody may set is refused to the operator, too', async () => {
    const wrong: string[] = [];
    for (const door of DOORS) {
      for (const field of fieldsOf(door).filter((name) => !Object.hasOwn(keyFields, name))) {
        const { status } = await ask('proxy_admin', door, { [field]: 'x' });
        const isBulk = door.path.includes('bulk');
        if (status !== 400 && !isBulk) wrong.push(`${door.path} ${field}: ${status}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
});

/** A service account has no user. */
const NOT_TOGETHER: ReadonlySet<string> = new Set(['/key/service-account/generate user_id']);

function askedOf(field: string): Asked {
  const asked = Object.hasOwn(keyFields, field) ? keyFields[field] : undefined;
  return typeof asked === 'function' ? asked() : (asked ?? {});
}

/** What must not be somebody else's already is made anew for each request. */
function freshOf(field: string, value: unknown): unknown {
  return typeof keyFields[field] === 'function' ? askedOf(field).within : value;
}

const NEEDS: ReadonlyMap<string, string> = new Map(
  Object.values(keyFieldRules).map(({ field, needs }) => [field, needs] as const),
);

function has(role: Role, action: string): boolean {
  const row: Readonly<Partial<Record<string, string>>> = matrix[action as keyof typeof matrix];
  return callers[role].some((each) => row[each] !== undefined);
}

/** Of a value that is wider. */
function isAllowed(role: Role, action: keyof typeof matrix, field: string): boolean {
  const needs = NEEDS.get(field) ?? 'nothing';
  return has(role, action) && (needs === 'nothing' || (needs in matrix && has(role, needs)));
}

function bodyOf(operation: Operation | undefined): Schema {
  return operation?.requestBody?.content['application/json']?.schema ?? {};
}
