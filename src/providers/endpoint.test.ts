import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectId } from '../inference/index.ts';
import {
  boundsFor,
  createEndpoint,
  credentialFault,
  dialectsOf,
  type EndpointCredential,
  withCallerKey,
} from './endpoint.ts';
import { providerRow } from './table.ts';

const VERSION = { version: '1.2.3' };

function credential(differences: Partial<EndpointCredential> = {}): EndpointCredential {
  return {
    name: 'main',
    provider: 'openai',
    baseUrl: null,
    apiKey: 'sk-key',
    auth: 'api-key',
    headers: {},
    options: {},
    ...differences,
  };
}

function urlOf(differences: Partial<EndpointCredential>, dialect: DialectId = 'openai-chat'): string {
  const endpoint = createEndpoint(credential(differences), dialect, VERSION);
  return endpoint === null ? '' : endpoint.origin + endpoint.path;
}

function headersOf(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index] ?? '', list[2 * index + 1] ?? '']),
  );
}

test('the forms of a base URL', () => {
  const forms: readonly [Partial<EndpointCredential>, string][] = [
    [{}, 'https://api.openai.com/v1/chat/completions'],
    [{ baseUrl: 'http://127.0.0.1:9000' }, 'http://127.0.0.1:9000/v1/chat/completions'],
    [{ baseUrl: 'http://127.0.0.1:9000/' }, 'http://127.0.0.1:9000/v1/chat/completions'],
    [{ baseUrl: 'http://127.0.0.1:9000/v1' }, 'http://127.0.0.1:9000/v1/chat/completions'],
    [{ baseUrl: 'http://127.0.0.1:9000/v1/' }, 'http://127.0.0.1:9000/v1/chat/completions'],
    [{ baseUrl: 'http://127.0.0.1:9000/v1/chat/completions' }, 'http://127.0.0.1:9000/v1/chat/completions'],
    [{ baseUrl: 'https://proxy.example/team/openai' }, 'https://proxy.example/team/openai/chat/completions'],
    [{ baseUrl: 'HTTPS://API.OpenAI.com:443/v1' }, 'https://api.openai.com/v1/chat/completions'],
    [{ provider: 'openrouter' }, 'https://openrouter.ai/api/v1/chat/completions'],
    [{ provider: 'openrouter', baseUrl: 'http://mock:1' }, 'http://mock:1/api/v1/chat/completions'],
    [{ provider: 'groq' }, 'https://api.groq.com/openai/v1/chat/completions'],
    [{ provider: 'perplexity' }, 'https://api.perplexity.ai/chat/completions'],
    [{ provider: 'openai-compatible', baseUrl: 'http://vllm:8000' }, 'http://vllm:8000/v1/chat/completions'],
    [
      { provider: 'databricks', baseUrl: 'https://adb.example' },
      'https://adb.example/serving-endpoints/chat/completions',
    ],
    [
      { provider: 'cloudflare', baseUrl: 'https://api.cloudflare.com/client/v4/accounts/abc/ai/v1' },
      'https://api.cloudflare.com/client/v4/accounts/abc/ai/v1/chat/completions',
    ],
    [{ provider: 'ollama', baseUrl: 'http://[::1]:11434' }, 'http://[::1]:11434/v1/chat/completions'],
  ];
  for (const [given, expected] of forms) assert.equal(urlOf(given), expected, JSON.stringify(given));
});

test('an API beside the compatible one, and one whose SDKs add the version', () => {
  const anthropic = { provider: 'anthropic' };
  const forms: readonly [Partial<EndpointCredential>, DialectId, string][] = [
    [anthropic, 'anthropic-messages', 'https://api.anthropic.com/v1/messages'],
    [{ ...anthropic, baseUrl: 'http://mock:1' }, 'anthropic-messages', 'http://mock:1/v1/messages'],
    [{ ...anthropic, baseUrl: 'http://mock:1/v1/messages' }, 'anthropic-messages', 'http://mock:1/v1/messages'],
    [{ ...anthropic, baseUrl: 'http://mock:1/claude' }, 'anthropic-messages', 'http://mock:1/claude/v1/messages'],
    [{ provider: 'deepseek' }, 'anthropic-messages', 'https://api.deepseek.com/anthropic/v1/messages'],
    [{ provider: 'ollama' }, 'ollama-chat', 'http://127.0.0.1:11434/api/chat'],
    [{ provider: 'ollama', baseUrl: 'http://gpu:11434/v1' }, 'ollama-chat', 'http://gpu:11434/api/chat'],
    [
      { provider: 'gemini', baseUrl: 'http://mock:1' },
      'gemini-generate',
      'http://mock:1/v1beta/models/{model}:generateContent',
    ],
  ];
  for (const [given, dialect, expected] of forms) assert.equal(urlOf(given, dialect), expected, JSON.stringify(given));
});

