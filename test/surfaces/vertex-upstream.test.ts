import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, chatAnswer, type Script, startUpstream, type UpstreamRequest } from '../support/upstream.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const CLAUDE = 'claude-sonnet-4-5@20250929';
const PUBLISHERS = '/v1/projects/acme-ml/locations/europe-west1/publishers';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

/** Google's token service: looks at the assertion, and gives a token of its own for each. */
const givesTokens: Script = async (request) => {
  const form = new URLSearchParams(request.body);
  const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const isSigned = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  );
  const told = isSigned ? { access_token: 'ya29.token', expires_in: 3599 } : { error: 'invalid_grant' };
  await answer(request, { status: isSigned ? 200 : 400, body: JSON.stringify(told) });
};

async function atVertex(context: TestContext, script: Script) {
  const tokens = await startUpstream(context, givesTokens);
  const upstream = await startUpstream(context, async (request) => {
    if (request.headers.authorization === 'Bearer ya29.token') await script(request);
    else await answer(request, { status: 401, body: '{"error":{"code":401,"status":"UNAUTHENTICATED"}}' });
  });
  const account = {
    type: 'service_account',
    project_id: 'acme-ml',
    client_email: 'gateway@acme-ml.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    token_uri: `http://127.0.0.1:${tokens.port}/token`,
  };
  const config = JSON.stringify({
    credentials: {
      up: {
        provider: 'vertex',
        base_url: `http://127.0.0.1:${upstream.port}`,
        location: 'europe-west1',
        service_account: JSON.stringify(account),
      },
    },
    models: { claude: `up/${CLAUDE}`, gemini: 'up/gemini-3-pro', llama: 'up/meta/llama-4' },
    routing: { retries: 0 },
  });
  return { gateway: await startGateway(context, { config }), upstream, tokens };
}

const GENERATED = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hallo.' }] }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 },
};
const generates: Script = (request) =>
  request.path.includes(':stream')
    ? answer(request, { type: 'text/event-stream', body: `data: ${JSON.stringify(GENERATED)}\r\n\r\n` })
    : answer(request, { body: JSON.stringify(GENERATED) });

const MESSAGE = {
  id: 'msg_vrtx_1',
  type: 'message',
  role: 'assistant',
  model: CLAUDE,
  content: [{ type: 'text', text: 'Hallo.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 4, output_tokens: 2 },
};

test("Gemini at Vertex AI: OpenAI's client is translated, Google's passes through, one token serves both", async (context) => {
  const { gateway, upstream, tokens } = await atVertex(context, generates);
  const { choices } = await openAiClient(gateway).chat.completions.create({ model: 'gemini', messages: MESSAGES });
  assert.equal(choices[0]?.message.content, 'Hallo.');
  const google = new GoogleGenAI({ apiKey: MASTER_KEY, httpOptions: { baseUrl: gateway.url } });
  let text = '';
  for await (const chunk of await google.models.generateContentStream({ model: 'gemini', contents: 'Hello' }))
    text += chunk.text ?? '';
  assert.equal(text, 'Hallo.');
  assert.deepEqual(
    upstream.requests.map(({ path }) => path),
    ['generateContent', 'streamGenerateContent?alt=sse'].map(
      (way) => `${PUBLISHERS}/google/models/gemini-3-pro:${way}`,
    ),
  );
  assert.equal(tokens.requests.length, 1);
});

test('Claude at Vertex AI: the address names the model, and the body its version', async (context) => {
  const { gateway, upstream } = await atVertex(context, (request) =>
    answer(request, { body: JSON.stringify(MESSAGE) }),
  );
  const client = new Anthropic({ apiKey: MASTER_KEY, baseURL: gateway.url, maxRetries: 0 });
  const message = await client.messages.create({ model: 'claude', max_tokens: 64, messages: MESSAGES });
  assert.deepEqual(message.content, MESSAGE.content);
  const { choices } = await openAiClient(gateway).chat.completions.create({ model: 'claude', messages: MESSAGES });
  assert.equal(choices[0]?.message.content, 'Hallo.');
  const bodies = upstream.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  for (const { model, anthropic_version: version } of bodies)
    assert.deepEqual([model, version], [undefined, 'vertex-2023-10-16']);
  assert.equal(bodies[0]?.['max_tokens'], 64);
  for (const { path } of upstream.requests) assert.equal(path, `${PUBLISHERS}/anthropic/models/${CLAUDE}:rawPredict`);
});

test("a body of Vertex AI's own clients for Claude passes through to the byte", async (context) => {
  const { gateway, upstream } = await atVertex(context, (request) =>
    answer(request, { body: JSON.stringify(MESSAGE) }),
  );
  const body =
    '{ "anthropic_version":"vertex-2023-10-16", "max_tokens":64,\n"messages":[{"role":"user","content":"Gr\\u00fcße"}] }';
  const path = `/v1/projects/any/locations/global/publishers/anthropic/models/claude:rawPredict`;
  const { status, text } = await gateway.post(path, body);
  assert.deepEqual([status, JSON.parse(text)], [200, MESSAGE]);
  assert.equal(upstream.requests[0]?.body, body);
});

test("models of other makers are reached at Vertex AI's compatible endpoint", async (context) => {
  let asked: UpstreamRequest | null = null;
  const { gateway } = await atVertex(context, (request) => {
    asked = request;
    return answer(request, { body: chatAnswer('Hola.') });
  });
  const { choices } = await openAiClient(gateway).chat.completions.create({ model: 'llama', messages: MESSAGES });
  assert.equal(choices[0]?.message.content, 'Hola.');
  const { path = '', body = '{}' } = (asked ?? {}) as Partial<UpstreamRequest>;
  assert.equal(path, '/v1/projects/acme-ml/locations/europe-west1/endpoints/openapi/chat/completions');
  assert.equal((JSON.parse(body) as { model?: string }).model, 'meta/llama-4');
});
