import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { BedrockRuntimeClient, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { GoogleGenAI } from '@google/genai';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Ollama } from 'ollama';
import { ACCESS, REGION, startBedrock } from '../support/bedrock-upstream.ts';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { errorOf, spendRows } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, type Script, startUpstream, type Upstream } from '../support/upstream.ts';

const VECTOR = [0.25, -0.5];
/** USD per million tokens. */
const PRICE = 2;

const PREDICTED = {
  predictions: [{ embeddings: { values: VECTOR, statistics: { truncated: false, token_count: 7 } } }],
  metadata: { billableCharacterCount: 11 },
};
const EMBEDDED = { embedding: { values: VECTOR }, usageMetadata: { promptTokenCount: 7 }, truncated: false };
const TITAN = { embedding: VECTOR, embeddingsByType: { float: VECTOR }, inputTextTokenCount: 7 };
const COHERE = { id: 'e1', texts: ['one'], embeddings: { float: [VECTOR] }, response_type: 'embeddings_by_type' };

const vertex: Script = (request) =>
  answer(request, { body: JSON.stringify(request.path.endsWith(':predict') ? PREDICTED : EMBEDDED) });
const bedrock: Script = (request) =>
  request.path.includes('titan')
    ? answer(request, { body: JSON.stringify(TITAN) })
    : answer(request, { headers: { 'x-amzn-bedrock-input-token-count': '7' }, body: JSON.stringify(COHERE) });

const PUBLISHER = '/v1/projects/acme/locations/europe-west1/publishers/google/models';
/** Each with the address that it is called at. */
const MODELS = {
  'text-embedding-005': ['vertex', `${PUBLISHER}/text-embedding-005:predict`],
  'gemini-embedding-001': ['vertex', `${PUBLISHER}/gemini-embedding-001:predict`],
  'gemini-embedding-2': ['vertex', `${PUBLISHER}/gemini-embedding-2:embedContent`],
  'amazon.titan-embed-text-v1': ['bedrock', '/model/amazon.titan-embed-text-v1/invoke'],
  'amazon.titan-embed-text-v2:0': ['bedrock', '/model/amazon.titan-embed-text-v2%3A0/invoke'],
  'cohere.embed-english-v3': ['bedrock', '/model/cohere.embed-english-v3/invoke'],
  'us.cohere.embed-v4:0': ['bedrock', '/model/us.cohere.embed-v4%3A0/invoke'],
} as const;

async function atClouds(context: TestContext): Promise<{ gateway: Gateway; asked: () => readonly Asked[] }> {
  const google = await startUpstream(context, vertex);
  const amazon = await startBedrock(context, bedrock);
  const config = JSON.stringify({
    credentials: {
      vertex: {
        provider: 'vertex',
        base_url: `http://127.0.0.1:${google.port}`,
        project: 'acme',
        location: 'europe-west1',
        api_key: 'ya29.token',
      },
      bedrock: {
        provider: 'bedrock',
        base_url: `http://127.0.0.1:${amazon.port}`,
        region: REGION,
        access_key_id: ACCESS.accessKeyId,
        secret_access_key: ACCESS.secretAccessKey,
      },
    },
    models: Object.fromEntries(
      Object.entries(MODELS).map(([model, [cloud]]) => [
        model,
        { deployments: [{ use: `${cloud}/${model}`, price: { input: PRICE, output: 0 } }] },
      ]),
    ),
    routing: { retries: 0 },
  });
  const gateway = await startGateway(context, { config });
  return { gateway, asked: () => [google, amazon].flatMap(askedOf) };
}

type Asked = { readonly path: string; readonly body: Readonly<Record<string, unknown>> };

function askedOf({ requests }: Upstream): readonly Asked[] {
  return requests.map(({ path, body }) => ({ path, body: JSON.parse(body) as Asked['body'] }));
}

test('clients of OpenAI, Gemini and Ollama get embeddings of both clouds, counted and paid for', async (context) => {
  const { gateway, asked } = await atClouds(context);
  const openAi = openAiClient(gateway);
  const google = new GoogleGenAI({ apiKey: MASTER_KEY, httpOptions: { baseUrl: gateway.url } });
  const ollama = new Ollama({ host: gateway.url, headers: { authorization: `Bearer ${MASTER_KEY}` } });
  for (const [model, [, path]] of Object.entries(MODELS)) {
    const { data, usage } = await openAi.embeddings.create({ model, input: 'one', encoding_format: 'float' });
    assert.deepEqual([data[0]?.embedding, usage.prompt_tokens], [VECTOR, 7], model);
    const { embeddings } = await google.models.embedContent({ model, contents: 'one' });
    assert.deepEqual(embeddings?.[0]?.values, VECTOR, model);
    const embedded = await ollama.embed({ model, input: 'one' });
    assert.deepEqual([embedded.embeddings, embedded.prompt_eval_count], [[VECTOR], 7], model);
    assert.deepEqual((await ollama.embeddings({ model, prompt: 'one' })).embedding, VECTOR, model);
    assert.equal(asked().filter((each) => each.path === path).length, 4, model);
  }
  assert.ok(asked().every(({ body }) => !('model' in body)));
  const rows = await spendRows(gateway);
  assert.equal(rows.length, 4 * Object.keys(MODELS).length);
  for (const { spend, prompt_tokens: tokens } of rows) assert.deepEqual([spend, tokens], [(7 * PRICE) / 1e6, 7]);
});

test('what takes one text each is sent nothing when there are two', async (context) => {
  const { gateway, asked } = await atClouds(context);
  const one = ['gemini-embedding-001', 'gemini-embedding-2', 'amazon.titan-embed-text-v2:0'];
  for (const model of one) {
    const { status, text } = await gateway.post('/v1/embeddings', { model, input: ['one', 'two'] });
    assert.equal(status, 400, model);
    assert.match(errorOf(text).message, /takes one text at a time/, model);
  }
  assert.deepEqual(asked(), []);
  const { status } = await gateway.post('/v1/embeddings', { model: 'cohere.embed-english-v3', input: ['one', 'two'] });
  assert.deepEqual([status, asked()[0]?.body['texts']], [200, ['one', 'two']]);
});

test("the clouds' own SDKs: their bytes go through, and are counted", async (context) => {
  const { gateway, asked } = await atClouds(context);
  const aws = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: gateway.url,
    token: { token: MASTER_KEY },
    authSchemePreference: ['httpBearerAuth'],
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
  const bodies = {
    'amazon.titan-embed-text-v2:0': { inputText: 'one', normalize: true },
    'us.cohere.embed-v4:0': { texts: ['one'], input_type: 'search_query', embedding_types: ['float'] },
  };
  for (const [modelId, body] of Object.entries(bodies)) {
    const { body: bytes } = await aws.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
    assert.deepEqual(JSON.parse(bytes.transformToString()), modelId.includes('titan') ? TITAN : COHERE);
    assert.deepEqual(asked().at(-1)?.body, body);
  }
  const google = new GoogleGenAI({
    vertexai: true,
    apiKey: MASTER_KEY,
    httpOptions: { baseUrl: gateway.url, headers: { authorization: `Bearer ${MASTER_KEY}` } },
  });
  for (const model of ['text-embedding-005', 'gemini-embedding-2']) {
    const { embeddings } = await google.models.embedContent({ model, contents: 'one' });
    assert.deepEqual([embeddings?.[0]?.values, embeddings?.[0]?.statistics?.tokenCount], [VECTOR, 7], model);
  }
  const rows = await spendRows(gateway);
  assert.deepEqual(
    rows.map((row) => row.prompt_tokens),
    [7, 7, 7, 7],
  );
});
