import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { answer, type Script, startUpstream, type Upstream } from '../support/upstream.ts';

/** `claude` and `gemini` are at counting providers of that kind, `gpt` is at one that cannot count. */
async function start(
  context: TestContext,
  script: Script = (request) => void answer(request, { status: 500, body: '{}' }),
): Promise<{ readonly gateway: Gateway; readonly upstream: Upstream }> {
  const upstream = await startUpstream(context, script);
  const base = upstream.url.replace(/\/v1$/, '');
  const config = `version: 1
credentials:
  anthropic: { provider: anthropic, base_url: "${base}", api_key: sk-ant-upstream }
  gemini: { provider: gemini, base_url: "${base}", api_key: AI-upstream }
  compatible: { provider: openai-compatible, base_url: "${upstream.url}", api_key: sk-upstream }
models:
  claude: anthropic/claude-sonnet-4-5
  gemini: gemini/gemini-2.5-pro
  gpt: compatible/gpt-4o
  other: compatible/other
`;
  return { gateway: await startGateway(context, { config }), upstream };
}

const HELLO = [{ role: 'user' as const, content: 'Hello, world!' }];
/** Four of the text, one of the role, three for the turn, three for the answer. */
const HELLO_TOKENS = 4 + 1 + 3 + 3;

test("Anthropic's client counts, with tools and instructions", async (context) => {
  const { gateway, upstream } = await start(context);
  const client = new Anthropic({ baseURL: gateway.url, apiKey: MASTER_KEY });
  assert.equal((await client.messages.countTokens({ model: 'gpt', messages: HELLO })).input_tokens, HELLO_TOKENS);
  const more = await client.messages.countTokens({
    model: 'gpt',
    system: 'Be brief.',
    messages: HELLO,
    tools: [{ name: 'add', description: 'adds', input_schema: { type: 'object', properties: {} } }],
  });
  assert.ok(more.input_tokens > HELLO_TOKENS + 30);
  assert.equal(upstream.requests.length, 0);
});

test("so do Gemini's and OpenAI's, and LiteLLM's", async (context) => {
  const { gateway } = await start(context);
  const google = new GoogleGenAI({ apiKey: MASTER_KEY, httpOptions: { baseUrl: gateway.url } });
  const counted = await google.models.countTokens({ model: 'gpt', contents: 'Hello, world!' });
  assert.equal(counted.totalTokens, HELLO_TOKENS);
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: MASTER_KEY });
  const { input_tokens: tokens } = await openai.responses.inputTokens.count({ model: 'gpt', input: 'Hello, world!' });
  assert.equal(tokens, HELLO_TOKENS);
  for (const given of [
    { messages: HELLO },
    { prompt: 'Hello, world!' },
    { contents: [{ role: 'user', parts: [{ text: 'Hello, world!' }] }] },
  ]) {
    const { status, text } = await gateway.post('/utils/token_counter', { model: 'gpt', ...given });
    assert.equal(status, 200, text);
    assert.deepEqual(JSON.parse(text), {
      total_tokens: HELLO_TOKENS,
      request_model: 'gpt',
      model_used: 'gpt-4o',
      tokenizer_type: 'openai_tokenizer',
    });
  }
});

const body = { model: 'gpt', messages: HELLO };
const contents = { contents: [{ parts: [{ text: 'Hello, world!' }] }] };
const addresses: readonly (readonly [path: string, body: unknown, field: string])[] = [
  ...['/v1', '', '/v1/v1', '/openai', '/openai/v1', '/api/v1', '/anthropic/v1', '/anthropic'].map(
    (prefix) => [`${prefix}/messages/count_tokens?beta=true`, body, 'input_tokens'] as const,
  ),
  ...[
    '/v1beta/models/gpt',
    '/v1/models/gpt',
    '/gemini/v1beta/models/gpt',
    '/v1beta1/publishers/google/models/gpt',
    '/v1/projects/p/locations/l/publishers/google/models/gpt',
  ].map((path) => [`${path}:countTokens`, contents, 'totalTokens'] as const),
  ['/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict', body, 'input_tokens'],
];

test('every address of a count', async (context) => {
  const { gateway } = await start(context);
  for (const [path, asked, field] of addresses) {
    const { status, text } = await gateway.post(path, asked);
    assert.deepEqual([status, JSON.parse(text)[field]], [200, HELLO_TOKENS], `${path}: ${text}`);
  }
});

test('a key goes by the query to Gemini alone', async (context) => {
  const { gateway } = await start(context);
  const withKey = (path: string, asked: unknown) => gateway.post(`${path}?key=${MASTER_KEY}`, asked, '');
  assert.equal((await withKey('/v1beta/models/gpt:countTokens', contents)).status, 200);
  assert.equal((await withKey('/v1beta1/publishers/google/models/gpt:countTokens', contents)).status, 200);
  assert.equal((await withKey('/v1/messages/count_tokens', body)).status, 401);
});

