import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, CountTokensCommand } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import OpenAI from 'openai';
import { ACCESS, REGION, refuse, startBedrock } from '../support/bedrock-upstream.ts';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { answer, type Script } from '../support/upstream.ts';

const CLAUDE = 'anthropic.claude-sonnet-5-v1:0';
const NOVA = 'amazon.nova-pro-v1:0';
const MESSAGES = [{ role: 'user' as const, content: 'Hello, world!' }];
const CONVERSE = { messages: [{ role: 'user' as const, content: [{ text: 'Hello, world!' }] }] };
/** Four of the text, one of the role, three for the turn, three for the answer. */
const HELLO_TOKENS = 4 + 1 + 3 + 3;

async function atBedrock(context: TestContext, script: Script) {
  const upstream = await startBedrock(context, script);
  const config = JSON.stringify({
    credentials: {
      up: {
        provider: 'bedrock',
        base_url: `http://127.0.0.1:${upstream.port}`,
        region: REGION,
        access_key_id: ACCESS.accessKeyId,
        secret_access_key: ACCESS.secretAccessKey,
      },
    },
    models: { claude: `up/${CLAUDE}`, nova: `up/${NOVA}` },
  });
  return { gateway: await startGateway(context, { config }), upstream };
}

function awsClient({ url }: Gateway, prefix = ''): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: url + prefix,
    token: { token: MASTER_KEY },
    authSchemePreference: ['httpBearerAuth'],
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
}

const refusing: Script = (request) =>
  refuse(request, 400, 'ValidationException', "The provided model doesn't support counting tokens.");

test("AWS's client counts what Converse and InvokeModel would take", async (context) => {
  const { gateway, upstream } = await atBedrock(context, refusing);
  const body = Buffer.from(
    JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 9, messages: MESSAGES }),
  );
  for (const prefix of ['', '/bedrock']) {
    for (const input of [{ converse: CONVERSE }, { invokeModel: { body } }]) {
      const { inputTokens } = await awsClient(gateway, prefix).send(new CountTokensCommand({ modelId: 'nova', input }));
      assert.equal(inputTokens, HELLO_TOKENS);
    }
  }
  assert.equal(upstream.requests.length, 0);
});

test('refusals are exceptions of Bedrock', async (context) => {
  const gateway = await startGateway(context);
  const count = (modelId: string, input: object) =>
    awsClient(gateway).send(new CountTokensCommand({ modelId, input: input as { converse: typeof CONVERSE } }));
  await assert.rejects(count('nothing-like-it', { converse: CONVERSE }), { name: 'ResourceNotFoundException' });
  const fine = 'sandbox/echo';
  const mistaken = { name: 'ValidationException' };
  await assert.rejects(count(fine, { invokeModel: { body: Buffer.from('{"prompt":"hello"}') } }), mistaken);
  for (const body of [{}, { input: null }, { input: {} }, { input: { invokeModel: {} } }, { input: 'text' }]) {
    const { status, text } = await gateway.post('/model/sandbox%2Fecho/count-tokens', body);
    assert.deepEqual([status, JSON.parse(text).__type], [400, 'ValidationException'], JSON.stringify(body));
  }
  const administration = await gateway.post('/model/new', {});
  assert.deepEqual([administration.status, JSON.parse(administration.text).error.code], [400, 'invalid_request']);
});

const PROVIDER = { 'x-waybill-count': 'provider' };

test('Bedrock counts where it is asked for: Claude by its own body, the others by Converse', async (context) => {
  const { gateway, upstream } = await atBedrock(context, (request) =>
    answer(request, { body: JSON.stringify({ inputTokens: 42 }) }),
  );
  const asked = { model: 'claude', system: 'Be brief.', messages: MESSAGES };
  const claude = await gateway.post('/v1/messages/count_tokens', asked, MASTER_KEY, PROVIDER);
  assert.deepEqual([JSON.parse(claude.text).input_tokens, claude.headers.get('x-waybill-count')], [42, 'provider']);
  const nova = await gateway.post('/v1/messages/count_tokens', { ...asked, model: 'nova' }, MASTER_KEY, PROVIDER);
  assert.equal(JSON.parse(nova.text).input_tokens, 42);
  const [first, second] = upstream.requests.map(({ path, body }) => ({ path, input: JSON.parse(body).input }));
  assert.equal(first?.path, `/model/${encodeURIComponent(CLAUDE)}/count-tokens`);
  const sent = JSON.parse(Buffer.from(first?.input.invokeModel.body, 'base64').toString());
  assert.equal(sent.anthropic_version, 'bedrock-2023-05-31');
  // It is validated as InvokeModel's own, in which the limit is mandatory.
  assert.ok(sent.max_tokens > 0);
  assert.deepEqual([sent.model, sent.stream, sent.messages.length], [undefined, undefined, 1]);
  assert.equal(second?.path, `/model/${encodeURIComponent(NOVA)}/count-tokens`);
  assert.deepEqual(second?.input.converse, { ...CONVERSE, system: [{ text: 'Be brief.' }] });
});

test('where Bedrock does not count, the gateway does', async (context) => {
  const { gateway, upstream } = await atBedrock(context, refusing);
  const { status, headers } = await gateway.post(
    '/v1/messages/count_tokens',
    { model: 'claude', messages: MESSAGES },
    MASTER_KEY,
    PROVIDER,
  );
  assert.deepEqual([status, headers.get('x-waybill-count'), upstream.requests.length], [200, 'gateway', 1]);
  const client = new Anthropic({ baseURL: gateway.url, apiKey: MASTER_KEY });
  assert.equal((await client.messages.countTokens({ model: 'claude', messages: MESSAGES })).input_tokens, HELLO_TOKENS);
});

test('a count that continues a response counts the turns before it', async (context) => {
  const gateway = await startGateway(context);
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: await gateway.createKey(), maxRetries: 0 });
  const model = 'sandbox/echo';
  const first = await client.responses.create({ model, input: 'Hello, world!' });
  const answered = first.output_text;
  const second = await client.responses.create({ model, input: 'More.', previous_response_id: first.id });
  const count = async (asked: OpenAI.Responses.InputTokens.InputTokenCountParams): Promise<number> =>
    (await client.responses.inputTokens.count({ model, ...asked })).input_tokens;
  const said = (role: 'user' | 'assistant', content: string) => ({ role, content });
  const whole = [
    said('user', 'Hello, world!'),
    said('assistant', answered),
    said('user', 'More.'),
    said('assistant', second.output_text),
    said('user', 'And more.'),
  ];
  const continued = await count({ input: 'And more.', previous_response_id: second.id });
  assert.equal(continued, await count({ input: whole }));
  assert.ok(continued > (await count({ input: 'And more.' })) + HELLO_TOKENS);

  const other = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: await gateway.createKey(), maxRetries: 0 });
  await assert.rejects(
    other.responses.inputTokens.count({ model, input: 'And more.', previous_response_id: second.id }),
    { status: 400, code: 'previous_response_not_found' },
  );
});
