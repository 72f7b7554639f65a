import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flags } from '../flags.ts';
import { loadForTest } from '../load-for-test.ts';

function load(text: string, environment: Readonly<Record<string, string>> = {}, flags: Flags = {}) {
  return loadForTest({ files: { 'waybill.yaml': text }, environment, flags });
}

const SHARED_GROUP = `
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: azure/gpt-4o-eu
      api_base: os.environ/AZURE_API_BASE
      api_key: os.environ/AZURE_API_KEY
      api_version: "2024-10-21"
      rpm: 6
    model_info:
      base_model: azure/gpt-4o
      id: gpt-4o-eu
  - model_name: gpt-4o
    litellm_params: { model: gpt-4o, api_key: os.environ/OPENAI_API_KEY, rpm: 3, order: 2 }
  - model_name: gpt-4o
    litellm_params: { model: openai/gpt-4o, api_key: os.environ/SECOND_KEY }
  - model_name: local
    litellm_params:
      model: openai/facebook/opt-125m
      api_key: none
      api_base: http://127.0.0.1:8090/v1/
      max_parallel_requests: 4
      timeout: 0.5
      stream_timeout: 2
      extra_headers: { X-Team: a }
      input_cost_per_token: 0.00000015
      output_cost_per_token: 6e-07
      input_cost_per_token_above_128k_tokens: 3e-7
    model_info: { mode: chat, max_input_tokens: 128000, max_tokens: 4096, output_cost_per_reasoning_token: 0.0000011 }
  - model_name: "anthropic/*"
    litellm_params: { model: "anthropic/*", api_key: os.environ/ANTHROPIC_API_KEY }
environment_variables:
  SECOND_KEY: sk-two
`;
const KEYS = { OPENAI_API_KEY: 'sk-one', AZURE_API_KEY: 'az', AZURE_API_BASE: 'https://x.openai.azure.com/' };

test('deployments of one name form a group; keys and addresses become credentials', async () => {
  const { configuration, faults } = await load(SHARED_GROUP, KEYS);
  assert.deepEqual(faults, []);
  assert.equal(configuration?.source.schema, 'litellm');
  const [gpt, local, anthropic] = configuration.models;
  assert.deepEqual(
    gpt?.deployments.map(({ credential, upstreamModel, weight, priority, limits, id, baseModel }) => [
      credential,
      upstreamModel,
      weight,
      priority,
      limits.rpm,
      id,
      baseModel,
    ]),
    [
      ['azure-1', 'gpt-4o-eu', 6, 1, null, 'gpt-4o-eu', 'azure/gpt-4o'],
      ['openai', 'gpt-4o', 3, 2, null, null, null],
      ['openai-1', 'gpt-4o', 0, 1, null, null, null],
    ],
  );
  const [deployment] = local?.deployments ?? [];
  assert.deepEqual([deployment?.credential, deployment?.upstreamModel], ['openai-compatible-1', 'facebook/opt-125m']);
  assert.deepEqual(
    [deployment?.timeouts, deployment?.headers],
    [{ firstByteMs: 500, streamFirstByteMs: 2000, idleMs: 2000 }, { 'X-Team': 'a' }],
  );
  assert.deepEqual([deployment?.limits.parallel, deployment?.contextWindow, deployment?.maxOutput], [4, 128_000, 4096]);
  const price = deployment?.price;
  assert.ok(price !== undefined && price !== null && price !== 'free');
  assert.deepEqual(
    [price.input, price.output, price.reasoning, price.tiers[0]?.above, price.tiers[0]?.input],
    ['0.15', '0.6', '1.1', 128_000, '0.3'],
  );
  assert.deepEqual([anthropic?.name, anthropic?.deployments, anthropic?.hidden], ['anthropic/*', [], true]);
  assert.ok(configuration.notices.includes('anthropic/* (waybill.yaml:30:5) is off: ANTHROPIC_API_KEY is not set'));
  const credentials = configuration.credentials.map(({ name, apiKey, baseUrl }) => [name, apiKey, baseUrl]);
  assert.deepEqual(credentials.slice(0, 4), [
    ['azure-1', 'az', 'https://x.openai.azure.com'],
    ['openai', 'sk-one', null],
    ['openai-1', 'sk-two', null],
    ['openai-compatible-1', 'none', 'http://127.0.0.1:8090/v1'],
  ]);
  assert.deepEqual(configuration.credentials[0]?.options, { api_version: '2024-10-21' });
});

