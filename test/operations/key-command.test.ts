import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Gateway, runCommand, startGateway } from '../support/gateway.ts';

/** Runs a command of the line against this gateway: same data folder, same master key. */
function commandOf(context: TestContext, gateway: Gateway, env: Readonly<Record<string, string>> = {}) {
  return (...args: string[]) =>
    runCommand(context, { args: ['key', ...args, '--port', String(gateway.port)], data: gateway.data, env });
}

type Listed = { readonly keys: readonly { readonly token_id: string; readonly key_alias: string | null }[] };

test('create, list, show and revoke, in words', async (context) => {
  const gateway = await startGateway(context);
  const key = commandOf(context, gateway);
  const created = await key('create', '--alias', 'ci', '--max-budget', '20', '--rpm', '60', '--models', 'sandbox/*');
  assert.equal(created.code, 0, created.errors);
  const secret = created.output.trimEnd();
  assert.match(secret, /^sk-\S+$/, 'the key alone is on standard output');
  const id = /Its id is (\w+)\./.exec(created.errors)?.[1] ?? '';
  assert.equal((await gateway.get('/v1/models', secret)).status, 200);

  const listed = await key('list');
  assert.match(listed.output, new RegExp(`^${id}\\t.*\\tci\\tbudget 20\\tspent 0\\trpm 60$`, 'm'));
  assert.ok(!listed.output.includes(secret));

  for (const name of [id, secret]) {
    const shown = await key('show', name);
    assert.equal(shown.code, 0, shown.errors);
    assert.match(shown.output, /"key_alias": "ci"/);
  }

  const revoked = await key('revoke', id);
  assert.match(revoked.output, new RegExp(`^revoked: ${id}$`, 'm'));
  assert.equal((await gateway.get('/v1/models', secret)).status, 401);
  assert.equal((await key('show', id)).code, 1);
});

test('the same as JSON', async (context) => {
  const gateway = await startGateway(context);
  const key = commandOf(context, gateway);
  const json = async (...args: string[]): Promise<unknown> => JSON.parse((await key(...args, '--json')).output);
  const { key: secret, token_id: id } = (await json('create', '--alias', 'ci', '--duration', '30d')) as Record<
    string,
    string
  >;
  assert.equal((await gateway.get('/v1/models', secret)).status, 200);
  assert.deepEqual(
    ((await json('list')) as Listed).keys.map(({ token_id, key_alias }) => [token_id, key_alias]),
    [[id, 'ci']],
  );
  assert.equal(((await json('show', id ?? '')) as { info: { key_alias: string } }).info.key_alias, 'ci');
  assert.deepEqual(await json('revoke', id ?? ''), { deleted_keys: [id] });
});

test('what is refused is said, with 1', async (context) => {
  const gateway = await startGateway(context);
  const key = commandOf(context, gateway);
  for (const [args, why] of [
    [['show', 'nobody'], /no such key/],
    [['create', '--rpm', 'many'], /rpm/],
    [['create', '--max-budget', 'lots'], /max.budget/],
    [['create', '--duration', 'soon'], /duration/],
    [['revoke', 'zzzzzz'], /None of these keys is in use/],
  ] as const) {
    const { code, errors, output } = await key(...args);
    assert.equal(code, 1, `${args.join(' ')}: ${output}${errors}`);
    assert.match(errors, why);
    assert.doesNotMatch(errors, /^\s+at /m);
  }
  const stranger = await commandOf(context, gateway, { WAYBILL_MASTER_KEY: 'sk-some-other-master-key-123' })('list');
  assert.equal(stranger.code, 1);
});

test('the master key is found where the gateway has put it', async (context) => {
  const env = { WAYBILL_MASTER_KEY: '' };
  const gateway = await startGateway(context, { env });
  const listed = await commandOf(context, gateway, env)('list');
  assert.equal(listed.code, 0, listed.errors);
});

test('--url names another gateway; with none running it says how to start one', async (context) => {
  const gateway = await startGateway(context);
  const listed = await runCommand(context, { args: ['key', 'list', '--url', gateway.url] });
  assert.equal(listed.code, 0, listed.errors);
  await gateway.stop();
  const { code, errors } = await runCommand(context, { args: ['key', 'list', '--url', gateway.url] });
  assert.equal(code, 1);
  assert.match(errors, /No gateway answers at .*npm start/);
});

test('a gateway on every address, or on an IPv6 one, is found', async (context) => {
  for (const host of ['0.0.0.0', '::1']) {
    const gateway = await startGateway(context, { args: ['--host', host] });
    const args = ['key', 'list', '--host', host, '--port', String(gateway.port)];
    const { code, errors } = await runCommand(context, { args, data: gateway.data });
    assert.equal(code, 0, errors);
  }
});
