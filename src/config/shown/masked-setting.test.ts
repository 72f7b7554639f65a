import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedSetting } from './masked-setting.ts';

const SHOWN: readonly (readonly [name: string, text: string])[] = [
  ['routing.retries', '2'],
  ['credentials.openai.api_key', '${OPENAI_API_KEY}'],
  ['model_list.0.litellm_params.api_key', 'os.environ/OPENAI_API_KEY'],
  ['models.x.deployments.0.max_tokens', 'none'],
  ['sign_on.providers.0.client_id', 'waybill'],
  ['network.private_hosts.0', '*.example.internal'],
  ['credentials.vllm.base_url', 'http://vllm.internal:8000/v1'],
];

const HIDDEN: readonly (readonly [name: string, text: string])[] = [
  ['credentials.openai.api_key', 'plain-secret-of-mine'],
  ['server.master_key', 'plain-secret-of-mine'],
  ['credentials.x.headers.X-Custom', 'plain-secret-of-mine'],
  ['environment_variables.ANYTHING', 'plain-secret-of-mine'],
  ['server.database_url', 'postgres://waybill:plain-secret-of-mine@db/waybill'],
  ['credentials.x.base_url', 'https://host/v1?api-key=plain-secret-of-mine'],
  ['keys.ci.secret', 'plain-secret-of-mine'],
  ['x.note', 'use sk-plain-secret-of-mine'],
];

test('what says nothing secret is shown as it is written', () => {
  for (const [name, text] of SHOWN) assert.equal(maskedSetting(name, text), text, name);
});

test('what may be a secret is not shown', () => {
  for (const [name, text] of HIDDEN) assert.ok(!maskedSetting(name, text).includes('plain-secret'), name);
});