test('rpm and tpm are limits under a usage-based strategy', async () => {
  const { configuration } = await load(
    `${SHARED_GROUP}router_settings: { routing_strategy: usage-based-routing-v2 }\n`,
    KEYS,
  );
  assert.deepEqual(
    configuration?.models[0]?.deployments.map(({ weight, limits }) => [weight, limits.rpm]),
    [
      [1, 6],
      [1, 3],
      [1, null],
    ],
  );
  assert.equal(configuration.routing.strategy, 'usage');
});

test('every routing strategy of LiteLLM has one here; simple-shuffle is what a file without one means', async () => {
  const named = {
    'simple-shuffle': 'weighted',
    'least-busy': 'least-busy',
    'usage-based-routing': 'usage',
    'latency-based-routing': 'lowest-latency',
    'cost-based-routing': 'lowest-price',
  };
  for (const [litellm, ours] of Object.entries(named)) {
    const { configuration } = await load(`${SHARED_GROUP}router_settings: { routing_strategy: ${litellm} }\n`, KEYS);
    assert.equal(configuration?.routing.strategy, ours);
  }
  assert.equal((await load(SHARED_GROUP, KEYS)).configuration?.routing.strategy, 'weighted');
  const { configuration } = await load(
    `${SHARED_GROUP}router_settings:
  routing_strategy: latency-based-routing
  routing_strategy_args: { ttl: 10, lowest_latency_buffer: "0.5" }
`,
    KEYS,
  );
  assert.deepEqual(configuration?.routing.strategyOptions, { percentile: 'p50', latencyBuffer: 0.5 });
  assert.ok(configuration.notices.some((notice) => notice.startsWith('router_settings.routing_strategy_args.ttl')));
});

test('what rests a deployment, by class of exception; checks in the background', async () => {
  const { configuration, faults } = await load(
    `${SHARED_GROUP}
router_settings:
  disable_cooldowns: true
  allowed_fails_policy:
    TimeoutErrorAllowedFails: 0
    RateLimitErrorAllowedFails: 100
    BadRequestErrorAllowedFails: 1000
    AuthenticationErrorAllowedFails: null
general_settings:
  background_health_checks: true
  health_check_interval: 60
`,
    KEYS,
  );
  assert.deepEqual(faults, []);
  const { breaker, probes, cooldownMs } = configuration?.routing ?? {};
  assert.deepEqual(breaker?.allowedFails, { timeout: 1, rate_limit: 101 });
  assert.deepEqual(probes, { everyMs: 60_000, models: null, billed: false, leavesOut: null });
  assert.equal(cooldownMs, 0);
  assert.ok(configuration?.notices.some((notice) => notice.includes('BadRequestErrorAllowedFails')));
});

