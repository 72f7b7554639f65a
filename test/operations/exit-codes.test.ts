import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type GatewayOptions, MASTER_KEY, runCommand, startGateway, temporaryFolder } from '../support/gateway.ts';

const SERVE = ['serve', '--port', '0'];

async function refused(context: TestContext, options: GatewayOptions, code: number): Promise<string[]> {
  const ended = await runCommand(context, { args: SERVE, ...options });
  assert.deepEqual([ended.code, ended.signal], [code, null], ended.errors + ended.output);
  assert.doesNotMatch(ended.output, /listening on/);
  assert.doesNotMatch(ended.errors, /^\s+at /m, 'no stack');
  return ended.errors.trimEnd().split('\n');
}

async function takePort(context: TestContext): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const FAULTY = `version: 1
credentials:
  openai: { provider: opnai, api_key: "\${MISSING_KEY}" }
server: { prot: 4000 }
routing: { retries: many }
`;

for (const command of ['serve', 'check']) {
  test(`2, ${command}: every fault at once, each on a line of its own with its place`, async (context) => {
    const lines = await refused(context, { args: [command], config: FAULTY }, 2);
    assert.equal(lines.length, 4, lines.join('\n'));
    for (const line of lines) assert.match(line, /waybill\.yaml:\d+:\d+: line \d: /);
    assert.match(lines[0] ?? '', /:3:23: line 3: .*did you mean 'openai'\?/);
    assert.match(lines[1] ?? '', /:3:39: line 3: the variable MISSING_KEY is not set/);
    assert.match(lines[2] ?? '', /:4:11: line 4: unknown key 'prot': did you mean 'port'\?/);
    assert.match(lines[3] ?? '', /:5:21: line 5: expected a whole number/);
  });
}

test('2: after a syntax fault nothing else of the file is reported', async (context) => {
  const lines = await refused(context, { config: 'unknown: 1\nmodels:\n  a: [openai/x\n' }, 2);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /waybill\.yaml:\d+:\d+: line \d: not valid YAML/);
});

test('2: an unquoted reference inside braces is one fault', async (context) => {
  const config = 'credentials:\n  openai: { provider: openai, api_key: ${OPENAI_API_KEY} }\n';
  const [line = '', ...more] = await refused(context, { config }, 2);
  assert.deepEqual(more, []);
  assert.ok(line.endsWith('waybill.yaml:2:40: line 2: quote it: "${OPENAI_API_KEY}"'), line);
});

test('2: a file that is not there', async (context) => {
  const lines = await refused(context, { args: [...SERVE, '--config', '/nowhere/waybill.yaml'] }, 2);
  assert.deepEqual(lines.length, 1);
  assert.match(lines[0] ?? '', /cannot read \/nowhere\/waybill\.yaml/);
});

test('2: faults of flags and of the environment come with those of the file', async (context) => {
  const env = { WAYBILL_WORKERS: 'some' };
  const lines = await refused(context, { args: ['serve', '--port', 'high'], env, config: 'weird: 1\n' }, 2);
  assert.equal(lines.length, 3, lines.join('\n'));
  assert.match(lines.join('\n'), /--port/);
  assert.match(lines.join('\n'), /WAYBILL_WORKERS/);
});

test('2: a credential that parses and cannot work', async (context) => {
  const config =
    'credentials: { x: { provider: openai-compatible, base_url: "http://169.254.169.254/v1", api_key: k } }\n';
  const lines = await refused(context, { config }, 2);
  assert.match(lines.join('\n'), /credential 'x'/);
});

test('2: a well-known master key where others can reach the gateway', async (context) => {
  const env = { WAYBILL_MASTER_KEY: 'sk-1234' };
  const lines = await refused(context, { args: [...SERVE, '--host', '0.0.0.0'], env }, 2);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /WAYBILL_MASTER_KEY/);
});

test('2: Postgres without a master key and a secret key', async (context) => {
  const env = { DATABASE_URL: 'postgres://127.0.0.1:1/waybill', WAYBILL_MASTER_KEY: '' };
  const text = (await refused(context, { env }, 2)).join('\n');
  assert.match(text, /WAYBILL_MASTER_KEY/);
  assert.match(text, /WAYBILL_SECRET_KEY/);
});

test('2: another secret key on the same data', async (context) => {
  const data = temporaryFolder(context);
  const first = await startGateway(context, { data, env: { WAYBILL_SECRET_KEY: 'one-secret-of-thirty-two-letters!' } });
  await first.stop();
  const env = { WAYBILL_SECRET_KEY: 'another-secret-of-32-letters-long' };
  assert.match((await refused(context, { data, env }, 2)).join('\n'), /WAYBILL_SECRET_KEY/);
  assert.match((await refused(context, { data }, 2)).join('\n'), /WAYBILL_SECRET_KEY/);
});

for (const workers of ['1', '2']) {
  test(`1: the port is in use, with --workers ${workers}`, async (context) => {
    const port = await takePort(context);
    const args = ['serve', '--port', String(port), '--workers', workers];
    const [line] = await refused(context, { args, env: { LOG_LEVEL: 'silent' } }, 1);
    assert.match(line ?? '', new RegExp(`127\\.0\\.0\\.1:${port}.*--port`));
  });
}

test('1: another gateway has the data folder, and is left alone', async (context) => {
  const gateway = await startGateway(context);
  const lines = await refused(context, { data: gateway.data }, 1);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', new RegExp(`process ${gateway.child.pid}.*--data`));
  assert.equal((await gateway.get('/health/readiness')).status, 200);
});

test('1: a data folder that cannot be made', async (context) => {
  const lines = await refused(context, { args: [...SERVE, '--data', '/dev/null/waybill'] }, 1);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /\/dev\/null\/waybill/);
});

test('1: an option or a command that there is not', async (context) => {
  assert.match((await refused(context, { args: ['serve', '--prot', '1'] }, 1)).join('\n'), /--prot/);
  assert.match((await refused(context, { args: ['chek'] }, 1)).join('\n'), /chek/);
});

test('3: the database cannot be reached; its password is not told', async (context) => {
  const env = {
    DATABASE_URL: 'postgres://waybill:hunter2@127.0.0.1:1/waybill',
    WAYBILL_MASTER_KEY: MASTER_KEY,
    WAYBILL_SECRET_KEY: 'one-secret-of-thirty-two-letters!',
  };
  for (const args of [SERVE, ['migrate']]) {
    const text = (await refused(context, { args, env }, 3)).join('\n');
    assert.match(text, /database/);
    assert.match(text, /127\.0\.0\.1:1/);
    assert.doesNotMatch(text, /hunter2/);
  }
});
