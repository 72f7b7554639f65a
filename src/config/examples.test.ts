import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadForTest } from './load-for-test.ts';
import { jsonSchema } from './waybill/schema.ts';

const environment = {
  OPENAI_KEY_A: 'sk-a',
  OPENAI_API_KEY: 'sk-o',
  ANTHROPIC_API_KEY: 'sk-ant',
  OPENROUTER_API_KEY: 'sk-or',
};
const secrets = {
  'secrets/openai-b': 'sk-b\n',
  'secrets/payments-ci': 'sk-payments-ci-0123456789\n',
  'secrets/gcp.json': '{"type":"service_account"}\n',
  'ca.pem': '-----BEGIN CERTIFICATE-----\n',
};

function load(text: string) {
  return loadForTest({ files: { ...secrets, 'waybill.yaml': text }, environment });
}

test('no file: the providers whose variables are set', async () => {
  const { configuration } = await loadForTest({
    environment: { ANTHROPIC_API_KEY: 'sk-ant', OPENAI_API_KEY: 'sk-o', GITHUB_TOKEN: 'ghp' },
  });
  assert.deepEqual(
    configuration?.credentials.map(({ name, apiKey, origin }) => [name, apiKey, origin]),
    [
      ['openai', 'sk-o', 'environment'],
      ['anthropic', 'sk-ant', 'environment'],
    ],
  );
  assert.deepEqual(configuration?.notices, [
    'openai is on: OPENAI_API_KEY is set',
    'anthropic is on: ANTHROPIC_API_KEY is set',
  ]);
});

test('two accounts, a cloud as overflow, another model as fallback', async () => {
  const { configuration, faults } = await load(`version: 1
credentials:
  openai-a:
    provider: openai
    api_key: \${OPENAI_KEY_A}
  openai-b:
    provider: openai
    api_key: \${file:secrets/openai-b}          # read again when the file changes
  azure-east:
    provider: azure
    base_url: https://acme-east.openai.azure.com
    auth: entra                                     # or api_key
models:
  gpt-4o:
    deployments:
      - openai-a/gpt-4o-2024-08-06
      - use: openai-b/gpt-4o-2024-08-06
        weight: 2
      - use: azure-east/gpt4o-prod
        base_model: gpt-4o
        priority: 2                                 # only when priority 1 cannot
        limits: { rpm: 600, tpm: 450k, parallel: 100 }
    fallbacks:
      error: [claude-sonnet]
      context_window: [gemini-pro]
  claude-sonnet: anthropic/claude-sonnet-5          # one deployment: a string will do
  gemini-pro: openrouter/google/gemini-3-pro
  "claude-*": anthropic/claude-*                    # Claude Code's own names
  "openrouter/*": openrouter/*
routing: { strategy: weighted, retries: 2 }
`);
  assert.deepEqual(faults, []);
  assert.deepEqual(
    configuration?.models.map((model) => model.name),
    ['gpt-4o', 'claude-sonnet', 'gemini-pro', 'claude-*', 'openrouter/*'],
  );
  const [gpt, , gemini] = configuration.models;
  assert.deepEqual(gpt?.fallbacks, { error: ['claude-sonnet'], context_window: ['gemini-pro'] });
  assert.deepEqual(gpt?.deployments[2]?.limits, { rpm: 600, tpm: 450_000, parallel: 100 });
  assert.deepEqual(
    gpt?.deployments.map(({ credential, weight, priority, at }) => [credential, weight, priority, at]),
    [
      ['openai-a', 1, 1, 'waybill.yaml:16:9'],
      ['openai-b', 2, 1, 'waybill.yaml:17:9'],
      ['azure-east', 1, 2, 'waybill.yaml:19:9'],
    ],
  );
  assert.deepEqual(
    [gemini?.deployments[0]?.credential, gemini?.deployments[0]?.upstreamModel],
    ['openrouter', 'google/gemini-3-pro'],
  );
  assert.equal(configuration.credentials.find(({ name }) => name === 'openai-b')?.apiKey, 'sk-b');
  assert.deepEqual(configuration.source.files.map((path) => path.split('/').slice(-2).join('/')).slice(1), [
    'secrets/openai-b',
  ]);
});