test('settings of router, library and proxy', async () => {
  const { configuration, faults } = await load(
    `${SHARED_GROUP}
router_settings:
  routing_strategy: simple-shuffle
  num_retries: "1"
  cooldown_time: 30
  allowed_fails: 5
  max_fallbacks: 3
  fallbacks: [{ gpt-4o: [local] }, { "*": [local] }, { nothing: [local] }]
  model_group_alias: { gpt-4: gpt-4o, old: { model: gpt-4o, hidden: true }, lost: nowhere }
  redis_host: cache
  redis_password: pw
litellm_settings:
  num_retries: 9
  request_timeout: 600
  context_window_fallbacks: [{ gpt-4o: ["anthropic/claude", local] }]
  content_policy_fallbacks: [{ local: [{ model: gpt-4o, temperature: 0 }] }]
  budget_exceeded_status_code: 429
  drop_params: false
  modify_params: true
  set_verbose: true
  cache: false
  callbacks: ["langfuse", "prometheus"]
  never_heard: of
general_settings:
  master_key: os.environ/PROXY_MASTER_KEY
  database_url: os.environ/NO_DATABASE
  max_request_size_mb: 2
  disable_spend_logs: true
  alerting: [slack]
`,
    { ...KEYS, PROXY_MASTER_KEY: 'sk-long-and-secret' },
  );
  assert.deepEqual(faults, []);
  assert.ok(configuration !== null);
  assert.deepEqual(configuration.routing, {
    strategy: 'weighted',
    strategyOptions: { percentile: 'p50', latencyBuffer: 0 },
    queue: { waitMs: 5_000, length: 1_000 },
    retries: 1,
    retry: { causes: {}, models: {}, leastPauseMs: 0 },
    retryBudget: { share: 0.1, floor: 10, windowMs: 10_000 },
    maxAttempts: 5,
    maxFallbacks: 3,
    deadlineMs: null,
    hedge: null,
    cooldownMs: 30_000,
    allowedFails: 6,
    breaker: { sample: 20, errorShare: 0.5, windowMs: 60_000, longestRestMs: 60_000, allowedFails: {} },
    priorities: null,
    probes: null,
    affinity: { keptMs: 600_000, byKey: [] },
    clientHeaders: [],
    tagging: 'off',
    timeouts: { connectMs: 10_000, firstByteMs: 600_000, idleMs: 600_000, totalMs: 3_600_000 },
    defaultFallbacks: [],
    fallbacksOfAll: { error: ['local'], rate_limit: ['local'] },
    unsupported: 'reject',
    unfitAnswers: 'pass',
  });
  assert.deepEqual(
    configuration.models.map(({ name, hidden, fallbacks }) => [name, hidden, fallbacks]),
    [
      ['gpt-4o', false, { error: ['local'], rate_limit: ['local'], context_window: ['anthropic/claude', 'local'] }],
      ['local', false, { content_policy: ['gpt-4o'] }],
      ['anthropic/*', true, {}],
      ['gpt-4', false, { error: ['local'], rate_limit: ['local'], context_window: ['anthropic/claude', 'local'] }],
      ['old', true, { error: ['local'], rate_limit: ['local'], context_window: ['anthropic/claude', 'local'] }],
    ],
  );
  assert.deepEqual(
    [configuration.budgetExceededStatus, configuration.requestLog, configuration.server.maxBodyBytes],
    [429, 'off', 2_097_152],
  );
  assert.deepEqual(configuration.store, { databaseUrl: null, redisUrl: 'redis://:pw@cache:6379' });
  assert.deepEqual(configuration.secrets.masterKey, {
    value: 'sk-long-and-secret',
    from: 'general_settings.master_key (waybill.yaml:58:15)',
  });
  const [first = ''] = configuration.notices;
  assert.equal(
    first,
    'litellm_settings.modify_params (waybill.yaml:52) is not honoured: parameters go upstream as they came',
  );
  for (const notice of [
    'litellm_settings.callbacks (waybill.yaml:55) is not honoured: there is no exporter for langfuse, prometheus yet',
    'litellm_settings.never_heard (waybill.yaml:56) is not honoured: it is not known here',
    'general_settings.database_url (waybill.yaml:59:17) is left out: NO_DATABASE is not set',
    'general_settings.alerting (waybill.yaml:62) is not honoured: there are no alerts yet',
    "lost (waybill.yaml:42:77) is off: model_list has no 'nowhere'",
    'the fallback of nothing (waybill.yaml:41) is not honoured: model_list has no such name',
  ])
    assert.ok(configuration.notices.includes(notice), `${notice}\n${configuration.notices.join('\n')}`);
});

