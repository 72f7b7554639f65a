import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix } from '../../src/access/roles/matrix.ts';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';

type Schema = {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
  readonly required?: readonly string[];
};
type Operation = {
  readonly 'x-action': string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
};

const DEEP = '['.repeat(3000) + ']'.repeat(3000);
/** As they stand in the body. */
const BAD = ['-1', '1e400', '"NaN"', `"'; DROP TABLE access_party; --"`, '{"__proto__":{"admin":true}}', '[[]]', DEEP];

test('no field of any body that is changed with makes the gateway fail, whatever stands in it', async (context) => {
  const gateway = await startGateway(context);
  const { paths } = JSON.parse((await gateway.get('/openapi.json', '')).text) as {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const failed: string[] = [];
  let asked = 0;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const action = operation['x-action'];
      if (!(action in matrix) || action === 'model.call') continue;
      const bodies = bodiesOf(operation.requestBody?.content['application/json']?.schema ?? {});
      const address = gateway.url + path.replace(/\{\w+\}/g, 'x');
      for (const body of bodies) {
        const { status } = await fetch(address, {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
          body,
        });
        asked += 1;
        if (status >= 500) failed.push(`${status} ${method} ${path} ${body.slice(0, 80)}`);
      }
    }
  }
  assert.deepEqual(failed, []);
  assert.ok(asked > 1000, `${asked}`);
});

test('a NUL, which Postgres takes in no text, is refused by the field wherever it stands', {
  skip: postgresMissing(),
}, async (context) => {
  const server = await startPostgres();
  context.after(() => server.stop());
  const gateway = await startGateway(context, {
    env: { DATABASE_URL: await server.createDatabase(), WAYBILL_SECRET_KEY: 'a-secret-key-of-the-tests' },
  });
  const { paths } = JSON.parse((await gateway.get('/openapi.json', '')).text) as {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const wrong: string[] = [];
  let asked = 0;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { parameters = [], requestBody, ...operation }] of Object.entries(methods)) {
      const action = operation['x-action'];
      if (!(action in matrix) || ASKED_ABOUT_CALLS.has(action)) continue;
      const bodies = bodiesOf(requestBody?.content['application/json']?.schema ?? {}, ['"a\\u0000b"']);
      const queries = parameters.filter((each) => each.in === 'query').map(({ name }) => `?${name}=a%00b`);
      for (const [query, body] of [...bodies.map((each) => ['', each]), ...queries.map((each) => [each, '{}'])]) {
        const response = await fetch(gateway.url + path.replace(/\{\w+\}/g, 'x') + query, {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
          ...(method === 'get' ? {} : { body }),
        });
        const text = await response.text();
        asked += 1;
        if (response.status !== 400 || !text.includes('U+0000'))
          wrong.push(`${response.status} ${method} ${path}${query} ${body} ${text.slice(0, 100)}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(asked > 800, `${asked}`);
});

/** They may be of any text that a call is of, and nothing of them is kept. */
const ASKED_ABOUT_CALLS: ReadonlySet<string> = new Set(['model.call', 'call.explain', 'token.count']);

/** What has to be there besides is there, so that the value is what is wrong. */
function bodiesOf({ properties = {}, required = [] }: Schema, values: readonly string[] = BAD): readonly string[] {
  return Object.keys(properties).flatMap((name) => {
    const others = required
      .filter((other) => other !== name)
      .map((other) => member(other, usual(properties[other]?.type)));
    return values.map((value) => `{${[...others, member(name, value)].join(',')}}`);
  });
}

function member(name: string, value: string): string {
  return `${JSON.stringify(name)}:${value}`;
}

function usual(type: string | undefined): string {
  return { array: '["x"]', object: '{}', number: '1', integer: '1', boolean: 'true' }[type ?? ''] ?? '"x"';
}
