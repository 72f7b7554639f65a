import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { ACCESS, REGION, startBedrock } from '../support/bedrock-upstream.ts';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, chatAnswer, type Script, startUpstream } from '../support/upstream.ts';

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content: [{ type: 'text', text: 'Bonjour.' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 4, output_tokens: 2 },
};
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'openai.gpt-5.5',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hola.', annotations: [] }],
    },
  ],
  usage: { input_tokens: 4, output_tokens: 2, total_tokens: 6 },
};
const mantle: Script = (request) => {
  if (request.path.endsWith('/messages')) return answer(request, { body: JSON.stringify(MESSAGE) });
  return answer(request, {
    body: request.path.endsWith('/responses') ? JSON.stringify(RESPONSE) : chatAnswer('Hallo.'),
  });
};
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

test("Bedrock's compatible endpoint: signed for a service of its own, each model at its path", async (context) => {
  const upstream = await startBedrock(context, mantle, null, 'bedrock-mantle');
  const config = `credentials:
  up:
    provider: bedrock-mantle
    base_url: "http://127.0.0.1:${upstream.port}"
    region: ${REGION}
    access_key_id: ${ACCESS.accessKeyId}
    secret_access_key: ${ACCESS.secretAccessKey}
models:
  oss: up/openai.gpt-oss-120b
  gemma: up/google.gemma-4-31b
  gpt: up/openai.gpt-5.5
  claude: up/anthropic.claude-opus-5
routing: { retries: 0 }
`;
  const gateway = await startGateway(context, { config });
  const openAi = openAiClient(gateway);
  const said: (string | null | undefined)[] = [];
  for (const model of ['oss', 'gemma', 'gpt', 'claude']) {
    const { choices } = await openAi.chat.completions.create({ model, messages: MESSAGES });
    said.push(choices[0]?.message.content);
  }
  const { output_text: text } = await openAi.responses.create({ model: 'gpt', input: 'Hello' });
  const claude = new Anthropic({ apiKey: MASTER_KEY, baseURL: gateway.url, maxRetries: 0 });
  const { content } = await claude.messages.create({ model: 'claude', max_tokens: 64, messages: MESSAGES });
  assert.deepEqual([said, text, content], [['Hallo.', 'Hallo.', 'Hola.', 'Bonjour.'], 'Hola.', MESSAGE.content]);
  assert.deepEqual(
    upstream.requests.map(({ path }) => path),
    [
      '/v1/chat/completions',
      '/openai/v1/chat/completions',
      '/openai/v1/responses',
      '/anthropic/v1/messages',
      '/openai/v1/responses',
      '/anthropic/v1/messages',
    ],
  );
});

test("a key of Bedrock's own is a bearer", async (context) => {
  const upstream = await startUpstream(context, mantle);
  const config = `credentials:
  up: { provider: bedrock-mantle, base_url: "http://127.0.0.1:${upstream.port}", region: ${REGION}, api_key: ABSK }
models: { oss: up/openai.gpt-oss-20b }
`;
  const gateway = await startGateway(context, { config });
  await openAiClient(gateway).chat.completions.create({ model: 'oss', messages: MESSAGES });
  assert.equal(upstream.requests[0]?.headers.authorization, 'Bearer ABSK');
});