test("a key in the provider's own header, and a subscription's token as a bearer", () => {
  const own = createEndpoint(credential({ provider: 'anthropic' }), 'anthropic-messages', VERSION);
  assert.equal(headersOf(own?.headers ?? [])['x-api-key'], 'sk-key');
  assert.equal(headersOf(own?.headers ?? [])['anthropic-version'], '2023-06-01');
  const callers = createEndpoint(credential({ provider: 'anthropic', auth: 'caller' }), 'anthropic-messages', VERSION);
  assert.ok(callers !== null);
  assert.equal(headersOf(withCallerKey(callers, 'sk-ant-api03-x'))['x-api-key'], 'sk-ant-api03-x');
  assert.equal(headersOf(withCallerKey(callers, 'sk-ant-oat01-x'))['authorization'], 'Bearer sk-ant-oat01-x');
});

test('an operation that the provider does not offer', () => {
  assert.equal(createEndpoint(credential({ provider: 'groq' }), 'openai-embeddings', VERSION), null);
  assert.equal(createEndpoint(credential({ provider: 'jina' }), 'openai-chat', VERSION), null);
  assert.equal(createEndpoint(credential(), 'openai-embeddings', VERSION)?.path, '/v1/embeddings');
});

test('the headers: key, type, no compression, who we are, and what was configured', () => {
  const given = credential({ headers: { 'X-Title': 'mine', 'User-Agent': 'custom' } });
  const endpoint = createEndpoint(given, 'openai-chat', { ...VERSION, headers: { 'x-title': 'of the deployment' } });
  assert.deepEqual(headersOf(endpoint?.headers ?? []), {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'custom',
    authorization: 'Bearer sk-key',
    'x-title': 'of the deployment',
  });
  assert.equal(
    headersOf(createEndpoint(credential(), 'openai-chat', VERSION)?.headers ?? [])['user-agent'],
    'waybill/1.2.3',
  );
});

test('no key where there is none, or none is wanted', () => {
  for (const differences of [{ apiKey: null }, { auth: 'none' as const }, { provider: 'sandbox' }]) {
    const { headers } = createEndpoint(credential(differences), 'openai-chat', VERSION) ?? { headers: [] };
    assert.equal(headersOf(headers)['authorization'], undefined);
  }
});

test("a caller's key goes to the provider's own host, and nowhere else", () => {
  const own = createEndpoint(credential({ auth: 'caller', apiKey: 'sk-of-the-operator' }), 'openai-chat', VERSION);
  assert.ok(own?.takesCallerKey);
  assert.equal(headersOf(own.headers)['authorization'], undefined);
  assert.equal(headersOf(withCallerKey(own, 'sk-of-the-caller'))['authorization'], 'Bearer sk-of-the-caller');
  assert.equal(headersOf(withCallerKey(own, 'evil\r\nx-admin: 1'))['authorization'], undefined);
  for (const baseUrl of [
    'https://evil.example/v1',
    'http://api.openai.com/v1',
    'https://api.openai.com:8443/v1',
    'https://api.openai.com.evil.example',
  ]) {
    assert.match(credentialFault(credential({ auth: 'caller', baseUrl })) ?? '', /host of OpenAI only/, baseUrl);
  }
  const ours = createEndpoint(credential(), 'openai-chat', VERSION);
  assert.ok(ours !== null && !ours.takesCallerKey);
  assert.deepEqual(withCallerKey(ours, 'sk-of-the-caller'), ours.headers);
});

test('faults, in words', () => {
  const faults: readonly [Partial<EndpointCredential>, RegExp][] = [
    [{ provider: 'nobody' }, /no provider nobody/],
    [{ provider: 'openai-compatible' }, /give a base URL/],
    [{ baseUrl: 'ftp://x.example' }, /not http or https/],
    [{ baseUrl: 'http://169.254.169.254' }, /metadata/],
    [{ baseUrl: 'https://user:pw@x.example' }, /user and password/],
    [{ baseUrl: 'https://x.example/v1?key=1' }, /query/],
    [{ headers: { 'bad header': 'x' } }, /not a header name/],
    [{ headers: { 'x-a': 'a\r\nb' } }, /header x-a holds characters/],
    [{ headers: { Host: 'x' } }, /Host cannot be set/],
    [{ apiKey: 'sk-a\nb' }, /the key holds characters/],
    [{ apiKey: 'sk-“quoted”' }, /the key holds characters/],
  ];
  for (const [given, expected] of faults) {
    assert.match(credentialFault(credential(given)) ?? '', expected, JSON.stringify(given));
    assert.throws(() => createEndpoint(credential(given), 'openai-chat', VERSION), RangeError);
  }
  assert.equal(credentialFault(credential()), null);
  assert.equal(credentialFault(credential({ baseUrl: 'http://10.0.0.5:8000' })), null);
});

