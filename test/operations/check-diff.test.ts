import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type GatewayOptions, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';
import { postgresMissing, startPostgres } from '../support/postgres.ts';

const FILE = `sandbox: on
teams:
  payments:
    models: [sandbox/echo]
    budgets: [{ usd: 200, per: day }]
    members: { ada: admin }
keys:
  ci: { team: payments, secret: sk-ci-of-payments-0123456789, limits: { rpm: 60 } }
  gone: { team: payments }
`;
const CHANGED = FILE.replace('rpm: 60', 'rpm: 90')
  .replace('usd: 200', 'usd: 250.5')
  .replace('0123456789', '0123456789abc')
  .replace(/ {2}gone: .*\n/, '  next: { team: payments, expires: 2030-01-01 }\n');

type Change = {
  readonly verb: string;
  readonly kind: string;
  readonly name: string;
  readonly taken_over: boolean;
  readonly facts: readonly { readonly fact: string; readonly before: unknown; readonly after: unknown }[];
};

const DIFF = ['check', '--diff'];

async function changes(context: TestContext, options: GatewayOptions): Promise<readonly Change[]> {
  const { code, output, errors } = await runCommand(context, { args: [...DIFF, '--json'], ...options });
  assert.equal(code, 0, errors + output);
  return (JSON.parse(output) as { readonly changes: readonly Change[] }).changes;
}

function verbs(planned: readonly Change[]): readonly string[] {
  return planned.map(({ verb, kind, name }) => `${verb} ${kind} ${name}`).sort();
}

const PLANNED = ['change key ci', 'change team payments', 'create key next', 'revoke key gone'];

test('what a file would change is told beside a running gateway, and nothing of it is done', async (context) => {
  const gateway = await startGateway(context, { config: FILE });
  const { data } = gateway;
  assert.deepEqual(await changes(context, { data, config: FILE }), []);
  const made = await gateway.createKey({ key_alias: 'next', team_id: 'payments' });
  const planned = await changes(context, { data, config: CHANGED });
  const taken = PLANNED.map((line) => line.replace('create key next', 'change key next'));
  assert.deepEqual(verbs(planned), taken.toSorted());
  const named = (name: string) => planned.find((each) => each.name === name);
  assert.equal(named('next')?.taken_over, true);
  assert.deepEqual(named('ci')?.facts, [
    { fact: 'limits.rpm', before: 60, after: 90 },
    { fact: 'secret', before: null, after: null },
  ]);
  const [budgets] = named('payments')?.facts ?? [];
  assert.deepEqual(budgets?.after, [{ usd: 250.5, per: '1d', on_exhausted: 'clamp' }]);
  assert.equal((await gateway.get('/v1/models', made)).status, 200);
  assert.deepEqual(verbs(await changes(context, { data, config: CHANGED })), verbs(planned), 'nothing was done');

  const { code, output } = await runCommand(context, { args: DIFF, data, config: CHANGED });
  assert.equal(code, 0);
  assert.match(
    output,
    /^~ change key ci \(.*waybill\.yaml:8:3\)\n {4}limits\.rpm: 60 -> 90\n {4}secret: another one$/m,
  );
  assert.match(output, /^- revoke key gone \(/m);
  assert.match(output, /^0 to make, 3 to change, 1 to end\.$/m);
  assert.doesNotMatch(output, /sk-/);
});

test('without a store all of it is to be made, and none is made by asking', async (context) => {
  const data = join(temporaryFolder(context), 'none');
  const { code, output } = await runCommand(context, { args: [...DIFF, '--data', data], config: FILE });
  assert.deepEqual([code, /^4 to make, 0 to change, 0 to end\.$/m.test(output)], [0, true], output);
  assert.equal(existsSync(data), false);
  const nothing = await runCommand(context, { args: [...DIFF, '--data', data] });
  assert.deepEqual([nothing.code, nothing.output.startsWith('Nothing would change')], [0, true]);
});

test('exit codes: 2 for what cannot be, 3 for a database that cannot be used', async (context) => {
  const gateway = await startGateway(context, { config: FILE });
  const { data } = gateway;
  const orphan = `${FILE}  stray: { team: nobodys }\n`;
  const faulty = await runCommand(context, { args: DIFF, data, config: orphan });
  assert.equal(faulty.code, 2);
  assert.match(faulty.errors, /the key 'stray' belongs to the team 'nobodys', and there is none of that name/);
  const asJson = await runCommand(context, { args: [...DIFF, '--json'], data, config: orphan });
  assert.deepEqual([asJson.code, (JSON.parse(asJson.output) as { ok: boolean }).ok], [2, false]);
  const other = await runCommand(context, {
    args: DIFF,
    data,
    config: FILE,
    env: { WAYBILL_SECRET_KEY: 'another secret key than that of the installation' },
  });
  assert.deepEqual([other.code, /secret key is not the one/.test(other.errors)], [2, true], other.errors);
  const broken = temporaryFolder(context);
  writeFileSync(join(broken, 'waybill.db'), 'no database at all, whatever it is called');
  const unusable = await runCommand(context, { args: DIFF, data: broken, config: FILE });
  assert.equal(unusable.code, 3, unusable.errors);
});

test('the same on Postgres', { skip: postgresMissing() }, async (context) => {
  const server = await startPostgres();
  context.after(() => server.stop());
  const env = {
    DATABASE_URL: await server.createDatabase(),
    WAYBILL_SECRET_KEY: 'a secret key for tests, long enough',
  };
  const gateway = await startGateway(context, { config: FILE, env });
  const { data } = gateway;
  assert.deepEqual(await changes(context, { data, env, config: FILE }), []);
  assert.deepEqual(verbs(await changes(context, { data, env, config: CHANGED })), PLANNED);
});
