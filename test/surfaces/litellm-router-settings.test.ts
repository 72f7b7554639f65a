import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { loadForTest } from '../../src/config/load-for-test.ts';
import { type Entry, once, router, SLOW_MS, standOf } from '../support/litellm-stand.ts';

const root = new URL('../../', import.meta.url);

const HERE = 'test/surfaces/litellm-router-settings.test.ts';
const ROUTING = 'test/surfaces/litellm-routing.test.ts';
const CHECKS = 'test/surfaces/litellm-health-routing.test.ts';
const CONFIG = 'src/config/litellm/litellm.test.ts';

type Proof = readonly [file: string, title: string];

/** Every key of LiteLLM's `router_settings`, and the test that shows what it does here. */
const PROVEN: Readonly<Record<string, Proof>> = {
  routing_strategy: [
    CONFIG,
    'every routing strategy of LiteLLM has one here; simple-shuffle is what a file without one means',
  ],
  routing_strategy_args: [HERE, 'lowest_latency_buffer draws among those that are nearly as quick'],
  num_retries: [ROUTING, 'num_retries, retry_policy and model_group_retry_policy say how often'],
  retry_after: [ROUTING, 'retry_after is the least pause before a retry'],
  retry_policy: [ROUTING, 'num_retries, retry_policy and model_group_retry_policy say how often'],
  model_group_retry_policy: [ROUTING, 'num_retries, retry_policy and model_group_retry_policy say how often'],
  timeout: [ROUTING, 'timeout and stream_timeout, of a deployment and of the router'],
  stream_timeout: [HERE, 'stream_timeout bounds streams, and nothing but streams'],
  fallbacks: [ROUTING, 'fallbacks by cause, for all, and by default'],
  context_window_fallbacks: [ROUTING, 'fallbacks by cause, for all, and by default'],
  content_policy_fallbacks: [ROUTING, 'fallbacks by cause, for all, and by default'],
  default_fallbacks: [ROUTING, 'fallbacks by cause, for all, and by default'],
  max_fallbacks: [ROUTING, 'max_fallbacks bounds the models that are tried'],
  allowed_fails: [
    ROUTING,
    'allowed_fails, allowed_fails_policy and cooldown_time rest a deployment; disable_cooldowns never',
  ],
  allowed_fails_policy: [
    ROUTING,
    'allowed_fails, allowed_fails_policy and cooldown_time rest a deployment; disable_cooldowns never',
  ],
  cooldown_time: [
    ROUTING,
    'allowed_fails, allowed_fails_policy and cooldown_time rest a deployment; disable_cooldowns never',
  ],
  disable_cooldowns: [
    ROUTING,
    'allowed_fails, allowed_fails_policy and cooldown_time rest a deployment; disable_cooldowns never',
  ],
  enable_pre_call_checks: [ROUTING, 'enable_pre_call_checks passes over who cannot take the prompt'],
  optional_pre_call_checks: [ROUTING, 'deployment_affinity keeps the calls of a key at one deployment'],
  deployment_affinity_ttl_seconds: [ROUTING, 'deployment_affinity keeps the calls of a key at one deployment'],
  model_group_affinity_config: [HERE, 'model_group_affinity_config holds for the models that it names'],
  model_group_alias: [ROUTING, 'model_group_alias, blocked, environments, access groups and ids'],
  enable_tag_filtering: [ROUTING, 'tags choose deployments, any of them or all'],
  tag_filtering_match_any: [ROUTING, 'tags choose deployments, any of them or all'],
  provider_budget_config: [ROUTING, 'a budget of a provider is kept'],
  default_max_parallel_requests: [ROUTING, 'max_parallel_requests is a limit, of one deployment or of all'],
  default_litellm_params: [HERE, 'default_litellm_params are those of entries that say nothing'],
  default_priority: [
    'src/config/litellm/litellm-names.test.ts',
    'what entries do not say themselves is said for all of them',
  ],
  redis_host: [HERE, 'redis_host, redis_port, redis_password and redis_url name the shared counters'],
  redis_port: [HERE, 'redis_host, redis_port, redis_password and redis_url name the shared counters'],
  redis_password: [HERE, 'redis_host, redis_port, redis_password and redis_url name the shared counters'],
  redis_url: [HERE, 'redis_host, redis_port, redis_password and redis_url name the shared counters'],
  enable_health_check_routing: [
    CHECKS,
    'enable_health_check_routing leaves out who failed the last check, unless all have',
  ],
  health_check_staleness_threshold: [
    CHECKS,
    'health_check_staleness_threshold: what was found longer ago says nothing',
  ],
  health_check_ignore_transient_errors: [CHECKS, 'health_check_ignore_transient_errors: a rate limit says nothing'],
  ignore_invalid_deployments: [HERE, 'a deployment that cannot be is off, and the others answer'],
};

/** They ask for nothing that a caller could see, or for what is so anyway. */
const WITHOUT_EFFECT = ['client_ttl', 'redis_db', 'set_verbose', 'debug_level', 'polling_interval'];

/** They cannot be honoured, and the start says why. */
const TOLD = ['cache_responses', 'caching_groups', 'cache_kwargs', 'alerting_config'];

