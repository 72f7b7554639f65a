import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { startGateway } from '../support/gateway.ts';
import { gatewayAndUpstream } from '../support/one-upstream.ts';
import { openAiClient } from '../support/openai-client.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

const City = z.object({ name: z.string(), population: z.number().int(), river: z.string().nullable() });
const FORMAT = zodResponseFormat(City, 'city');
const ASK = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Tell of Lund.' }] };

test('chat.completions.parse: the schema goes up whole, the answer comes down parsed', async (context) => {
  const city = { name: 'Lund', population: 94_393, river: null };
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer(JSON.stringify(city)) }),
  );
  const completion = await openAiClient(gateway).chat.completions.parse({ ...ASK, response_format: FORMAT });
  assert.deepEqual(completion.choices[0]?.message.parsed, city);
  const sent = JSON.parse(upstream.requests[0]?.body ?? '');
  assert.deepEqual(sent.response_format, JSON.parse(JSON.stringify(FORMAT)));
  assert.equal(sent.response_format.json_schema.strict, true);
  assert.deepEqual(sent.response_format.json_schema.schema.required, ['name', 'population', 'river']);
});

test('chat.completions.parse: an answer that the schema does not allow fails at the client, not before', async (context) => {
  const { gateway } = await gatewayAndUpstream(context, (request) =>
    answer(request, { body: chatAnswer('{"name":"Lund","population":"many","river":null}') }),
  );
  const call = openAiClient(gateway).chat.completions.parse({ ...ASK, response_format: FORMAT });
  await assert.rejects(call, (error: unknown) => error instanceof z.ZodError || /population/.test(String(error)));
});

test('the sandbox answers by the schema, plain and streamed, and to a strict tool', async (context) => {
  const client = openAiClient(await startGateway(context));
  const asked = { ...ASK, model: 'sandbox/echo', response_format: FORMAT };
  const parsed = (await client.chat.completions.parse(asked)).choices[0]?.message.parsed;
  assert.deepEqual(City.parse(parsed), parsed);
  const streamed = (await client.chat.completions.stream(asked).finalChatCompletion()).choices[0]?.message.parsed;
  assert.deepEqual(streamed, parsed);
  const called = await client.chat.completions.parse({
    ...ASK,
    model: 'sandbox/tools',
    tools: [zodFunction({ name: 'keep', parameters: City })],
  });
  const [call] = called.choices[0]?.message.tool_calls ?? [];
  const given = call?.type === 'function' ? call.function.parsed_arguments : null;
  assert.deepEqual(City.parse(given), given);
});

test('json_object', async (context) => {
  const client = openAiClient(await startGateway(context));
  const completion = await client.chat.completions.create({
    ...ASK,
    model: 'sandbox/echo',
    response_format: { type: 'json_object' },
  });
  assert.deepEqual(JSON.parse(completion.choices[0]?.message.content ?? ''), { answer: 'Tell of Lund.' });
});