test('what the file demands of the bodies of calls is demanded, and a name that is none is a fault', async () => {
  const demanding = async (general: string) => load(`model_list: []\ngeneral_settings: { ${general} }\n`);
  const enforced = async (general: string) => (await demanding(general)).configuration?.enforcedParams;
  assert.deepEqual(await enforced('enforced_params: [user, metadata.generation_name]'), [
    'user',
    'metadata.generation_name',
  ]);
  assert.deepEqual(await enforced('enforce_user_param: true'), ['user']);
  assert.deepEqual(await enforced('enforce_user_param: "true", enforced_params: [seed, user]'), ['user', 'seed']);
  assert.deepEqual(await enforced('enforce_user_param: false'), []);
  for (const wrong of ['user', '[a..b]', '[1]', '{ user: true }'])
    assert.match(
      (await demanding(`enforced_params: ${wrong}`)).faults.join(),
      /enforced_params: expected a list of names/,
    );
});

const RESTRICTING = `model_list: []
guardrails: [{ guardrail_name: pii }]
litellm_settings: { banned_keywords_list: [x], callbacks: [hide_secrets] }
general_settings: { allowed_ips: [10.0.0.1], default_team_disabled: false, custom_auth: my.auth, enforced_params: [] }
`;

test('what restricts and cannot be honoured stops the start', async () => {
  const { faults } = await load(RESTRICTING);
  assert.deepEqual(
    faults.map((fault) => fault.replace(/ and is not honoured.*: --accept/, ' … --accept')),
    [
      'waybill.yaml:2:1: line 2: guardrails restricts access or content … --accept-unsupported guardrails',
      'waybill.yaml:3:21: line 3: litellm_settings.banned_keywords_list restricts access or content … --accept-unsupported banned_keywords_list',
      'waybill.yaml:3:48: line 3: litellm_settings.callbacks restricts access or content … --accept-unsupported callbacks',
      'waybill.yaml:4:21: line 4: general_settings.allowed_ips restricts access or content … --accept-unsupported allowed_ips',
      'waybill.yaml:4:76: line 4: general_settings.custom_auth restricts access or content … --accept-unsupported custom_auth',
    ],
  );
  const acceptUnsupported = [
    'guardrails',
    'litellm_settings.banned_keywords_list',
    'callbacks',
    'allowed_ips',
    'custom_auth',
  ];
  const accepted = await load(RESTRICTING, {}, { acceptUnsupported });
  assert.deepEqual(accepted.faults, []);
  assert.equal(accepted.configuration?.notices.filter((notice) => notice.endsWith('(accepted)')).length, 5);
});

test('included lists are joined; named credentials are shared', async () => {
  const { configuration, faults } = await loadForTest({
    files: {
      'waybill.yaml':
        'include: [models.yaml]\nmodel_list:\n  - { model_name: a, litellm_params: { model: groq/a, litellm_credential_name: shared } }\ncredential_list:\n  - { credential_name: shared, credential_values: { api_key: os.environ/G } }\n',
      'models.yaml':
        'model_list:\n  - { model_name: b, litellm_params: { model: groq/b, litellm_credential_name: shared, weight: 2.5 } }\n  - { model_name: c, litellm_params: { model: gone/c } }\n  - { model_name: d, litellm_params: { model: mystery } }\n',
    },
    environment: { G: 'gsk' },
  });
  assert.deepEqual(faults, []);
  assert.deepEqual(
    configuration?.models.map(({ name, deployments }) => [name, deployments[0]?.credential, deployments[0]?.weight]),
    [
      ['a', 'shared', 1],
      ['b', 'shared', 2.5],
      ['c', undefined, undefined],
      ['d', undefined, undefined],
    ],
  );
  assert.ok(configuration.notices.includes("c (models.yaml:3:5) is off: the provider 'gone' is not known here"));
  assert.ok(configuration.notices.includes("d (models.yaml:4:5) is off: 'mystery' names no provider"));
});

