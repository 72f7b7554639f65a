import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';
import { openAiClient } from '../support/openai-client.ts';
import { type Script, startStream, startUpstream, write } from '../support/upstream.ts';

async function atAnthropic(context: TestContext, script: Script) {
  const upstream = await startUpstream(context, script);
  const config = `version: 1
credentials:
  up: { provider: anthropic, base_url: "${upstream.url}", api_key: sk-upstream-secret }
models:
  sonnet:
    deployments: [{ use: up/claude-sonnet-4-5, price: { input: 3, output: 15 } }]
routing: { retries: 0 }
`;
  return { gateway: await startGateway(context, { config }), upstream };
}

const EVENTS = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [],
      usage: { input_tokens: 12, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Grüße.' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
];
const STREAM = EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

const streaming: Script = async (request) => {
  startStream(request);
  await write(request.socket, STREAM);
  request.socket.end();
};

test("OpenAI's client is answered by Anthropic, and thinks by a budget there", async (context) => {
  const { gateway, upstream } = await atAnthropic(context, streaming);
  const stream = await openAiClient(gateway).chat.completions.create({
    ...{ model: 'sonnet', max_completion_tokens: 10_000, reasoning_effort: 'medium', stream: true },
    messages: [
      { role: 'developer', content: 'Greet.' },
      { role: 'user', content: 'Hello' },
    ],
    stream_options: { include_usage: true },
  });
  let text = '';
  let total = 0;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    total = chunk.usage?.total_tokens ?? total;
  }
  assert.deepEqual([text, total], ['Grüße.', 19]);
  assert.deepEqual(JSON.parse(upstream.requests[0]?.body ?? ''), {
    model: 'claude-sonnet-4-5',
    max_tokens: 10_000,
    system: [{ type: 'text', text: 'Greet.' }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    stream: true,
    thinking: { type: 'enabled', budget_tokens: 5_000 },
  });
});

test("Anthropic's client gets Anthropic's bytes as they came, and its betas go along", async (context) => {
  const { gateway, upstream } = await atAnthropic(context, streaming);
  const client = new Anthropic({ apiKey: MASTER_KEY, baseURL: gateway.url, maxRetries: 0 });
  const params = {
    model: 'sonnet',
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'Hello' }],
    stream: true as const,
  };
  const response = await client.messages
    .create(params, { headers: { 'anthropic-beta': 'effort-2025-11-24' } })
    .asResponse();
  assert.equal(await response.text(), STREAM);
  const [sent] = upstream.requests;
  assert.deepEqual(JSON.parse(sent?.body ?? ''), { ...params, model: 'claude-sonnet-4-5' });
  assert.equal(sent?.headers['anthropic-beta'], 'effort-2025-11-24');
});