test("refusals, in the door's dialect", async (context) => {
  const { gateway } = await start(context);
  const key = await gateway.createKey({ models: ['gpt'] });
  const count = async (asked: unknown, secret = key) => {
    const { status, text } = await gateway.post('/v1/messages/count_tokens', asked, secret);
    const { type, error } = JSON.parse(text);
    return [status, type, error.type];
  };
  assert.deepEqual(await count({ ...body, model: 'other' }), [403, 'error', 'permission_error']);
  assert.deepEqual(await count({ ...body, model: 'nothing-like-it' }), [404, 'error', 'not_found_error']);
  assert.deepEqual(await count({ model: 'gpt' }), [400, 'error', 'invalid_request_error']);
  assert.deepEqual(await count('{"model":'), [400, 'error', 'invalid_request_error']);
  assert.deepEqual(await count(body, 'sk-wrong'), [401, 'error', 'authentication_error']);
  const gemini = await gateway.post('/v1beta/models/other:countTokens', contents, key);
  assert.deepEqual([gemini.status, JSON.parse(gemini.text).error.status], [403, 'PERMISSION_DENIED']);
});

test('it costs nothing, whatever is left of a budget, and leaves no row', async (context) => {
  const { gateway } = await start(context);
  const key = await gateway.createKey({ max_budget: 0, rpm_limit: 1 });
  for (let times = 0; times < 3; times++)
    assert.equal((await gateway.post('/v1/messages/count_tokens', body, key)).status, 200);
  assert.deepEqual(JSON.parse((await gateway.get('/spend/logs')).text), []);
});

test('a body as long as one of inference may be', async (context) => {
  const { gateway } = await start(context);
  const content = 'word '.repeat(500_000);
  const { status, text } = await gateway.post('/v1/messages/count_tokens', {
    model: 'gpt',
    messages: [{ role: 'user', content }],
  });
  assert.equal(status, 200, text);
  assert.ok(JSON.parse(text).input_tokens >= 500_000);
});

const PROVIDER = { 'x-waybill-count': 'provider' };

test("the model's own provider counts where it is asked for", async (context) => {
  const { gateway, upstream } = await start(context, (request) => {
    const counted = request.path.includes('countTokens') ? { totalTokens: 41 } : { input_tokens: 42 };
    return answer(request, { body: JSON.stringify(counted) });
  });
  const asked = { ...body, model: 'claude', system: 'Be brief.' };
  const anthropic = await gateway.post('/v1/messages/count_tokens', asked, MASTER_KEY, {
    ...PROVIDER,
    'anthropic-beta': 'token-counting-2024-11-01',
  });
  assert.deepEqual(
    [JSON.parse(anthropic.text).input_tokens, anthropic.headers.get('x-waybill-count')],
    [42, 'provider'],
  );
  const [first] = upstream.requests;
  assert.deepEqual([first?.path, first?.headers['x-api-key']], ['/v1/messages/count_tokens', 'sk-ant-upstream']);
  assert.equal(first?.headers['anthropic-beta'], 'token-counting-2024-11-01');
  const sent = JSON.parse(first?.body ?? '');
  assert.deepEqual(Object.keys(sent).sort(), ['messages', 'model', 'system']);
  assert.equal(sent.model, 'claude-sonnet-4-5');

  const gemini = await gateway.post('/v1/messages/count_tokens?provider=true', { ...body, model: 'gemini' });
  assert.equal(JSON.parse(gemini.text).input_tokens, 41);
  assert.equal(upstream.requests[1]?.path, '/v1beta/models/gemini-2.5-pro:countTokens');
  assert.equal(JSON.parse(upstream.requests[1]?.body ?? '').generateContentRequest.model, 'models/gemini-2.5-pro');

  const litellm = await gateway.post('/utils/token_counter?call_endpoint=true', { model: 'claude', messages: HELLO });
  assert.deepEqual(
    [JSON.parse(litellm.text).total_tokens, JSON.parse(litellm.text).tokenizer_type],
    [42, 'anthropic_api'],
  );
  // Not asked for: not asked.
  await gateway.post('/v1/messages/count_tokens', asked);
  assert.equal(upstream.requests.length, 3);
});

test('where the provider cannot, or fails, the gateway counts and says so', async (context) => {
  const { gateway, upstream } = await start(context);
  for (const [model, asks] of [
    ['gpt', 0],
    ['claude', 1],
  ] as const) {
    const { status, headers } = await gateway.post(
      '/v1/messages/count_tokens',
      { ...body, model },
      MASTER_KEY,
      PROVIDER,
    );
    assert.deepEqual([status, headers.get('x-waybill-count')], [200, 'gateway'], model);
    assert.equal(upstream.requests.length, asks, model);
  }
});
