import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { matrix, type Role } from '../../src/access/roles/matrix.ts';
import { administrationOf } from '../support/administration.ts';
import { callerNames, callers } from '../support/callers.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { needOf, type Targets, type WrittenDoor, writtenDoors } from '../support/written-doors.ts';
import { type Asked, BOUND, fresh } from '../support/written-fields.ts';

type Schema = { readonly properties?: Readonly<Record<string, unknown>> };
type Operation = {
  readonly 'x-action': string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
};
type Body = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly text: string };

/** Of what an operator changes: what others are asked about stays as it is. */
const TENANTS = ['a', 'b', 'operators'] as const;

suite('every field that is written, for every role', () => {
  const stops: (() => void | Promise<void>)[] = [];
  let gateway: Gateway;
  let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const keys = new Map<Role, string>();
  const targets = new Map<Role, Targets>();

  before(async () => {
    gateway = await startGateway({ after: (stop) => void stops.unshift(stop) });
    const { post } = administrationOf(gateway);
    await post('/budget/new', { budget_id: 'budget-of-the-operator', max_budget: 1_000_000 });
    for (const tenant of TENANTS) {
      await post('/organization/new', { organization_id: `org-${tenant}`, organization_alias: tenant, ...BOUND });
      await post('/team/new', { team_id: `team-${tenant}`, organization_id: `org-${tenant}`, ...BOUND });
      await post('/project/new', { project_id: `project-${tenant}`, team_id: `team-${tenant}` });
    }
    const user = (user_id: string, fields: Body) => post('/user/new', { user_id, auto_create_key: false, ...fields });
    await user('user-b', { organizations: ['org-b'], teams: ['team-b'] });
    for (const name of ['plain', 'changed']) await user(name, { organizations: ['org-a'] });
    await user('changed-by-operators', {});
    await user('member', { organizations: ['org-a', 'org-operators'], teams: ['team-a', 'team-operators'] });
    for (const [name, [first]] of Object.entries(callers)) {
      if (name.endsWith('_key')) continue;
      const role = first === 'org_admin' || first === 'team_admin' ? 'internal_user' : first;
      await user(name, { user_role: role, ...BOUND });
      keys.set(name as Role, await gateway.createKey({ user_id: name }));
    }
    const member = { user_id: 'org_admin', role: 'org_admin' };
    await post('/organization/member_add', { organization_id: 'org-a', member });
    await post('/team/member_add', { team_id: 'team-a', member: { user_id: 'team_admin', role: 'admin' } });
    keys.set('service_key', await gateway.createKey({}));
    keys.set('scim_key', await gateway.createKey({ key_type: 'scim' }));
    keys.set('management_key', await gateway.createKey({ key_type: 'management' }));
    for (const role of callerNames) targets.set(role, await targetsOf(role));
    ({ paths } = JSON.parse((await gateway.get('/openapi.json', '')).text));
  });

  after(async () => {
    for (const stop of stops) await stop();
  });

  async function targetsOf(role: Role): Promise<Targets> {
    const tenant = role === 'proxy_admin' ? 'operators' : 'a';
    const isUser = role === 'internal_user' || role === 'internal_user_viewer' || role === 'proxy_admin';
    const teamKey = await idOfNewKey({ team_id: `team-${tenant}` });
    return {
      key: isUser ? await idOfNewKey({ user_id: role }) : teamKey,
      teamKey,
      team: `team-${tenant}`,
      project: `project-${tenant}`,
      organization: `org-${tenant}`,
      user: role === 'proxy_admin' ? 'changed-by-operators' : 'changed',
      joiner: async () => {
        const made = { user_id: fresh('joiner'), auto_create_key: false, organizations: [`org-${tenant}`] };
        return String((await administrationOf(gateway).post('/user/new', made))['user_id']);
      },
    };
  }

  async function idOfNewKey(fields: Body): Promise<string> {
    return String((await administrationOf(gateway).post('/key/generate', fields))['token_id']);
  }

  /** Whom it needs is made before it is asked. */
  async function prepare(role: Role, door: WrittenDoor, fields: Body): Promise<() => Promise<Answer>> {
    const own = targets.get(role);
    assert.ok(own !== undefined);
    const body = JSON.stringify(await door.body(role, own, fields));
    return () => send(role, door, own, body);
  }

  async function ask(role: Role, door: WrittenDoor, fields: Body): Promise<Answer> {
    return (await prepare(role, door, fields))();
  }

  async function send(role: Role, door: WrittenDoor, own: Targets, body: string): Promise<Answer> {
    const response = await fetch(gateway.url + (door.at?.(own) ?? door.path), {
      method: door.method ?? 'POST',
      headers: { authorization: `Bearer ${keys.get(role)}`, 'content-type': 'application/json' },
      body,
    });
    const { status } = response;
    const text = await response.text();
    if (status !== 200 || !text.includes('"failed_updates":[{')) return { status, text };
    return { status: 403, text };
  }

  function operationOf({ path, method = 'POST' }: WrittenDoor): Operation {
    const operation = paths[path]?.[method.toLowerCase()];
    assert.ok(operation !== undefined && operation['x-action'] in matrix, `${method} ${path}`);
    return operation;
  }

  function fieldsOf(door: WrittenDoor): readonly string[] {
    const { properties = {} } = operationOf(door).requestBody?.content['application/json']?.schema ?? {};
    const inner = door.fieldsIn === undefined ? undefined : (properties[door.fieldsIn] as { items?: Schema } & Schema);
    return Object.keys((inner?.items ?? inner)?.properties ?? properties).filter(
      (name) => door.references?.includes(name) !== true,
    );
  }

  type Case = { readonly door: WrittenDoor; readonly field: string; readonly asked: Asked };

  function casesOf(): readonly Case[] {
    return writtenDoors.flatMap((door) =>
      fieldsOf(door).flatMap((field) =>
        Object.hasOwn(door.fields, field) ? [{ door, field, asked: askedOf(door, field) }] : [],
      ),
    );
  }

  function has(role: Role, action: string): boolean {
    const row: Readonly<Partial<Record<string, string>>> = matrix[action as keyof typeof matrix];
    return callers[role].some((each) => row[each] !== undefined);
  }

  function mayAsk(role: Role, { door, field, asked }: Case, isWider: boolean): boolean {
    if (!has(role, operationOf(door)['x-action'])) return false;
    if (role === 'proxy_admin') return true;
    if (door.isOfGroup && role === 'internal_user') return false;
    const need = needOf(door, asked.rule ?? field);
    if (need in matrix && !has(role, need)) return false;
    if (need === 'operator') return false;
    return !isWider || (asked.isMeasured !== true && (need in matrix || need === 'nothing'));
  }

  async function written(): Promise<number> {
    return JSON.parse((await gateway.get('/audit?page_size=1')).text).total;
  }

  test('what is wider, or not for them, is refused by its name to whoever asks, and nothing is written', async () => {
    const wrong: string[] = [];
    let refusals = 0;
    for (const each of casesOf()) {
      const { door, field, asked } = each;
      for (const isWider of [true, false]) {
        const value = isWider ? asked.wider : asked.within;
        if (value === undefined) continue;
        const refused = callerNames.filter((role) => !mayAsk(role, each, isWider));
        const fields = { ...asked.beside, [field]: value };
        const asking = await Promise.all(refused.map((role) => prepare(role, door, fields)));
        const before = await written();
        const answers = await Promise.all(asking.map((askIt) => askIt()));
        if ((await written()) !== before) wrong.push(`${door.path} ${field} ${isWider}: something was written`);
        refusals += refused.length;
        for (const [index, { status, text }] of answers.entries()) {
          const role = refused[index];
          const names = [field, asked.rule ?? field];
          const isNamed = /There is no|may not do/.test(text) || names.some((name) => text.includes(name));
          if (status < 400 || status >= 500 || !isNamed)
            wrong.push(`${role} ${door.path} ${field} ${isWider}: ${status} ${text.slice(0, 300)}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(refusals > 2_000, `${refusals}`);
  });

  test('what is no wider is allowed to who may write, and all of it to an operator', async () => {
    const wrong: string[] = [];
    let allowed = 0;
    for (const each of casesOf()) {
      const { door, field, asked } = each;
      for (const isWider of [true, false]) {
        for (const role of callerNames) {
          const { wider, within } = askedOf(door, field);
          const value = isWider ? wider : within;
          if (value === undefined || !mayAsk(role, each, isWider) || isElse(role, door, field)) continue;
          const { status, text } = await ask(role, door, { ...asked.beside, [field]: value });
          allowed += 1;
          if (status !== 200) wrong.push(`${role} ${door.path} ${field} ${isWider}: ${status} ${text.slice(0, 300)}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(allowed > 500, `${allowed}`);
  });

  test('what nobody may set is refused to the operator, too', async () => {
    const wrong: string[] = [];
    for (const door of writtenDoors) {
      for (const field of fieldsOf(door).filter((name) => !Object.hasOwn(door.fields, name))) {
        const { status } = await ask('proxy_admin', door, { [field]: 'x' });
        if (status !== 400) wrong.push(`${door.path} ${field}: ${status}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
});

/** What an operator may, and the door does not take: a service account has no user, and nobody comes in twice. */
function isElse(role: Role, { path }: WrittenDoor, field: string): boolean {
  return role === 'proxy_admin' && REFUSED_OTHERWISE.has(`${path} ${field}`);
}

const REFUSED_OTHERWISE: ReadonlySet<string> = new Set([
  '/key/service-account/generate user_id',
  '/team/bulk_member_add members',
]);

function askedOf({ fields }: WrittenDoor, field: string): Asked {
  const asked = fields[field];
  return typeof asked === 'function' ? asked() : (asked ?? {});
}