test('clouds and a model server of one’s own', async () => {
  const { configuration, faults } = await load(`version: 1
network:
  ca: ca.pem                                        # added to the public roots
credentials:
  bedrock-eu:
    provider: bedrock
    region: eu-central-1
    role_arn: arn:aws:iam::123456789012:role/llm    # else the usual chain of the AWS SDKs
  vertex-eu:
    provider: vertex
    project: acme-ml
    location: europe-west1
    service_account: \${file:secrets/gcp.json}      # else application default credentials
  vllm:
    provider: vllm
    base_url: http://vllm.internal:8000/v1          # no api_key: no auth header
models:
  claude-sonnet:
    deployments:
      - bedrock-eu/eu.anthropic.claude-sonnet-5-v1:0
      - vertex-eu/claude-sonnet-5
  qwen-coder:
    deployments:
      - use: vllm/Qwen/Qwen3-Coder-480B
        context_window: 262144
        max_output: 32768
        price: { input: 0.20, output: 0.60 }
        limits: { parallel: 64 }
  "onprem/*":
    deployments: [vllm/*]
    discover: true                                  # listed from its /v1/models
    price: free
`);
  assert.deepEqual(faults, []);
  assert.deepEqual(configuration?.network.ca, ['-----BEGIN CERTIFICATE-----\n']);
  const [bedrock, vertex, vllm] = configuration.credentials;
  assert.deepEqual(bedrock?.options, { region: 'eu-central-1', role_arn: 'arn:aws:iam::123456789012:role/llm' });
  assert.equal(vertex?.options.service_account, '{"type":"service_account"}');
  assert.deepEqual([vllm?.auth, vllm?.apiKey, vllm?.baseUrl], ['none', null, 'http://vllm.internal:8000/v1']);
  const [, qwen, onprem] = configuration.models;
  assert.deepEqual(qwen?.deployments[0]?.upstreamModel, 'Qwen/Qwen3-Coder-480B');
  const price = qwen?.deployments[0]?.price;
  assert.ok(price !== null && price !== undefined && price !== 'free');
  assert.deepEqual([price.input, price.output, price.cacheRead], ['0.2', '0.6', null]);
  assert.deepEqual([onprem?.discover, onprem?.deployments[0]?.price], [true, 'free']);
});

test('teams and keys as code', async () => {
  const { configuration, faults } = await loadForTest({
    environment,
    files: {
      ...secrets,
      'teams/payments.yaml': `teams:
  payments:
    models: [gpt-4o, claude-sonnet]
    budgets: [{ usd: 2000, per: month }, { usd: 200, per: day }]
    limits: { rpm: 600, tpm: 400k, parallel: 50 }
    member_budget: { usd: 100, per: month }
    sso_groups: [llm-payments]
    policy: { region: eu, zdr: true }
    credentials: { azure: azure-payments }          # this team's own account instead of the shared one
    members: { ada: admin, bob: { budgets: [{ usd: 5, per: day }] } }
keys:
  payments-ci:
    team: payments
    secret: \${file:../secrets/payments-ci}        # or sha256: <64 hex>; or neither: made once and shown once
    budgets: [{ usd: 200, per: month, on_exhausted: reject }]
    limits: { rpm: 60 }
    expires: 2027-01-01
`,
      'waybill.yaml': `version: 1
include: [teams/*.yaml]
timezone: Europe/Berlin
credentials:
  azure-payments: { provider: azure, base_url: "https://acme-payments.openai.azure.com", api_key: abc }
defaults:
  key: { max_lifetime: 90d, budgets: [{ usd: 50, per: month }] }
`,
    },
  });
  assert.deepEqual(faults, []);
  const { entries = [] } = configuration?.managed ?? {};
  assert.deepEqual(
    entries.map(({ kind, name, at }) => [kind, name, at]),
    [
      ['team', 'payments', 'teams/payments.yaml:2:3'],
      ['member', 'payments\nada', 'teams/payments.yaml:10:16'],
      ['member', 'payments\nbob', 'teams/payments.yaml:10:28'],
      ['key', 'payments-ci', 'teams/payments.yaml:12:3'],
    ],
  );
  const [team, ada, bob, key] = entries;
  assert.deepEqual(
    team?.allowance.budgets.map(({ usd, window, policy }) => [usd, window.name, policy]),
    [
      ['2000', '1mo', 'clamp'],
      ['200', '1d', 'clamp'],
    ],
  );
  assert.deepEqual(team.allowance.limits, [
    { measure: 'requests', per: 'minute', limit: 600 },
    { measure: 'tokens', per: 'minute', limit: 400_000 },
    { measure: 'parallel', per: null, limit: 50 },
  ]);
  assert.deepEqual(team.policy, { region: 'eu', zdr: true, dataCollection: 'allow', only: null, ignore: [] });
  assert.deepEqual([team.credentials, team.ssoGroups], [{ azure: 'azure-payments' }, ['llm-payments']]);
  assert.deepEqual([ada?.role, bob?.role, bob?.allowance.budgets[0]?.usd], ['admin', 'user', '5']);
  assert.deepEqual(key?.secret, { form: 'plain', value: 'sk-payments-ci-0123456789' });
  assert.equal(key.expiresAtMs, Date.parse('2026-12-31T23:00:00Z'), 'the day begins in Berlin');
});

