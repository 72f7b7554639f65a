import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from '../load-for-test.ts';

const load = (text: string) => loadForTest({ files: { 'waybill.yaml': text } });

const GROUP = `model_list:
  - { model_name: gpt-4o, litellm_params: { model: openai/gpt-4o, api_key: k } }
`;

test('retries by exception and by group are retries by cause and by model', async () => {
  const { configuration, faults } = await load(`${GROUP}
router_settings:
  num_retries: 3
  retry_after: 2
  retry_policy:
    BadRequestErrorRetries: 1
    AuthenticationErrorRetries: 0
    TimeoutErrorRetries: 2
    RateLimitErrorRetries: 7
    ContentPolicyViolationErrorRetries: 4
    InternalServerErrorRetries: 5
    SomeErrorRetries: 1
  model_group_retry_policy:
    gpt-4o: { RateLimitErrorRetries: 20 }
`);
  assert.deepEqual(faults, []);
  assert.deepEqual(configuration?.routing.retry, {
    causes: {
      request: 1,
      context_window: 1,
      credential: 0,
      timeout: 2,
      rate_limit: 7,
      content_policy: 4,
      error: 5,
    },
    models: { 'gpt-4o': { rate_limit: 10 } },
    leastPauseMs: 2_000,
  });
  assert.equal(configuration.routing.maxAttempts, 11, 'as many as the retries need');
  assert.ok(configuration.notices.some((notice) => notice.includes('retry_policy.SomeErrorRetries')));
  assert.ok(!configuration.notices.some((notice) => /retry_after|router_settings.retry_policy \(/.test(notice)));
});

test('the fallbacks of all models stand before the default ones', async () => {
  const { configuration, faults } = await load(`${GROUP}
  - { model_name: other, litellm_params: { model: openai/gpt-4o, api_key: k } }
router_settings:
  max_fallbacks: 2
  fallbacks: [{ "*": [everybody] }, { gpt-4o: [other] }]
  default_fallbacks: [last]
`);
  assert.deepEqual(faults, []);
  assert.deepEqual(configuration?.routing.defaultFallbacks, ['last']);
  assert.deepEqual(configuration.routing.fallbacksOfAll, { error: ['everybody'], rate_limit: ['everybody'] });
  assert.equal(configuration.routing.maxFallbacks, 2);
});
