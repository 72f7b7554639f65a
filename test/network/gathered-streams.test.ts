import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { type Gateway, MASTER_KEY, startGateway } from '../support/gateway.ts';
import { errorOf, spendRows } from '../support/one-upstream.ts';
import {
  type AnswerParts,
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  type Script,
  startUpstream,
  usageChunk,
} from '../support/upstream.ts';

/** Upstreams that stream whatever they are asked for, and clients that asked for a plain answer. */

const SSE = 'text/event-stream';
const PRICE = 'price: { input: 2, output: 10 }';
const MESSAGES = [{ role: 'user' as const, content: 'hello' }];

async function behind(context: TestContext, provider: string, script: Script, more = ''): Promise<Gateway> {
  const { port } = await startUpstream(context, script);
  const good = await startUpstream(context, (request) => answer(request, { body: chatAnswer('from elsewhere') }));
  const config = `version: 1
credentials:
  up: { provider: ${provider}, base_url: "http://127.0.0.1:${port}", api_key: k }
  good: { provider: openai-compatible, base_url: "${good.url}", api_key: k }
models:
  m: { deployments: [{ use: up/gpt-4o, ${PRICE} }] }
  two: { deployments: [{ use: up/gpt-4o, ${PRICE} }, { use: good/gpt-4o, priority: 2, ${PRICE} }] }
routing: { retries: 0, allowed_fails: 1000 }
${more}`;
  return startGateway(context, { config });
}

function openAi({ url }: Gateway): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: MASTER_KEY, maxRetries: 0 });
}

function anthropic({ url }: Gateway): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: MASTER_KEY, maxRetries: 0 });
}

function finished(delta: object, reason = 'stop'): string {
  return chatChunk('', { choices: [{ index: 0, delta, finish_reason: reason }] });
}

const TOLD = chatChunk('Hel') + chatChunk('lo, Grüße.') + finished({}) + usageChunk(7, 3) + DONE;

test('chat chunks become one completion, and one message for a client of another dialect', async (context) => {
  let parts: AnswerParts = { type: SSE, body: TOLD };
  const gateway = await behind(context, 'openai-compatible', (request) => answer(request, parts));
  const everyByte = Array.from({ length: Buffer.from(TOLD).length - 1 }, (_, at) => at + 1);
  for (parts of [
    { type: SSE, body: TOLD },
    { type: SSE, body: TOLD, cuts: everyByte },
    { type: 'application/json', body: TOLD },
    { type: SSE, body: TOLD.slice(0, -DONE.length) },
  ]) {
    const completion = await openAi(gateway).chat.completions.create({ model: 'm', messages: MESSAGES });
    assert.equal(completion.object, 'chat.completion');
    const [choice] = completion.choices;
    assert.deepEqual([choice?.message.content, choice?.finish_reason], ['Hello, Grüße.', 'stop']);
    assert.deepEqual([completion.usage?.prompt_tokens, completion.usage?.completion_tokens], [7, 3]);
    const message = await anthropic(gateway).messages.create({ model: 'm', max_tokens: 9, messages: MESSAGES });
    assert.deepEqual(
      message.content.map((block) => (block.type === 'text' ? block.text : block.type)),
      ['Hello, Grüße.'],
    );
  }
  const { headers } = await gateway.post('/v1/chat/completions', { model: 'm', messages: MESSAGES });
  assert.equal(headers.get('content-type'), 'application/json');
  for (const row of await spendRows(gateway)) assert.equal(row.spend, (7 * 2 + 3 * 10) / 1e6);
});