test('each key of the router is shown by a test that exists', async () => {
  const texts = new Map<string, string>();
  for (const [key, [file, title]] of Object.entries(PROVEN)) {
    const text = texts.get(file) ?? (await readFile(new URL(file, root), 'utf8'));
    texts.set(file, text);
    assert.ok(text.includes(`test('${title}'`), `${key}: ${file} has no test '${title}'`);
  }
});

test('no key of the router is passed over in silence', async () => {
  const notices = async (key: string): Promise<readonly string[]> => {
    const value = key === 'debug_level' ? 'INFO' : '1';
    const text = `model_list:\n  - { model_name: m, litellm_params: { model: openai/m, api_key: k } }\nrouter_settings: { ${key}: ${value} }\n`;
    const { configuration } = await loadForTest({ files: { 'waybill.yaml': text } });
    return configuration?.notices.filter((notice) => notice.startsWith(`router_settings.${key}`)) ?? [];
  };
  for (const key of TOLD) assert.match((await notices(key)).join(), /is not honoured: \w+/, key);
  for (const key of WITHOUT_EFFECT) assert.deepEqual(await notices(key), [], key);
  assert.match((await notices('num_retires')).join(), /it is not known here/);
});

test('stream_timeout bounds streams, and nothing but streams', async (context) => {
  const { gateway, call } = await standOf(
    context,
    [
      ['own', 'slow-a', `stream_timeout: ${SLOW_MS / 4_000}`],
      ['routers', 'slow-b'],
      ['patient', 'slow-c', 'stream_timeout: 60'],
    ],
    router(`num_retries: 0, stream_timeout: ${SLOW_MS / 4_000}`),
  );
  const streamed = async (model: string): Promise<number> => {
    const body = { model, stream: true, messages: [{ role: 'user', content: 'hello' }] };
    return (await gateway.post('/v1/chat/completions', body)).status;
  };
  assert.deepEqual([await streamed('own'), await call('own')], [504, 'slow-a 200']);
  assert.deepEqual([await streamed('routers'), await call('routers')], [504, 'slow-b 200']);
  assert.equal(await streamed('patient'), 200);
});

test('default_litellm_params are those of entries that say nothing', async (context) => {
  const { call } = await standOf(
    context,
    [
      ['says-nothing', 'slow-a'],
      ['says-more', 'slow-b', 'timeout: 60'],
    ],
    router(`num_retries: 0, default_litellm_params: { timeout: ${SLOW_MS / 4_000} }`),
  );
  assert.equal(await call('says-nothing'), 'slow-a 504');
  assert.equal(await call('says-more'), 'slow-b 200');
});

test('model_group_affinity_config holds for the models that it names', async (context) => {
  const entries: Entry[] = ['kept', 'spread'].flatMap((model) =>
    ['a', 'b', 'c', 'd'].map((name) => [model, `ok-${model}-${name}`] as const),
  );
  const { calls } = await standOf(
    context,
    entries,
    router('model_group_affinity_config: { kept: [deployment_affinity], spread: [prompt_caching] }'),
  );
  assert.equal(once(await calls(12, 'kept')).length, 1);
  assert.ok(once(await calls(40, 'spread')).length > 1);
});

test('lowest_latency_buffer draws among those that are nearly as quick', async (context) => {
  const entries: Entry[] = [
    ['m', 'ok-a'],
    ['m', 'ok-b'],
  ];
  const settings = 'routing_strategy: latency-based-routing, routing_strategy_args: { lowest_latency_buffer: 10000 }';
  const { calls } = await standOf(context, entries, router(settings));
  // The first two find out how quick each is; then whoever is quicker would get all of them without the buffer.
  assert.equal(once((await calls(42, 'm')).slice(2)).length, 2);
});

test('enable_json_schema_validation: an answer that is not the JSON asked for goes to nobody', async (context) => {
  const settings = 'litellm_settings: { num_retries: 0, enable_json_schema_validation: true }';
  const { call } = await standOf(context, [['m', 'ok-a']], settings);
  const json_schema = { name: 'x', schema: { type: 'object', properties: {}, required: [] } };
  assert.equal(await call('m'), 'ok-a 200');
  assert.equal(await call('m', { response_format: { type: 'json_schema', json_schema } }), 'ok-a 502');
});

test('redis_host, redis_port, redis_password and redis_url name the shared counters', async () => {
  const urlOf = async (settings: string): Promise<string | null | undefined> => {
    const text = `model_list:\n  - { model_name: m, litellm_params: { model: openai/m, api_key: k } }\nrouter_settings: { ${settings} }\n`;
    return (await loadForTest({ files: { 'waybill.yaml': text } })).configuration?.store.redisUrl;
  };
  assert.equal(await urlOf('redis_host: cache'), 'redis://cache:6379');
  assert.equal(await urlOf('redis_host: cache, redis_port: 7000, redis_password: pw'), 'redis://:pw@cache:7000');
  assert.equal(await urlOf('redis_url: "rediss://there:1", redis_host: cache'), 'rediss://there:1');
  assert.equal(await urlOf('num_retries: 1'), null);
});

test('a deployment that cannot be is off, and the others answer', async (context) => {
  const { gateway, call } = await standOf(
    context,
    [
      ['m', 'ok-a'],
      ['m', 'ok-b', 'custom_llm_provider: nobody-knows-it'],
    ],
    router('ignore_invalid_deployments: true'),
  );
  assert.equal(await call('m'), 'ok-a 200');
  assert.match(gateway.errors(), /is off: /);
});