const CLOUDS: readonly [Partial<EndpointCredential>, DialectId, string, string?][] = [
  [
    { provider: 'bedrock', options: { region: 'eu-central-1' } },
    'bedrock-converse',
    'https://bedrock-runtime.eu-central-1.amazonaws.com/model/{model}/converse',
    '/model/{model}/converse-stream',
  ],
  [
    { provider: 'bedrock', options: { region: 'cn-north-1' } },
    'bedrock-invoke',
    'https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/{model}/invoke',
    '/model/{model}/invoke-with-response-stream',
  ],
  [
    { provider: 'bedrock', options: { region: 'us-east-1' }, baseUrl: 'https://vpce.example' },
    'openai-chat',
    'https://vpce.example/openai/v1/chat/completions',
  ],
  [
    { provider: 'vertex', options: { project: 'acme', location: 'europe-west1' } },
    'gemini-generate',
    'https://europe-west1-aiplatform.googleapis.com/v1/projects/acme/locations/europe-west1/publishers/google/models/{model}:generateContent',
    '/v1/projects/acme/locations/europe-west1/publishers/google/models/{model}:streamGenerateContent?alt=sse',
  ],
  [
    { provider: 'vertex', options: { project: 'acme', location: 'global' } },
    'anthropic-messages',
    'https://aiplatform.googleapis.com/v1/projects/acme/locations/global/publishers/anthropic/models/{model}:rawPredict',
    '/v1/projects/acme/locations/global/publishers/anthropic/models/{model}:streamRawPredict',
  ],
  [
    { provider: 'vertex', options: { project: 'acme', location: 'eu' } },
    'openai-chat',
    'https://aiplatform.eu.rep.googleapis.com/v1/projects/acme/locations/eu/endpoints/openapi/chat/completions',
  ],
  [
    { provider: 'azure', options: { resource: 'acme' } },
    'openai-chat',
    'https://acme.openai.azure.com/openai/v1/chat/completions',
  ],
  [
    { provider: 'azure', options: { api_version: '2024-10-21' }, baseUrl: 'https://acme.openai.azure.com/' },
    'openai-embeddings',
    'https://acme.openai.azure.com/openai/deployments/{model}/embeddings?api-version=2024-10-21',
  ],
  [
    { provider: 'azure', options: { api_version: 'preview' }, baseUrl: 'https://acme.openai.azure.com/openai/v1/' },
    'openai-responses',
    'https://acme.openai.azure.com/openai/v1/responses',
  ],
  [
    { provider: 'azure-ai', options: { resource: 'acme' } },
    'anthropic-messages',
    'https://acme.services.ai.azure.com/anthropic/v1/messages',
  ],
  [
    { provider: 'azure-ai', options: { resource: 'acme', api_version: '2024-05-01-preview' } },
    'openai-chat',
    'https://acme.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview',
  ],
];

test('addresses of clouds are made of what the credential says', () => {
  for (const [given, dialect, url, streamPath] of CLOUDS) {
    const endpoint = createEndpoint(credential(given), dialect, VERSION);
    assert.equal(`${endpoint?.origin}${endpoint?.path}`, url);
    assert.equal(endpoint?.streamPath, streamPath ?? url.slice(endpoint?.origin.length));
  }
});

test('a key of a cloud goes where that cloud looks for it', () => {
  const headers = (provider: string, dialect: DialectId, options: Record<string, string>): Record<string, string> =>
    headersOf(createEndpoint(credential({ provider, options }), dialect, VERSION)?.headers ?? []);
  assert.equal(headers('azure', 'openai-chat', { resource: 'a' })['api-key'], 'sk-key');
  assert.equal(headers('azure-ai', 'anthropic-messages', { resource: 'a' })['x-api-key'], 'sk-key');
  assert.equal(headers('bedrock', 'bedrock-converse', { region: 'us-east-1' })['authorization'], 'Bearer sk-key');
});

test('models that an API has under another path', () => {
  const pathOf = (model: string, dialect: DialectId): string | undefined => {
    const given = credential({ provider: 'bedrock-mantle', options: { region: 'us-east-2' } });
    const { origin, path } = createEndpoint(given, dialect, { ...VERSION, model }) ?? assert.fail();
    assert.equal(origin, 'https://bedrock-mantle.us-east-2.api.aws');
    return path;
  };
  assert.equal(pathOf('openai.gpt-oss-120b', 'openai-responses'), '/v1/responses');
  assert.equal(pathOf('openai.gpt-5.5', 'openai-responses'), '/openai/v1/responses');
  assert.equal(pathOf('google.gemma-4-31b', 'openai-chat'), '/openai/v1/chat/completions');
  assert.equal(pathOf('anthropic.claude-opus-5', 'anthropic-messages'), '/anthropic/v1/messages');
});

