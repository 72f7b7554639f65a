import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CohereClientV2 } from 'cohere-ai';
import { Ollama } from 'ollama';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, startUpstream, type Upstream } from '../support/upstream.ts';

const MESSAGES = [{ role: 'user' as const, content: 'What is 2 - 5?' }];
const TOOL = {
  type: 'function' as const,
  function: { name: 'subtract', description: 'x - y', parameters: { type: 'object', properties: {} } },
};

function openAiChunk(delta: object, finish: string | null = null): string {
  const choice = { index: 0, delta, finish_reason: finish };
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] })}\n\n`;
}

const OPENAI_STREAM = [
  openAiChunk({ role: 'assistant', content: 'Let me ' }),
  openAiChunk({ content: 'see.' }),
  openAiChunk({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'subtract', arguments: '' } }],
  }),
  openAiChunk({ tool_calls: [{ index: 0, function: { arguments: '{"x":2,"y":5}' } }] }),
  openAiChunk({}, 'tool_calls'),
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } })}\n\n`,
  'data: [DONE]\n\n',
].join('');

function openAiUpstream(context: TestContext): Promise<{ readonly gateway: Gateway; readonly upstream: Upstream }> {
  return gatewayAndUpstream(context, (request) => answer(request, { type: 'text/event-stream', body: OPENAI_STREAM }));
}

test("Ollama's client at an OpenAI upstream", async (context) => {
  const { gateway, upstream } = await openAiUpstream(context);
  const ollama = new Ollama({ host: gateway.url, headers: { authorization: `Bearer ${MASTER_KEY}` } });
  const options = { num_predict: 50, temperature: 0 };
  const asked = { model: 'gpt-4o', messages: MESSAGES, tools: [TOOL], options, stream: true as const };
  const said = { content: '', calls: [] as unknown[], tokens: 0 };
  for await (const { message, done, eval_count: tokens } of await ollama.chat(asked)) {
    said.content += message.content;
    said.calls.push(...(message.tool_calls ?? []).map(({ function: called }) => called.arguments));
    if (done) said.tokens = tokens;
  }
  assert.deepEqual(said, { content: 'Let me see.', calls: [{ x: 2, y: 5 }], tokens: 3 });
  const sent = JSON.parse(upstream.requests[0]?.body ?? '');
  assert.deepEqual([sent.messages, sent.tools[0].function.name, sent.temperature], [MESSAGES, 'subtract', 0]);
  assert.equal(sent.max_tokens ?? sent.max_completion_tokens, 50);
});

test("Cohere's client at an OpenAI upstream", async (context) => {
  const { gateway, upstream } = await openAiUpstream(context);
  const cohere = new CohereClientV2({ environment: gateway.url, token: MASTER_KEY });
  const said = { text: '', input: '', finish: '', tokens: 0 };
  const asked = { model: 'gpt-4o', messages: MESSAGES, tools: [TOOL], toolChoice: 'REQUIRED' as const };
  for await (const event of await cohere.chatStream(asked)) {
    if (event.type === 'content-delta') said.text += event.delta?.message?.content?.text ?? '';
    if (event.type === 'tool-call-delta') said.input += event.delta?.message?.toolCalls?.function?.arguments ?? '';
    if (event.type !== 'message-end') continue;
    said.finish = event.delta?.finishReason ?? '';
    said.tokens = event.delta?.usage?.billedUnits?.inputTokens ?? 0;
  }
  assert.deepEqual(said, { text: 'Let me see.', input: '{"x":2,"y":5}', finish: 'TOOL_CALL', tokens: 7 });
  assert.equal(JSON.parse(upstream.requests[0]?.body ?? '').tool_choice, 'required');
});

function cohereEvent(type: string, rest: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}

const COHERE_STREAM = [
  cohereEvent('message-start', { id: 'm-1', delta: { message: { role: 'assistant' } } }),
  cohereEvent('tool-plan-delta', { delta: { message: { tool_plan: 'I subtract.' } } }),
  cohereEvent('tool-call-start', {
    index: 0,
    delta: { message: { tool_calls: { id: 's1', type: 'function', function: { name: 'subtract', arguments: '' } } } },
  }),
  cohereEvent('tool-call-delta', {
    index: 0,
    delta: { message: { tool_calls: { function: { arguments: '{"x":2,"y":5}' } } } },
  }),
  cohereEvent('tool-call-end', { index: 0 }),
  cohereEvent('message-end', {
    delta: { finish_reason: 'TOOL_CALL', usage: { billed_units: { input_tokens: 9, output_tokens: 4 } } },
  }),
  'data: [DONE]\n\n',
].join('');

test("OpenAI's client at Cohere", async (context) => {
  const upstream = await startUpstream(context, (request) =>
    answer(request, { type: 'text/event-stream', body: COHERE_STREAM }),
  );
  const config = `version: 1
credentials:
  co: { provider: cohere, base_url: "http://127.0.0.1:${upstream.port}", api_key: sk-upstream-secret }
models:
  command-a: { deployments: [{ use: co/command-a-03-2025, price: { input: 2, output: 10 } }] }
`;
  const client = openAiClient(await startGateway(context, { config }));
  const stream = client.chat.completions.stream({
    model: 'command-a',
    messages: [{ role: 'developer', content: 'Be brief.' }, ...MESSAGES],
    tools: [TOOL],
    tool_choice: { type: 'function', function: { name: 'subtract' } },
    stream_options: { include_usage: true },
  });
  const { choices, usage } = await stream.finalChatCompletion();
  const [call] = choices[0]?.message.tool_calls ?? [];
  assert.deepEqual(call?.type === 'function' && [call.id, call.function.arguments], ['s1', '{"x":2,"y":5}']);
  assert.equal(choices[0]?.finish_reason, 'tool_calls');
  assert.deepEqual([usage?.prompt_tokens, usage?.completion_tokens], [9, 4]);
  const [request] = upstream.requests;
  assert.equal(request?.path, '/v2/chat');
  assert.deepEqual(JSON.parse(request?.body ?? ''), {
    model: 'command-a-03-2025',
    messages: [{ role: 'system', content: 'Be brief.' }, ...MESSAGES],
    tools: [TOOL],
    tool_choice: 'REQUIRED',
    stream: true,
  });
});

const OLLAMA_STREAM = [
  { message: { role: 'assistant', content: 'Minus ' }, done: false },
  { message: { role: 'assistant', content: 'three.' }, done: false },
  { message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 8, eval_count: 2 },
]
  .map((line) => `${JSON.stringify({ model: 'qwen3:4b', created_at: '2026-01-01T00:00:00Z', ...line })}\n`)
  .join('');

test('lines of an Ollama upstream go to an Ollama client as they came, and are counted', async (context) => {
  const upstream = await startUpstream(context, (request) =>
    answer(request, { type: 'application/x-ndjson', body: OLLAMA_STREAM }),
  );
  const config = `version: 1
credentials:
  home: { provider: ollama, base_url: "http://127.0.0.1:${upstream.port}" }
models:
  qwen: { deployments: [{ use: "home/qwen3:4b", price: { input: 2, output: 10 } }] }
`;
  const gateway = await startGateway(context, { config });
  const body = { messages: MESSAGES, keep_alive: '5m', model: 'qwen' };
  const { status, text } = await gateway.post('/api/chat', body);
  assert.deepEqual([status, text], [200, OLLAMA_STREAM]);
  const [request] = upstream.requests;
  assert.equal(request?.path, '/api/chat');
  assert.deepEqual(JSON.parse(request?.body ?? ''), { ...body, model: 'qwen3:4b' });
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.prompt_tokens, row?.completion_tokens], [8, 2]);
});
