import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { matrix } from '../../src/access/roles/matrix.ts';
import { isReading } from '../../src/access/roles/reach.ts';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { openRaw } from '../support/raw-client.ts';

type Field = { readonly type?: string; readonly items?: Field; readonly anyOf?: readonly Field[] };
type Schema = { readonly properties?: Readonly<Record<string, Field>>; readonly required?: readonly string[] };
type Operation = {
  readonly 'x-action': string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
};
type Door = { readonly method: string; readonly path: string; readonly schema: Schema };
type Answer = { readonly status: number; readonly text: string };

/** What is hostile, beside a word of the same form: the two are to be told apart by nobody. */
const HOSTILE = [
  `'; DROP TABLE access_party; --`,
  `" OR "1"="1`,
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '%00x',
];

/** Below what a body may have in all, and above. */
const [LONG, TOO_LONG] = [900_000, 10 * 1024 * 1024];
const DEEP = '['.repeat(5_000) + ']'.repeat(5_000);

suite('what is written wrongly', () => {
  const stops: (() => void | Promise<void>)[] = [];
  let gateway: Gateway;
  let doors: readonly Door[];

  before(async () => {
    gateway = await startGateway({ after: (stop) => void stops.unshift(stop) });
    const { paths } = JSON.parse((await gateway.get('/openapi.json', '')).text) as {
      paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    };
    doors = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => {
        const action = operation['x-action'];
        const schema = operation.requestBody?.content['application/json']?.schema;
        if (schema === undefined || !isWriting(action)) return [];
        return [{ method: method.toUpperCase(), path: path.replace(/\{\w+\}/g, 'x'), schema }];
      }),
    );
    assert.ok(doors.length > 50, `${doors.length}`);
  });

  after(async () => {
    for (const stop of stops) await stop();
  });

  async function send({ method, path }: Door, body: string): Promise<Answer> {
    const response = await fetch(gateway.url + path, {
      method,
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body,
    });
    return { status: response.status, text: await response.text() };
  }

  async function written(): Promise<number> {
    return JSON.parse((await gateway.get('/audit?page_size=1')).text).total;
  }

  test('an unknown field is refused by its name, and nothing is written', async () => {
    const wrong: string[] = [];
    const before = await written();
    for (const door of doors) {
      const { status, text } = await send(door, bodyOf(door.schema, 'not_a_field_of_ours', '"x"'));
      const isNamed = text.includes('not_a_field_of_ours') || NOT_NAMED.has(door.path);
      if (status !== 400 || !isNamed) wrong.push(`${door.path}: ${status} ${text}`);
    }
    assert.deepEqual(wrong, []);
    assert.equal(await written(), before);
  });

  test('what is hostile is answered as any other word, and what is refused writes nothing', async () => {
    const wrong: string[] = [];
    let count = await written();
    let asked = 0;
    for (const door of doors) {
      for (const [name, field] of Object.entries(door.schema.properties ?? {})) {
        const form = formOf(field);
        if (form === null) continue;
        for (const [index, hostile] of HOSTILE.entries()) {
          const words = [hostile, hostile.replace(/[a-z]/gi, 'q')].map((word) => `${word}${asked}-${index}`);
          const answers: Answer[] = [];
          for (const word of words) {
            const value = JSON.stringify(form === 'list' ? [word] : word);
            answers.push(await send(door, bodyOf(door.schema, name, value, `x${asked}-${index}-${answers.length}`)));
            const now = await written();
            if ((answers.at(-1)?.status ?? 0) >= 400 && now !== count)
              wrong.push(`${door.path} ${name} wrote: ${word}`);
            count = now;
          }
          asked += 1;
          const [theirs, any] = answers.map(({ status, text }, at) => told(status, text, words[at] ?? ''));
          if (theirs !== any) wrong.push(`${door.method} ${door.path} ${name} ${hostile}: ${theirs} | ${any}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(asked > 500, `${asked}`);
  });

  test('what is too long or too deep is refused, and nothing is written', async (context) => {
    const wrong: string[] = [];
    const before = await written();
    for (const door of doors.filter(({ path }) => path.endsWith('/new') || path === '/key/generate')) {
      for (const [name, field] of Object.entries(door.schema.properties ?? {})) {
        if (name !== 'metadata' && (!name.endsWith('alias') || formOf(field) !== 'text')) continue;
        const value = name === 'metadata' ? `{"deep":${DEEP}}` : JSON.stringify('x'.repeat(LONG));
        const { status, text } = await send(door, bodyOf(door.schema, name, value));
        if (status !== 400) wrong.push(`${door.path} ${name}: ${status} ${text.slice(0, 200)}`);
      }
    }
    for (const path of ['/key/generate', '/team/new', '/user/new']) {
      // It is refused by its length before it is read.
      const { socket, until } = await openRaw(context, Number(new URL(gateway.url).port));
      const length = `content-length: ${TOO_LONG}`;
      const head = [`POST ${path} HTTP/1.1`, 'host: x', `authorization: Bearer ${MASTER_KEY}`, length, '', ''];
      socket.write(`${head.join('\r\n')}{"metadata":{"long":"xxxxxx`);
      await until(/^HTTP\/1\.1 413 /);
      socket.destroy();
    }
    assert.deepEqual(wrong, []);
    assert.equal(await written(), before);
  });

  test('what is somebody else’s already is refused by its name, and nothing is written', async () => {
    const same: readonly (readonly [path: string, body: Readonly<Record<string, unknown>>, param: string])[] = [
      ['/organization/new', { organization_id: 'one', organization_alias: 'one' }, 'organization_id'],
      ['/team/new', { team_id: 'one' }, 'team_id'],
      ['/project/new', { project_id: 'one', team_id: 'one' }, 'project_id'],
      ['/user/new', { user_id: 'one', auto_create_key: false }, 'user_id'],
      ['/customer/new', { user_id: 'one' }, 'user_id'],
      ['/budget/new', { budget_id: 'one' }, 'budget_id'],
      ['/tag/new', { name: 'one' }, 'name'],
      ['/key/generate', { key_alias: 'one' }, 'key_alias'],
      ['/key/generate', { key: 'sk-one-of-my-own-making' }, 'key'],
      ['/team/member_add', { team_id: 'one', member: { user_id: 'one' } }, 'user_id'],
    ];
    for (const [path, body, param] of same) {
      assert.equal((await gateway.post(path, body)).status, 200, path);
      const before = await written();
      const { status, text } = await gateway.post(path, body);
      assert.ok(status === 400 || status === 409, `${path}: ${status}`);
      assert.equal((JSON.parse(text) as { error: { param: string } }).error.param, param, path);
      assert.equal(await written(), before, path);
    }
  });
});

/** They are of one form or another, and say first which there are. */
const NOT_NAMED: ReadonlySet<string> = new Set([
  '/health/test_connection',
  '/overlay/new',
  '/sign-on/sessions/end',
  '/user/bulk_update',
]);

function isWriting(action: string): boolean {
  return action in matrix && !isReading(action as keyof typeof matrix) && !NO_WRITING.has(action);
}

const NO_WRITING: ReadonlySet<string> = new Set(['model.call', 'token.count', 'call.explain', 'scim.change']);

/** Where a word may stand. */
function formOf({ type, items, anyOf }: Field): 'text' | 'list' | null {
  if (type === 'string') return 'text';
  if (type === 'array' && items?.type === 'string') return 'list';
  return anyOf?.map(formOf).find((form) => form !== null) ?? null;
}

/** What has to be there besides is there, and nobody's yet. */
function bodyOf({ properties = {}, required = [] }: Schema, name: string, value: string, id = 'x'): string {
  const others = required
    .filter((other) => other !== name)
    .map((other) => `${JSON.stringify(other)}:${usual(properties[other]?.type, id)}`);
  return `{${[...others, `${JSON.stringify(name)}:${value}`].join(',')}}`;
}

function usual(type: string | undefined, id: string): string {
  return { array: `["${id}"]`, object: '{}', number: '1', integer: '1', boolean: 'true' }[type ?? ''] ?? `"${id}"`;
}

/** Of a refusal what is said, of a success that it is one: it tells of times and ids. */
function told(status: number, text: string, word: string): string {
  if (status < 400) return String(status);
  const escaped = JSON.stringify(word).slice(1, -1);
  const words = [JSON.stringify(escaped).slice(1, -1), escaped, word];
  return `${status} ${words.reduce((said, each) => said.replaceAll(each, 'WORD'), text).replace(/x\d+-\d-\d/g, 'ID')}`;
}
