import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import type { JsonObject } from '../../src/std/index.ts';
import { MASTER_KEY } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import {
  answer,
  chatAnswer,
  chatChunk,
  DONE,
  type Script,
  startStream,
  usageChunk,
  write,
} from '../support/upstream.ts';

const TOOLS: Anthropic.Tool[] = [{ name: 'weather', description: 'Weather.', input_schema: { type: 'object' } }];
const PARAMS = { model: 'gpt-4o', max_tokens: 500, tools: TOOLS };
const ASK: Anthropic.MessageParam[] = [{ role: 'user', content: 'Weather in Malmö?' }];

async function clientAt(context: TestContext, script: Script) {
  const { gateway, upstream } = await gatewayAndUpstream(context, script);
  const client = new Anthropic({ apiKey: MASTER_KEY, baseURL: gateway.url, maxRetries: 0 });
  return { client, gateway, upstream };
}

function callDelta(call: JsonObject): string {
  const delta = { tool_calls: [{ index: 0, ...call }] };
  const choices = [{ index: 0, delta, finish_reason: null }];
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
}

test("Anthropic's client has a conversation with tools at an upstream that speaks OpenAI's dialect", async (context) => {
  const { client, gateway, upstream } = await clientAt(context, async (request) => {
    if (JSON.parse(request.body).messages.length > 1) return answer(request, { body: chatAnswer('Sunny.') });
    startStream(request);
    await write(
      request.socket,
      callDelta({ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }),
    );
    await write(request.socket, callDelta({ function: { arguments: '{"place":' } }));
    await write(request.socket, callDelta({ function: { arguments: '"Malmö"}' } }));
    await write(request.socket, chatChunk('', { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }));
    await write(request.socket, usageChunk(20, 9) + DONE);
    request.socket.end();
  });
  const first = await client.messages.stream({ ...PARAMS, messages: ASK }).finalMessage();
  assert.equal(first.stop_reason, 'tool_use');
  assert.deepEqual([first.usage.input_tokens, first.usage.output_tokens], [20, 9]);
  const [call] = first.content;
  assert.ok(call?.type === 'tool_use');
  assert.deepEqual([call.name, call.input], ['weather', { place: 'Malmö' }]);

  const result: Anthropic.ToolResultBlockParam = { type: 'tool_result', tool_use_id: call.id, content: '20 °C' };
  const messages: Anthropic.MessageParam[] = [
    ...ASK,
    { role: 'assistant', content: first.content },
    { role: 'user', content: [result] },
  ];
  const second = await client.messages.create({ ...PARAMS, system: 'Be brief.', messages });
  assert.deepEqual(
    [second.content[0]?.type === 'text' && second.content[0].text, second.stop_reason],
    ['Sunny.', 'end_turn'],
  );
  const sent = JSON.parse(upstream.requests[1]?.body ?? '') as { messages: { role: string; tool_call_id?: string }[] };
  assert.deepEqual(
    sent.messages.map(({ role }) => role),
    ['system', 'user', 'assistant', 'tool'],
  );
  assert.equal(sent.messages[3]?.tool_call_id, call.id);
  assert.equal((await spendRows(gateway)).length, 2);
});

test("refusals are Anthropic's errors", async (context) => {
  const { client } = await clientAt(context, (request) =>
    answer(request, {
      status: 400,
      body: JSON.stringify({
        error: {
          message:
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 10010 tokens.",
          type: 'invalid_request_error',
          code: 'context_length_exceeded',
        },
      }),
    }),
  );
  await assert.rejects(client.messages.create({ ...PARAMS, messages: ASK }), (error) => {
    assert.ok(error instanceof Anthropic.BadRequestError);
    assert.match(error.message, /prompt is too long: 10010 tokens > 8192 maximum/);
    return true;
  });
  await assert.rejects(
    client.messages.create({ ...PARAMS, model: 'no-such-model', messages: ASK }),
    (error) => error instanceof Anthropic.NotFoundError && error.type === 'not_found_error',
  );
});
