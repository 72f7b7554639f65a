import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from './load-for-test.ts';

async function faultsOf(text: string, environment: Readonly<Record<string, string>> = { OPENAI_API_KEY: 'sk-o' }) {
  return (await loadForTest({ files: { 'waybill.yaml': text }, environment })).faults;
}

test('all faults come at once, each with its place', async () => {
  const faults = await faultsOf(`version: 2
credentials:
  openai-a: { provider: opnai }
  b: { provider: openai, api_key: 12, weird: 1, api_kee: x }
  c: { base_url: "ftp://x", provider: openai }
models:
  x:
    deploymnets: [openai/gpt]
  y: opnai/gpt-4o
  z: { deployments: [ { use: openai/x, wieght: 3, limits: { rpm: 4.5 } }, 5, b/q, nothing ] }
  "a*b*": openai/x
  plain: openai/*
routing: { strategy: fast, retries: 100, cooldown: 10 }
server: { port: 99999, data: "\${NOPE}" }
request_log: maybe
x-notes: { anything: goes }
budget_exceeded_status_code: 403
`);
  assert.deepEqual(faults, [
    'waybill.yaml:1:10: line 1: expected 1, got 2',
    "waybill.yaml:3:25: line 3: there is no provider 'opnai': did you mean 'openai'?",
    'waybill.yaml:4:35: line 4: expected text, got a number',
    faults[3],
    "waybill.yaml:4:49: line 4: unknown key 'api_kee': did you mean 'api_key'?",
    "waybill.yaml:5:18: line 5: expected a URL that begins with https:// or http://, got 'ftp://x'",
    "waybill.yaml:8:5: line 8: unknown key 'deploymnets': did you mean 'deployments'?",
    "waybill.yaml:9:6: line 9: there is no credential 'opnai': did you mean 'openai'?",
    "waybill.yaml:10:40: line 10: unknown key 'wieght': did you mean 'weight'?",
    'waybill.yaml:10:66: line 10: expected a whole number, 1 or greater, such as 600, 450k or 1.5M, got 4.5',
    "waybill.yaml:10:75: line 10: expected 'credential/upstream-model' or a mapping with 'use', got 5",
    "waybill.yaml:10:83: line 10: expected credential/upstream-model, got 'nothing'",
    'waybill.yaml:11:3: line 11: expected a name with at most one *',
    "waybill.yaml:12:10: line 12: expected a * in the model's name too: '*' holds one",
    "waybill.yaml:13:22: line 13: expected one of balanced, weighted, price-weighted, lowest-price, lowest-latency, highest-throughput, least-busy, usage, ordered, round-robin, two-choices, got 'fast'",
    'waybill.yaml:13:37: line 13: expected a whole number, 0 to 10, got 100',
    'waybill.yaml:13:52: line 13: expected a duration such as 500ms, 10s or 2m, got 10',
    'waybill.yaml:14:17: line 14: expected a whole number, 0 to 65535, got 99999',
    'waybill.yaml:14:30: line 14: the variable NOPE is not set: set it, or write ${NOPE:-default}',
    "waybill.yaml:15:14: line 15: expected on or off, got 'maybe'",
    'waybill.yaml:17:30: line 17: expected one of 400, 402, 422, 429, got 403',
  ]);
  assert.match(faults[3] ?? '', /^waybill\.yaml:4:39: line 4: unknown key 'weird': expected one of provider, base_url/);
});

test('an unquoted reference inside braces is one fault', async () => {
  assert.deepEqual(await faultsOf('credentials:\n  openai: { api_key: ${OPENAI_API_KEY}, provider: openai }\n'), [
    'waybill.yaml:2:22: line 2: quote it: "${OPENAI_API_KEY}"',
  ]);
  assert.deepEqual(await faultsOf('network: { no_proxy: [a, x-${B:-c}.d] }'), [
    'waybill.yaml:1:26: line 1: quote it: "x-${B:-c}.d"',
  ]);
});

test('after a syntax fault nothing else of the file is reported', async () => {
  const faults = await faultsOf('version: 7\nmodels:\n  a: [openai/x\nunknown: 1\n');
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? '', /^waybill\.yaml:\d+:\d+: line \d: not valid YAML: /);
});

test('a key that stands twice is a fault', async () => {
  assert.deepEqual(await faultsOf('models:\n  a: openai/x\n  a: openai/y\n'), [
    "waybill.yaml:3:3: line 3: the key 'a' stands here twice",
  ]);
});

test('what is not a mapping is a fault, an empty file is none', async () => {
  assert.deepEqual(await faultsOf('- a\n'), ['waybill.yaml:1:1: line 1: expected a mapping']);
  assert.deepEqual(await faultsOf('# nothing yet\n'), []);
  assert.deepEqual(await faultsOf('models:\ncredentials:\n'), []);
});

