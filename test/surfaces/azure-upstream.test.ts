import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { AzureOpenAI } from 'openai';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, chatAnswer, type Script, startUpstream } from '../support/upstream.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const talks: Script = (request) => answer(request, { body: chatAnswer('Hallo.') });

/** One credential `up` at Azure, with what the test says of it. */
async function atAzure(
  context: TestContext,
  provider: string,
  options: Readonly<Record<string, string>>,
  script: Script = talks,
  env: Readonly<Record<string, string>> = {},
) {
  const upstream = await startUpstream(context, script);
  const config = JSON.stringify({
    credentials: { up: { provider, base_url: `http://127.0.0.1:${upstream.port}`, ...options } },
    models: { 'gpt-4o': 'up/gpt4o-prod', claude: 'up/claude-sonnet-5', embed: 'up/embed-prod' },
    routing: { retries: 0 },
  });
  return { gateway: await startGateway(context, { config, env }), upstream };
}

async function sayHello(gateway: Gateway): Promise<string | null | undefined> {
  const { choices } = await openAiClient(gateway).chat.completions.create({ model: 'gpt-4o', messages: MESSAGES });
  return choices[0]?.message.content;
}

test('the API without a date: the body names the deployment', async (context) => {
  const { gateway, upstream } = await atAzure(context, 'azure', { api_key: 'az-key' });
  assert.equal(await sayHello(gateway), 'Hallo.');
  const [asked] = upstream.requests;
  assert.deepEqual([asked?.path, asked?.headers['api-key']], ['/openai/v1/chat/completions', 'az-key']);
  assert.equal(asked?.headers.authorization, undefined);
  assert.equal((JSON.parse(asked?.body ?? '') as { model: string }).model, 'gpt4o-prod');
});

test("a dated API: the address names the deployment; Azure's own client gets there, too", async (context) => {
  const { gateway, upstream } = await atAzure(context, 'azure', { api_key: 'az-key', api_version: '2024-10-21' });
  assert.equal(await sayHello(gateway), 'Hallo.');
  const azure = new AzureOpenAI({ endpoint: gateway.url, apiKey: MASTER_KEY, apiVersion: '2025-01-01', maxRetries: 0 });
  const { choices } = await azure.chat.completions.create({ model: 'gpt-4o', messages: MESSAGES });
  assert.equal(choices[0]?.message.content, 'Hallo.');
  const path = '/openai/deployments/gpt4o-prod/chat/completions?api-version=2024-10-21';
  assert.deepEqual(
    upstream.requests.map((asked) => asked.path),
    [path, path],
  );
});

test('a token of Microsoft Entra: one for all calls, for the application that is named', async (context) => {
  const entra = await startUpstream(context, (request) => {
    const { client_secret: secret, scope } = Object.fromEntries(new URLSearchParams(request.body));
    const isKnown = secret === 's3cret' && scope === 'https://cognitiveservices.azure.com/.default';
    const told = isKnown ? { access_token: 'eyJ.entra', expires_in: '3599' } : { error: 'invalid_client' };
    return answer(request, { status: isKnown ? 200 : 401, body: JSON.stringify(told) });
  });
  const application = { auth: 'entra', tenant_id: 'tenant-1', client_id: 'app-1', client_secret: 's3cret' };
  const env = { AZURE_AUTHORITY_HOST: `http://127.0.0.1:${entra.port}`, AZURE_API_KEY: 'of-another-account' };
  const { gateway, upstream } = await atAzure(context, 'azure', application, talks, env);
  assert.deepEqual(await Promise.all([sayHello(gateway), sayHello(gateway)]), ['Hallo.', 'Hallo.']);
  for (const { headers } of upstream.requests)
    assert.deepEqual([headers.authorization, headers['api-key']], ['Bearer eyJ.entra', undefined]);
  assert.deepEqual(
    entra.requests.map(({ path }) => path),
    ['/tenant-1/oauth2/v2.0/token'],
  );
});

test("an application that Entra does not know: refused as the operator's matter, and its secret is nowhere", async (context) => {
  const entra = await startUpstream(context, (request) =>
    answer(request, { status: 401, body: '{"error":"invalid_client","error_description":"AADSTS7000215"}' }),
  );
  const application = { tenant_id: 'tenant-1', client_id: 'app-1', client_secret: 's3cret' };
  const env = { AZURE_AUTHORITY_HOST: `http://127.0.0.1:${entra.port}` };
  const { gateway, upstream } = await atAzure(context, 'azure', application, talks, env);
  const { status, text } = await gateway.post('/v1/chat/completions', { model: 'gpt-4o', messages: MESSAGES });
  assert.equal(status, 503);
  assert.match(text, /upstream_credential/);
  assert.equal(upstream.requests.length, 0);
  const log = gateway.output() + gateway.errors();
  assert.match(log, /AADSTS7000215/);
  assert.doesNotMatch(log + text, /s3cret/);
});

test("Foundry: Claude by Anthropic's Messages, the others by OpenAI's API", async (context) => {
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5',
    content: [{ type: 'text', text: 'Bonjour.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 4, output_tokens: 2 },
  };
  const { gateway, upstream } = await atAzure(context, 'azure-ai', { api_key: 'az-key' }, (request) =>
    answer(request, { body: request.path.startsWith('/anthropic') ? JSON.stringify(message) : chatAnswer('Hallo.') }),
  );
  const client = new Anthropic({ apiKey: MASTER_KEY, baseURL: gateway.url, maxRetries: 0 });
  const told = await client.messages.create({ model: 'claude', max_tokens: 64, messages: MESSAGES });
  assert.deepEqual(told.content, message.content);
  assert.equal(await sayHello(gateway), 'Hallo.');
  assert.deepEqual(
    upstream.requests.map(({ path, headers }) => [path, headers['x-api-key'], headers['api-key']]),
    [
      ['/anthropic/v1/messages', 'az-key', undefined],
      ['/openai/v1/chat/completions', undefined, 'az-key'],
    ],
  );
});