test('what is wrong with teams and keys is told by its place', async () => {
  const { faults } = await load(`version: 1
credentials:
  shared: { provider: openai, api_key: k }
teams:
  payments:
    credentials: { azure: shared, openai: nobody }
    policy: { region: eu, zrd: true }
    members: { ada: boss }
keys:
  one: { secret: sk-0123456789abcdef, sha256: "${'a'.repeat(64)}" }
  two: { secret: sk-00000000000000000, expires: soon }
  three: { secret: sk-00000000000000000 }
  four: { secret: short-and-secret }
`);
  assert.deepEqual(faults, [
    "waybill.yaml:6:20: line 6: expected a credential of azure: 'shared' is one of openai",
    "waybill.yaml:6:35: line 6: there is no credential 'nobody': define it under credentials",
    "waybill.yaml:7:27: line 7: unknown key 'zrd': did you mean 'zdr'?",
    "waybill.yaml:8:21: line 8: expected a role, or a mapping with role, budgets, limits and models, got 'boss'",
    'waybill.yaml:10:39: line 10: expected either secret or sha256',
    "waybill.yaml:11:40: line 11: expected a date such as 2027-01-01 or 2027-01-01T12:00:00Z, got 'soon'",
    "waybill.yaml:12:3: line 12: its secret is that of the key 'two'; each key has one of its own",
    'waybill.yaml:13:19: line 13: expected sk- and 13 to 253 further printable characters, got a string',
  ]);
});

test('the parts of a marketplace are named as not available', async () => {
  const { faults } = await load(`version: 1
server:
  host: 0.0.0.0
  public_url: https://api.example.com
  admin: 127.0.0.1:4001
  trusted_proxies: [10.0.0.0/8]
credentials:
  openai: { resale: true }
  deepinfra: { resale: true }
models:
  openai/gpt-5: openai/gpt-5
  meta/llama-4-70b:
    deployments: [deepinfra/llama-4-70b]
    sell: { input: 0.60, output: 0.90 }
marketplace:
  payments:
    stripe: { secret_key: "\${STRIPE_SECRET_KEY}" }
`);
  assert.deepEqual(
    faults.map((fault) => fault.replace(' is not available in this version yet', '')),
    [
      "waybill.yaml:4:3: line 4: 'public_url'",
      "waybill.yaml:5:3: line 5: 'admin'",
      "waybill.yaml:6:3: line 6: 'trusted_proxies'",
      "waybill.yaml:8:13: line 8: 'resale'",
      "waybill.yaml:9:16: line 9: 'resale'",
      "waybill.yaml:14:5: line 14: 'sell'",
      "waybill.yaml:15:1: line 15: 'marketplace'",
    ],
  );
});

test('every example of the documentation loads', async () => {
  const documents = ['configuration', 'as-code'].map((name) =>
    readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8'),
  );
  const examples = [...documents.join('').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  assert.ok(examples.length >= 4);
  for (const example of examples) {
    const { faults } = await load(
      example.replaceAll('/run/secrets/', 'secrets/').replaceAll('/etc/ssl/certs/corp-root.pem', 'ca.pem'),
    );
    assert.deepEqual(faults, [], example);
  }
});

test('the documentation names every key of the schema', () => {
  const document = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const names = new Set<string>();
  JSON.stringify(jsonSchema(), (key, value: unknown) => {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) names.add(name);
    return value;
  });
  assert.ok(names.size > 60);
  assert.deepEqual(
    [...names].filter((name) => !document.includes(`${name}\``) && !document.includes(`${name}:`)),
    [],
  );
});