test('anchors and merges work, aliases in circles or in masses do not', async () => {
  const { configuration, faults } = await loadForTest({
    files: {
      'waybill.yaml': `x-shared: &shared { weight: 3, limits: { rpm: 10 } }
models:
  a: { deployments: [ { <<: *shared, use: openai/a }, { use: openai/b, weight: 1, <<: *shared } ] }
`,
    },
    environment: { OPENAI_API_KEY: 'sk-o' },
  });
  assert.deepEqual(faults, []);
  assert.deepEqual(
    configuration?.models[0]?.deployments.map(({ weight, limits }) => [weight, limits.rpm]),
    [
      [3, 10],
      [1, 10],
    ],
  );
  assert.deepEqual(await faultsOf('models: &m\n  a: *m\n'), [
    'waybill.yaml:2:6: line 2: there is no anchor &m before it',
  ]);
  const masses = Array.from(
    { length: 12 },
    (_, level) => `  l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
  );
  const [fault] = await faultsOf(`x-a:\n  l0: &l0 [1,1,1]\n${masses.join('\n')}\n`);
  assert.match(fault ?? '', /expected at most 1000000 values, aliases put in$/);
});

test('missing parts are named', async () => {
  assert.deepEqual(
    await faultsOf('credentials: { a: {} }\nmodels: { m: { deployments: [{ weight: 1 }] }, n: { deployments: [] } }\n'),
    [
      "waybill.yaml:1:16: line 1: 'provider' is missing, and no provider is called 'a'",
      "waybill.yaml:2:30: line 2: 'use' is missing: expected text",
      'waybill.yaml:2:53: line 2: expected at least one deployment, got an empty list',
    ],
  );
});

test('a credential without its key, a base URL or with too much is a fault', async () => {
  const faults = await faultsOf(
    `credentials:
  anthropic: {}
  azure-a: { provider: azure, api_key: k }
  c: { provider: openai, auth: caller, base_url: "https://x.example" }
  d: { provider: openai, auth: none, api_key: sk-secret }
models: { m: groq/llama, n: github-models/gpt, o: azure/x }
`,
  );
  assert.deepEqual(faults, [
    "waybill.yaml:2:3: line 2: the credential 'anthropic' has no api_key, and ANTHROPIC_API_KEY is not set",
    "waybill.yaml:3:3: line 3: the credential 'azure-a' needs a base_url or a resource, or AZURE_OPENAI_RESOURCE in the environment",
    "waybill.yaml:4:50: line 4: expected no base_url beside 'auth: caller': callers' keys go to the provider's own host only",
    "waybill.yaml:5:47: line 5: expected no api_key beside 'auth: none'",
    "waybill.yaml:6:14: line 6: the provider 'groq' has no key: set GROQ_API_KEY, or define a credential for it",
    "waybill.yaml:6:29: line 6: the provider 'github-models' has no key: set GITHUB_TOKEN, or define a credential for it",
    "waybill.yaml:6:51: line 6: the provider 'azure' needs a base_url or a resource, or AZURE_OPENAI_RESOURCE in the environment",
  ]);
});

test('no message shows a secret', async () => {
  const faults = await faultsOf('request_log: ${SECRET}\nserver: { port: "${SECRET}", master_key: 5 }\n', {
    SECRET: 'hunter2',
  });
  assert.deepEqual(faults, [
    'waybill.yaml:1:14: line 1: expected on or off, got what ${SECRET} holds',
    'waybill.yaml:2:17: line 2: expected a whole number, 0 to 65535, got what ${SECRET} holds',
    'waybill.yaml:2:42: line 2: expected text, got a number',
  ]);
});

test('a cloud account that cannot work is a fault', async () => {
  const { faults } = await loadForTest({
    files: {
      'waybill.yaml': `credentials:
  bedrock: {}
  half: { provider: bedrock, region: us-east-1, access_key_id: AKIA }
  roleless: { provider: bedrock, region: us-east-1, web_identity_token_file: /token }
  vertex: { location: global, service_account: '{"type":"service_account"' }
  azure: { resource: acme, auth: entra, api_key: k }
  keyless: { provider: azure, base_url: "https://acme.openai.azure.com" }
`,
    },
  });
  assert.deepEqual(faults, [
    "waybill.yaml:2:3: line 2: the credential 'bedrock' needs a region, or AWS_REGION in the environment",
    "waybill.yaml:3:64: line 3: 'access_key_id' needs 'secret_access_key' beside it",
    "waybill.yaml:4:78: line 4: 'web_identity_token_file' needs 'role_arn' beside it",
    "waybill.yaml:5:3: line 5: the credential 'vertex' needs a project, or GOOGLE_CLOUD_PROJECT in the environment",
    "waybill.yaml:6:50: line 6: expected no api_key beside 'auth: entra'",
    "waybill.yaml:7:3: line 7: the credential 'keyless' has no api_key, and AZURE_API_KEY is not set; with 'auth: entra' none is needed",
  ]);
});