test('prefixes, bare names and ways to call', async () => {
  const models = [
    ['together_ai/meta/llama', {}, 'together', 'meta/llama'],
    ['claude-sonnet-5', {}, 'anthropic', 'claude-sonnet-5'],
    ['gemini-3-pro', {}, 'gemini', 'gemini-3-pro'],
    ['vertex_ai/gemini-3-pro', { vertex_project: 'acme' }, 'vertex', 'gemini-3-pro'],
    ['bedrock/converse/us-east-1/anthropic.claude', {}, 'bedrock', 'anthropic.claude'],
    ['bedrock/mantle/openai.gpt-oss-120b', { aws_region_name: 'us-east-1' }, 'bedrock-mantle', 'openai.gpt-oss-120b'],
    ['openai/responses/gpt-5', {}, 'openai', 'gpt-5'],
    ['openai/gpt-5', { api_base: 'https://api.openai.com/v1' }, 'openai', 'gpt-5'],
    ['hosted_vllm/q', { api_base: 'http://v:8000' }, 'vllm', 'q'],
    ['ollama_chat/l', {}, 'ollama', 'l'],
    ['x/y', { custom_llm_provider: 'openai', api_base: 'http://h/v1' }, 'openai-compatible', 'x/y'],
  ] as const;
  const list = models.map(([model, params], index) => ({
    model_name: `m${index}`,
    litellm_params: { model, ...params },
  }));
  const environment = { OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b', GEMINI_API_KEY: 'c', TOGETHER_API_KEY: 'd' };
  const { configuration, faults } = await load(JSON.stringify({ model_list: list }), environment);
  assert.deepEqual(faults, []);
  const providerOf = new Map(configuration?.credentials.map(({ name, provider }) => [name, provider]));
  assert.deepEqual(
    configuration?.models.map(({ deployments: [deployment] }) => [
      providerOf.get(deployment?.credential ?? ''),
      deployment?.upstreamModel,
    ]),
    models.map(([, , provider, name]) => [provider, name]),
  );
  assert.equal(configuration.credentials.find(({ provider }) => provider === 'bedrock')?.options.region, 'us-east-1');
});

test('values of the wrong kind are faults at their place', async () => {
  const { faults } = await load(
    'model_list: [{}, { model_name: a, litellm_params: { model: gpt-4o, rpm: many } }]\nrouter_settings: { num_retries: -1, fallbacks: [a] }\nlitellm_settings: [a]\n',
    KEYS,
  );
  assert.deepEqual(faults, [
    "waybill.yaml:1:14: line 1: model_list[0]: 'model_name' is missing",
    'waybill.yaml:1:73: line 1: model_list[1].litellm_params.rpm: expected a whole number, 1 or greater',
    'waybill.yaml:2:33: line 2: router_settings.num_retries: expected a whole number, 0 or greater',
    'waybill.yaml:2:49: line 2: router_settings.fallbacks: expected a list of mappings: - model: [other]',
    'waybill.yaml:3:19: line 3: litellm_settings: expected a mapping',
  ]);
});

test("the clouds' accounts, with what LiteLLM takes where nothing says it", async () => {
  const entry = (model: string, params: object) => ({ model_name: model, litellm_params: { model, ...params } });
  const list = [
    entry('bedrock/anthropic.claude', {
      aws_role_name: 'arn:aws:iam::1:role/llm',
      aws_session_name: 'gateway',
      aws_bedrock_runtime_endpoint: 'https://vpce.example',
    }),
    entry('vertex_ai/claude-opus-5', {
      vertex_credentials: { type: 'service_account', project_id: 'acme-ml', private_key: 'PEM' },
    }),
    entry('azure/gpt-5', {
      api_base: 'https://x.openai.azure.com',
      tenant_id: 't',
      client_id: 'c',
      client_secret: 's',
    }),
  ];
  const environment = { AZURE_API_KEY: 'of-another-account', AZURE_API_VERSION: '2024-10-21' };
  const { configuration, faults } = await load(JSON.stringify({ model_list: list }), environment);
  assert.deepEqual(faults, []);
  const [bedrock, vertex, azure] = configuration?.credentials ?? [];
  assert.equal(bedrock?.baseUrl, 'https://vpce.example');
  assert.deepEqual(bedrock?.options, {
    region: 'us-west-2',
    role_arn: 'arn:aws:iam::1:role/llm',
    role_session_name: 'gateway',
  });
  assert.deepEqual([vertex?.options.project, vertex?.options.location], ['acme-ml', 'us-central1']);
  assert.deepEqual([azure?.auth, azure?.apiKey, azure?.options.api_version], ['entra', null, '2024-10-21']);
});
