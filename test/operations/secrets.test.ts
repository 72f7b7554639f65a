import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startGateway, temporaryFolder } from '../support/gateway.ts';

const WITHOUT = { WAYBILL_MASTER_KEY: '' };

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test('with no master key one is made for the owner alone, kept, and not shown to a pipe', async (context) => {
  const data = join(temporaryFolder(context), 'data');
  const gateway = await startGateway(context, { env: WITHOUT, args: ['--data', data] });
  const file = join(data, 'master.key');
  const key = readFileSync(file, 'utf8').trim();
  assert.match(key, /^sk-waybill-[0-9A-Za-z]{43}$/);
  assert.equal(modeOf(data), '700');
  assert.equal(modeOf(file), '600');
  assert.equal(modeOf(join(data, 'secret.key')), '600');
  assert.ok(gateway.errors().includes(file), gateway.errors());
  assert.ok(!(gateway.errors() + gateway.output()).includes(key));
  assert.equal((await gateway.get('/key/list', key)).status, 200);
  assert.equal((await gateway.get('/key/list', 'sk-1234')).status, 401);
  assert.equal((await gateway.get('/key/list', '')).status, 401);
  const made = await gateway.post('/key/generate', {}, key);
  await gateway.stop();

  const next = await startGateway(context, { env: WITHOUT, args: ['--data', data] });
  assert.equal(readFileSync(file, 'utf8').trim(), key);
  assert.equal((await next.get('/key/list', key)).status, 200);
  const { key: virtual } = JSON.parse(made.text) as { key: string };
  assert.equal((await next.get('/v1/models', virtual)).status, 200);
});

test('a given master key is not written down', async (context) => {
  const gateway = await startGateway(context);
  assert.ok(!existsSync(join(gateway.data, 'master.key')));
});

for (const [from, options] of [
  ['LITELLM_MASTER_KEY', { env: { ...WITHOUT, LITELLM_MASTER_KEY: 'sk-from-litellm-0123456789' } }],
  [
    'general_settings.master_key',
    {
      env: WITHOUT,
      config: 'model_list: []\ngeneral_settings: { master_key: sk-from-litellm-0123456789 }\n',
    },
  ],
] as const) {
  test(`the master key may come from ${from}`, async (context) => {
    const gateway = await startGateway(context, options);
    assert.equal((await gateway.get('/key/list', 'sk-from-litellm-0123456789')).status, 200);
    assert.ok(!existsSync(join(gateway.data, 'master.key')));
  });
}

test('a well-known master key is taken on loopback, with a warning', async (context) => {
  const gateway = await startGateway(context, { env: { WAYBILL_MASTER_KEY: 'sk-1234' } });
  assert.equal((await gateway.get('/key/list', 'sk-1234')).status, 200);
  assert.match(gateway.errors(), /well known/);
});

test('LITELLM_SALT_KEY is the secret key, and none is written', async (context) => {
  const gateway = await startGateway(context, { env: { LITELLM_SALT_KEY: 'salt-of-thirty-two-letters-long!' } });
  assert.ok(!existsSync(join(gateway.data, 'secret.key')));
});

test('workers find the same secrets, and the key is not shown by any', async (context) => {
  const gateway = await startGateway(context, { env: WITHOUT, args: ['--workers', '2'] });
  const key = readFileSync(join(gateway.data, 'master.key'), 'utf8').trim();
  for (let call = 0; call < 4; call++) assert.equal((await gateway.get('/key/list', key)).status, 200);
  assert.ok(!gateway.errors().includes(key));
  assert.equal(gateway.errors().match(/^Master key: in /gm)?.length, 1);
});