test('which dialects a model is spoken to in', () => {
  assert.deepEqual(dialectsOf('vertex', 'text-embedding-005').slice(1), ['vertex-embed']);
  assert.deepEqual(dialectsOf('vertex', 'gemini-embedding-001').slice(1), ['vertex-embed']);
  assert.deepEqual(dialectsOf('vertex', 'gemini-embedding-2').slice(1), ['gemini-embed']);
  assert.deepEqual(dialectsOf('bedrock', 'amazon.titan-embed-text-v2:0').slice(1), ['bedrock-titan-embed']);
  assert.deepEqual(dialectsOf('bedrock', 'us.cohere.embed-v4:0').slice(1), ['bedrock-cohere-embed']);
  assert.deepEqual(dialectsOf('bedrock-mantle', 'anthropic.claude-opus-5'), ['anthropic-messages']);
  assert.deepEqual(dialectsOf('bedrock-mantle', 'openai.gpt-5.5'), ['openai-responses']);
  assert.deepEqual(dialectsOf('bedrock-mantle', 'qwen.qwen3-32b'), ['openai-chat', 'openai-responses']);
  assert.deepEqual(dialectsOf('vertex', 'claude-sonnet-4-5@20250929'), ['anthropic-messages']);
  assert.deepEqual(dialectsOf('vertex', 'gemini-3-pro'), ['gemini-generate']);
  assert.deepEqual(dialectsOf('vertex', 'meta/llama-4-maverick'), ['openai-chat']);
  assert.deepEqual(dialectsOf('bedrock', 'eu.anthropic.claude-sonnet-5-v1:0'), [
    'bedrock-converse',
    'bedrock-invoke',
    'anthropic-messages',
  ]);
  assert.deepEqual(dialectsOf('bedrock', 'amazon.nova-pro-v1:0'), ['bedrock-converse']);
  assert.deepEqual(dialectsOf('bedrock', 'openai.gpt-oss-120b-1:0'), ['bedrock-converse', 'openai-chat']);
  assert.deepEqual(dialectsOf('azure-ai', 'our-Claude'), ['anthropic-messages']);
  assert.ok(!dialectsOf('azure-ai', 'deepseek-v3').includes('anthropic-messages'));
});

test('what the parts of an address cannot be', () => {
  const faultOf = (differences: Partial<EndpointCredential>) => credentialFault(credential(differences));
  assert.equal(faultOf({ provider: 'bedrock' }), 'Amazon Bedrock needs a region');
  assert.equal(faultOf({ provider: 'azure' }), 'Azure OpenAI needs a base URL or a resource');
  const elsewhere = faultOf({ provider: 'bedrock', options: { region: 'x.example/' } });
  assert.equal(elsewhere, 'region cannot be part of an address');
  assert.equal(faultOf({ auth: 'entra' }), "auth 'entra' is for Azure's providers, and OpenAI is none");
});

test('what an upstream takes at most, by its model', () => {
  const sonnet = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
  const cases: readonly [provider: string, model: string, ...bounds: readonly (number | null)[]][] = [
    ['openai', 'gpt-5', 2, 1_500, null],
    ['mistral', 'mistral-large-latest', 1.5, 8, 13_981_016],
    ['cohere', 'command-a-03-2025', 1, null, null],
    ['groq', 'llama-4', 2, 5, 4_194_304],
    ['bedrock', sonnet, 1, 20, 5_242_880],
    ['bedrock', 'anthropic.claude-3-5-sonnet-20241022-v2:0', 1, 20, 5_242_880],
    ['bedrock', 'global.anthropic.claude-opus-4-6-v1', 1, null, 5_242_880],
    ['bedrock', 'amazon.nova-pro-v1:0', 1, 20, 5_242_880],
    ['vertex', 'claude-opus-5', 1, null, 5_242_880],
    ['vertex', 'gemini-3-pro', 2, 3_000, null],
    ['azure', 'gpt-4.1-mini', 2, 50, null],
    ['openai-compatible', 'm', null, null, null],
  ];
  for (const [provider, model, ...bounds] of cases) {
    const row = providerRow(provider);
    assert.ok(row !== null, provider);
    const { temperature, images, imageLetters } = boundsFor(row, model);
    assert.deepEqual([temperature, images, imageLetters], bounds, `${provider}/${model}`);
  }
});