test('tool calls and several choices come whole', async (context) => {
  const call = (delta: object): string =>
    chatChunk('', { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...delta }] }, finish_reason: null }] });
  const other = chatChunk('', { choices: [{ index: 1, delta: { content: 'Two.' }, finish_reason: 'length' }] });
  const body =
    call({ id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a"' } }) +
    other +
    call({ function: { arguments: ':1}' } }) +
    finished({}, 'tool_calls') +
    usageChunk(7, 3) +
    DONE;
  const gateway = await behind(context, 'openai-compatible', (request) => answer(request, { type: SSE, body }));
  const { choices } = await openAi(gateway).chat.completions.create({ model: 'm', messages: MESSAGES, n: 2 });
  assert.deepEqual(choices[0]?.message.tool_calls, [
    { id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
  ]);
  assert.deepEqual(
    choices.map(({ finish_reason: reason }) => reason),
    ['tool_calls', 'length'],
  );
  assert.equal(choices[1]?.message.content, 'Two.');
});

const BROKEN: Readonly<Record<string, string>> = {
  'cut off': chatChunk('Half of'),
  'without content': ': hi\n\n',
  'with an error at its front': 'data: {"error":{"message":"overloaded","code":503}}\n\n',
  'with an error in its middle': `${chatChunk('Half of')}data: {"error":{"message":"overloaded","code":503}}\n\n`,
};

test('a stream that is not complete is no answer: the next candidate is asked, and nobody pays', async (context) => {
  let body = '';
  const gateway = await behind(context, 'openai-compatible', (request) => answer(request, { type: SSE, body }));
  for (const [name, broken] of Object.entries(BROKEN)) {
    body = broken;
    const { choices } = await openAi(gateway).chat.completions.create({ model: 'two', messages: MESSAGES });
    assert.equal(choices[0]?.message.content, 'from elsewhere', name);
    const alone = await gateway.post('/v1/chat/completions', { model: 'm', messages: MESSAGES });
    assert.ok(alone.status >= 500 && errorOf(alone.text).message !== '', `${name}: ${alone.text}`);
    const [row] = await spendRows(gateway);
    assert.deepEqual([row?.status, row?.spend], ['failure', 0], name);
  }
});

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_800_000_000,
  model: 'gpt-4o',
  status: 'completed',
  output: [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hello.', annotations: [], logprobs: [] }],
    },
  ],
  usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 },
  of_the_future: { kept: true },
};

function responseEvents(last: object): string {
  const [item] = RESPONSE.output;
  const at = { output_index: 0, item_id: 'msg_1', content_index: 0 };
  return [
    { type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [], usage: null } },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '', annotations: [] } },
    { type: 'response.output_text.delta', ...at, delta: 'Hello.' },
    { type: 'response.output_text.done', ...at, text: 'Hello.' },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: last },
  ]
    .map((event, index) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`)
    .join('');
}

test('of a stream of Responses, the response that its last event holds, or what the others told', async (context) => {
  let last: object = RESPONSE;
  const gateway = await behind(context, 'openai', (request) =>
    answer(request, { type: SSE, body: responseEvents(last) }),
  );
  const client = openAi(gateway);
  const whole = await client.responses.create({ model: 'm', input: 'hello' });
  const { output_text: text, ...asSent } = whole;
  assert.equal(text, 'Hello.');
  assert.deepEqual(asSent, RESPONSE);
  const again = await client.responses.create({ model: 'm', input: 'more', previous_response_id: 'resp_1' });
  assert.equal(again.output_text, 'Hello.');

  last = { ...RESPONSE, output: [] };
  const made = await client.responses.create({ model: 'm', input: 'hello' });
  assert.equal(made.output_text, 'Hello.');
  assert.deepEqual([made.status, made.usage?.input_tokens], ['completed', 7]);
  for (const row of await spendRows(gateway)) assert.equal(row.spend, (7 * 2 + 3 * 10) / 1e6);
});

test("lines of an Ollama server, which streams unless it is told not to, become its client's plain answer", async (context) => {
  const lines = [
    {
      model: 'gpt-4o',
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content: 'Hel' },
      done: false,
    },
    {
      model: 'gpt-4o',
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content: 'lo.' },
      done: false,
    },
    {
      model: 'gpt-4o',
      created_at: '2026-01-01T00:00:00Z',
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 7,
      eval_count: 3,
    },
  ];
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const gateway = await behind(context, 'ollama', (request) => answer(request, { type: 'application/x-ndjson', body }));
  const { status, text } = await gateway.post('/api/chat', { model: 'm', messages: MESSAGES, stream: false });
  assert.equal(status, 200, text);
  const told = JSON.parse(text);
  assert.deepEqual([told.message.content, told.done, told.prompt_eval_count], ['Hello.', true, 7]);
});
