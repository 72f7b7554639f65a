import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type GatewayOptions, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';

const SECRETS = ['sk-provider-secret-123456', 'hunter2hunter2', 'sk-test-master-0123456789abcdef', 'aws-secret-key-42'];

const CONFIG = `credentials:
  openai: { provider: openai, api_key: sk-provider-secret-123456, headers: { x-gateway-token: hunter2hunter2 } }
models:
  gpt: openai/gpt-4o
`;

async function run(context: TestContext, args: readonly string[], options: GatewayOptions = {}) {
  return runCommand(context, { config: CONFIG, ...options, args });
}

async function succeeds(context: TestContext, args: readonly string[], options?: GatewayOptions): Promise<string> {
  const { code, output, errors } = await run(context, args, options);
  assert.equal(code, 0, errors + output);
  return output;
}

for (const args of [['check'], ['check', '--json']]) {
  test(`${args.join(' ')} prints the merged configuration without a secret, and makes nothing`, async (context) => {
    const data = temporaryFolder(context);
    const output = await succeeds(context, args, {
      data,
      env: {
        DATABASE_URL: 'postgres://waybill:hunter2hunter2@db.example/waybill',
        WAYBILL_SECRET_KEY: 'hunter2hunter2-and-thirty-two-letters',
        HTTPS_PROXY: 'http://user:hunter2hunter2@proxy.example:3128',
      },
    });
    for (const secret of SECRETS) assert.ok(!output.includes(secret), `${secret} in ${output}`);
    assert.match(output, /gpt-4o/);
    assert.match(output, /db\.example/);
    assert.deepEqual(readdirSync(data), []);
    if (args.includes('--json')) assert.equal((JSON.parse(output) as { ok: boolean }).ok, true);
  });
}

test('check --json lists the faults', async (context) => {
  const { code, output } = await run(context, ['check', '--json'], { config: 'moddels: {}\nrequest_log: maybe\n' });
  assert.equal(code, 2);
  const { ok, faults } = JSON.parse(output) as { ok: boolean; faults: { line: number; message: string }[] };
  assert.equal(ok, false);
  assert.deepEqual(
    faults.map(({ line }) => line),
    [1, 2],
  );
});

test('check finds a credential that serve would refuse', async (context) => {
  const config =
    'credentials: { x: { provider: openai-compatible, base_url: "http://169.254.169.254/v1", api_key: k } }\n';
  for (const args of [['check'], ['check', '--json']]) {
    const { code, output, errors } = await run(context, args, { config });
    assert.equal(code, 2, output);
    assert.match(output + errors, /credential 'x'/);
  }
});

test('schema is a JSON Schema of the file', async (context) => {
  const schema = JSON.parse(await succeeds(context, ['schema'])) as Readonly<Record<string, unknown>>;
  assert.match(String(schema['$schema']), /^https?:\/\/json-schema\.org\//);
  const properties = schema['properties'] as Readonly<Record<string, unknown>>;
  for (const section of ['credentials', 'models', 'routing', 'server']) assert.ok(section in properties, section);
  const pointers = JSON.stringify(schema).matchAll(/"\$ref":"#\/([^"]+)"/g);
  for (const [, pointer = ''] of pointers) {
    const found = pointer.split('/').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], schema);
    assert.notEqual(found, undefined, pointer);
  }
});

test('doctor finds nothing wrong, and nothing is changed by it', async (context) => {
  const data = temporaryFolder(context);
  const output = await succeeds(context, ['doctor', '--port', '0'], { data });
  for (const what of ['node', 'configuration', 'data folder', 'port', 'store'])
    assert.match(output, new RegExp(`^(ok|warn) +${what}: `, 'm'));
  assert.deepEqual(readdirSync(data), []);
});

test('doctor knows a gateway that runs, and a key that others can read', async (context) => {
  const gateway = await startGateway(context, { env: { WAYBILL_MASTER_KEY: '' } });
  const args = ['doctor', '--json', '--port', String(gateway.port)];
  const options = { data: gateway.data, env: { WAYBILL_MASTER_KEY: '' } };
  const good = await succeeds(context, args, options);
  assert.match(good, /a gateway answers at/);
  const file = join(gateway.data, 'master.key');
  chmodSync(file, 0o644);
  const { code, output } = await run(context, args, options);
  assert.equal(code, 1);
  const { findings } = JSON.parse(output) as { findings: { state: string; detail: string }[] };
  assert.deepEqual(
    findings.filter(({ state }) => state === 'bad').map(({ detail }) => detail.includes(`chmod 600 ${file}`)),
    [true],
  );
});

test('doctor says what is wrong with the configuration and the database', async (context) => {
  const faulty = await run(context, ['doctor'], { config: 'moddels: {}\n' });
  assert.equal(faulty.code, 1);
  assert.match(faulty.output, /^BAD +configuration: .*did you mean 'models'/m);
  const env = { DATABASE_URL: 'postgres://waybill:hunter2@127.0.0.1:1/w', WAYBILL_SECRET_KEY: 'x'.repeat(32) };
  const unreachable = await run(context, ['doctor', '--port', '0'], { env });
  assert.equal(unreachable.code, 1);
  assert.match(unreachable.output, /^BAD +store: Postgres: /m);
  assert.ok(!unreachable.output.includes('hunter2'));
});

test('migrate makes the databases, and has nothing to do the second time', async (context) => {
  const data = temporaryFolder(context);
  assert.match(await succeeds(context, ['migrate'], { data }), /^sqlite: applied /);
  assert.ok(existsSync(join(data, 'waybill.db')));
  const again = JSON.parse(await succeeds(context, ['migrate', '--json'], { data })) as unknown;
  assert.deepEqual(again, { store: 'sqlite', migrated: [] });
});

for (const args of [
  ['serve'],
  ['check'],
  ['schema'],
  ['doctor'],
  ['migrate'],
  ['key'],
  ['key', 'create'],
  ['key', 'list'],
  ['key', 'show'],
  ['key', 'revoke'],
]) {
  test(`${args.join(' ')} --help has an example of it`, async (context) => {
    const output = await succeeds(context, [...args, '--help']);
    const example = args[0] === 'serve' ? /Example:\n +npm start -- / : new RegExp(`Example:\n.*${args.join(' ')}`);
    assert.match(output, example);
  });
}

test('--help names every command, --version the version', async (context) => {
  const output = await succeeds(context, ['--help']);
  for (const name of ['serve', 'check', 'schema', 'key', 'doctor', 'migrate'])
    assert.match(output, new RegExp(`^  ${name}\\b`, 'm'));
  assert.match(await succeeds(context, ['--version']), /^\d+\.\d+\.\d+\n$/);
});
