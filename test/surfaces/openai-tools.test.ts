import assert from 'node:assert/strict';
import { test } from 'node:test';
import type OpenAI from 'openai';
import { startGateway } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, chatAnswer, chatChunk, DONE, startStream, usageChunk, write } from '../support/upstream.ts';

const WEATHER: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather at a place.',
    strict: true,
    parameters: {
      type: 'object',
      properties: { place: { type: 'string' }, unit: { type: 'string', enum: ['C', 'F'] } },
      required: ['place', 'unit'],
      additionalProperties: false,
    },
  },
};
const ASK: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Weather in Malmö and Lund?' }];
const CALLS = [
  { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"place":"Malmö","unit":"C"}' } },
  { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"place":"Lund","unit":"C"}' } },
] as const;

test('tools: definitions, choice, calls and results pass in both directions', async (context) => {
  const called = JSON.parse(chatAnswer(''));
  called.choices[0] = {
    index: 0,
    message: { role: 'assistant', content: null, tool_calls: CALLS },
    finish_reason: 'tool_calls',
  };
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, {
      body: JSON.parse(request.body).messages.length === 1 ? JSON.stringify(called) : chatAnswer('Sunny.'),
    }),
  );
  const client = openAiClient(gateway);
  const settings = {
    model: 'gpt-4o',
    tools: [WEATHER],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: true,
  } as const satisfies Partial<OpenAI.ChatCompletionCreateParams>;
  const first = await client.chat.completions.create({ ...settings, messages: ASK });
  assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
  assert.deepEqual(first.choices[0]?.message.tool_calls, CALLS);
  assert.equal(upstream.requests[0]?.body, JSON.stringify({ ...settings, model: 'gpt-4o-2024-08-06', messages: ASK }));

  const results = CALLS.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: '{"sky":"clear"}' }) as const);
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    ...ASK,
    { role: 'assistant', content: null, tool_calls: [...CALLS] },
    ...results,
  ];
  const second = await client.chat.completions.create({ model: 'gpt-4o', tools: [WEATHER], messages });
  assert.equal(second.choices[0]?.message.content, 'Sunny.');
  assert.deepEqual(JSON.parse(upstream.requests[1]?.body ?? '').messages, messages);
});

test('streamed tool calls: the arguments come in the pieces in which they were sent', async (context) => {
  const pieces = [
    { index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } },
    { index: 0, function: { arguments: '{"place":"Mal' } },
    { index: 0, function: { arguments: 'mö","unit":"C"}' } },
    { index: 1, id: 'call_2', type: 'function', function: { name: 'weather', arguments: '' } },
    { index: 1, function: { arguments: '{"place":"Lund","unit":"C"}' } },
  ];
  const { gateway } = await gatewayAndUpstream(context, async (request) => {
    startStream(request);
    for (const [index, piece] of pieces.entries()) {
      const opening = index === 0 ? { role: 'assistant', content: null } : {};
      const choices = [{ index: 0, delta: { ...opening, tool_calls: [piece] }, finish_reason: null }];
      await write(request.socket, chatChunk('', { choices }));
    }
    const end = chatChunk('', { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] });
    request.socket.end(end + usageChunk(40, 30) + DONE);
  });
  const client = openAiClient(gateway);
  const asked = { model: 'gpt-4o', messages: ASK, tools: [WEATHER] };
  const chunks = await Array.fromAsync(await client.chat.completions.create({ ...asked, stream: true }));
  assert.deepEqual(
    chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []),
    pieces,
  );
  assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'tool_calls');
  const [row] = await spendRows(gateway);
  assert.deepEqual([row?.prompt_tokens, row?.completion_tokens], [40, 30]);
  const looked = await gateway.get(`/api/v1/generation?id=${row?.request_id}`);
  const { finish_reason: unified, native_finish_reason: raw } = JSON.parse(looked.text).data;
  assert.deepEqual([unified, raw], ['tool_calls', 'tool_calls']);

  // The client's own accumulation parses the arguments of a strict tool, which fails if a piece is lost.
  const whole = await client.chat.completions.stream(asked).finalChatCompletion();
  assert.deepEqual(
    whole.choices[0]?.message.tool_calls?.map((call) => call.type === 'function' && call.function.parsed_arguments),
    [
      { place: 'Malmö', unit: 'C' },
      { place: 'Lund', unit: 'C' },
    ],
  );
});

for (const stream of [false, true]) {
  test(`the client runs a tool against the sandbox by itself (${stream ? 'streamed' : 'plain'})`, async (context) => {
    const client = openAiClient(await startGateway(context));
    const places: unknown[] = [];
    const tools = [
      {
        type: 'function' as const,
        function: {
          name: 'weather',
          description: 'The weather at a place.',
          parameters: { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] },
          parse: JSON.parse,
          function: (given: { place: unknown }) => {
            places.push(given.place);
            return 'It rains.';
          },
        },
      },
    ];
    const runner = stream
      ? client.chat.completions.runTools({ model: 'sandbox/tools', messages: ASK, tools, stream: true })
      : client.chat.completions.runTools({ model: 'sandbox/tools', messages: ASK, tools });
    assert.match((await runner.finalContent()) ?? '', /It rains\./);
    assert.equal(places.length, 1);
    assert.equal(typeof places[0], 'string');
  });
}
