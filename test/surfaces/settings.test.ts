import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.ts';

type Setting = {
  readonly name: string;
  readonly value: string | null;
  readonly source: string;
  readonly at: string | null;
};
type Running = { readonly store: string; readonly version: string; readonly settings: readonly Setting[] };

const CONFIG = `version: 1
server: { master_key: "\${MY_MASTER}", port: 4711 }
credentials:
  openai: { api_key: a-literal-secret-in-a-file }
routing:
  strategy: ordered
`;

test('every setting says its value and where it comes from, and no secret', async (context) => {
  const master = 'the-master-of-this-test-0123456789';
  const gateway = await startGateway(context, {
    config: CONFIG,
    env: { MY_MASTER: master, LOG_LEVEL: 'warn', PROXY_BASE_URL: 'https://gateway.example.com' },
  });
  const { status, text } = await gateway.get('/config/settings');
  assert.equal(status, 200, text);
  for (const secret of [master, 'a-literal-secret']) assert.ok(!text.includes(secret), secret);
  const running = JSON.parse(text) as Running;
  assert.equal(running.store, 'sqlite');
  const find = (name: string): Setting | undefined => running.settings.find((setting) => setting.name === name);
  const told = (name: string) => [find(name)?.value, find(name)?.source, find(name)?.at?.replace(/^.*\//, '')];
  assert.deepEqual(told('routing.strategy'), ['ordered', 'file', 'waybill.yaml:6:13']);
  assert.deepEqual(told('routing.retries'), ['2', 'default', undefined]);
  assert.deepEqual(told('log_level'), ['warn', 'environment', 'LOG_LEVEL']);
  assert.deepEqual(told('sign_on.public_url'), ['https://gateway.example.com', 'environment', 'PROXY_BASE_URL']);
  assert.equal(find('server.port')?.source, 'command line');
  assert.equal(find('credentials.openai.api_key')?.source, 'file');
  assert.equal(find('sign_on.session.idle')?.value, '2h');
  assert.equal(find('defaults.request_log.prompts')?.value, 'off');
  assert.ok(running.settings.length > 80);
  assert.equal((await gateway.get('/config/settings', await gateway.createKey())).status, 403);
});

test("of LiteLLM's file the settings have its own names", async (context) => {
  const config = `model_list:
  - model_name: gpt-4o
    litellm_params: { model: openai/gpt-4o, api_key: a-literal-secret-in-a-file }
router_settings: { num_retries: 5 }
`;
  const gateway = await startGateway(context, { config });
  const { text } = await gateway.get('/config/settings');
  const { settings } = JSON.parse(text) as Running;
  const retries = settings.find(({ name }) => name === 'router_settings.num_retries');
  assert.deepEqual([retries?.value, retries?.source], ['5', 'file']);
  assert.deepEqual(
    settings.filter(({ name, source }) => name === 'routing.retries' && source === 'default' && retries === undefined),
    [],
  );
  assert.ok(!text.includes('a-literal-secret'));
});
