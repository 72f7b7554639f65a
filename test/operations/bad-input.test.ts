import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matrix } from '../../src/access/roles/matrix.ts';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';

type Schema = {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
  readonly required?: readonly string[];
};
type Operation = {
  readonly 'x-action': string;
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

/** What has to be there besides is there, so that the value is what is wrong. */
function bodiesOf({ properties = {}, required = [] }: Schema): readonly string[] {
  return Object.keys(properties).flatMap((name) => {
    const others = required
      .filter((other) => other !== name)
      .map((other) => member(other, usual(properties[other]?.type)));
    return BAD.map((value) => `{${[...others, member(name, value)].join(',')}}`);
  });
}

function member(name: string, value: string): string {
  return `${JSON.stringify(name)}:${value}`;
}

function usual(type: string | undefined): string {
  return { array: '["x"]', object: '{}', number: '1', integer: '1', boolean: 'true' }[type ?? ''] ?? '"x"';
}
