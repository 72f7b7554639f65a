import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from '../load-for-test.ts';

const KEYS = { OPENAI_API_KEY: 'sk' };

function load(text: string, environment: Record<string, string> = {}) {
  return loadForTest({ files: { 'waybill.yaml': text }, environment });
}

test('reserved parts of rates, as numbers of requests or tokens too', async () => {
  const { configuration, faults } = await load(
    `litellm_settings:
  callbacks: [dynamic_rate_limiter_v3]
  priority_reservation: { prod: 0.9, batch: { type: rpm, value: 20 } }
  priority_reservation_settings: { default_priority: 0.1, saturation_threshold: 0.8 }
model_list:
  - { model_name: a, litellm_params: { model: gpt-4o, rpm: 100 } }
`,
    KEYS,
  );
  assert.deepEqual(faults, []);
  assert.deepEqual(configuration?.routing.priorities, {
    saturatedAt: 0.8,
    usualPart: 0.1,
    reserved: { prod: { of: 'part', part: 0.9 }, batch: { of: 'rpm', amount: 20 } },
    teams: {},
  });
  assert.equal(configuration?.models[0]?.deployments[0]?.limits.rpm, 100, 'where parts are reserved, it is a limit');
  const wrong = await load('litellm_settings: { priority_reservation: { prod: 90 } }\n', KEYS);
  assert.match(wrong.faults.join(), /priority_reservation\.prod: expected a number such as 0\.9/);
});
