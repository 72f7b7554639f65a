import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Content, GoogleGenAI } from '@google/genai';
import { Mistral } from '@mistralai/mistralai';
import { MASTER_KEY } from '../support/gateway.ts';
import { gatewayAndUpstream, spendRows } from '../support/one-upstream.ts';
import { answer, chatAnswer } from '../support/upstream.ts';

/** Official SDKs that have a call answered, through the gateway, at an upstream of OpenAI's dialect. */

const PARAMETERS = { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] };
const CALL = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"place":"Malmö"}' } };

async function calling(context: TestContext) {
  const called = JSON.parse(chatAnswer(''));
  const message = { role: 'assistant', content: null, tool_calls: [CALL] };
  called.choices[0] = { index: 0, message, finish_reason: 'tool_calls' };
  const { gateway, upstream } = await gatewayAndUpstream(context, (request) => {
    const isFirst = JSON.parse(request.body).messages.length === 1;
    return answer(request, { body: isFirst ? JSON.stringify(called) : chatAnswer('Sunny.') });
  });
  /** The call and its result, as the upstream was told of them. */
  const told = async () => {
    const { messages } = JSON.parse(upstream.requests.at(-1)?.body ?? '');
    assert.equal((await spendRows(gateway)).length, 2);
    return [messages[1].tool_calls[0].id, messages[2].role, messages[2].tool_call_id, messages[2].content];
  };
  return { gateway, told };
}

test("Google's client has a call answered", async (context) => {
  const { gateway, told } = await calling(context);
  const client = new GoogleGenAI({ apiKey: MASTER_KEY, httpOptions: { baseUrl: gateway.url } });
  const config = { tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: PARAMETERS }] }] };
  const contents: Content[] = [{ role: 'user', parts: [{ text: 'Weather in Malmö?' }] }];
  const first = await client.models.generateContent({ model: 'gpt-4o', contents, config });
  const [call] = first.functionCalls ?? [];
  assert.deepEqual(call, { id: 'call_1', name: 'weather', args: { place: 'Malmö' } });
  const functionResponse = { id: 'call_1', name: 'weather', response: { output: '20 °C' } };
  const said = first.candidates?.[0]?.content;
  assert.ok(said !== undefined);
  contents.push(said, { role: 'user', parts: [{ functionResponse }] });
  const second = await client.models.generateContent({ model: 'gpt-4o', contents, config });
  assert.equal(second.text, 'Sunny.');
  assert.deepEqual(await told(), ['call_1', 'tool', 'call_1', '20 °C']);
});

test("Mistral's client has a call answered", async (context) => {
  const { gateway, told } = await calling(context);
  const client = new Mistral({ apiKey: MASTER_KEY, serverURL: gateway.url });
  const asked = {
    model: 'gpt-4o',
    tools: [{ type: 'function' as const, function: { name: 'weather', parameters: PARAMETERS } }],
  };
  const question = { role: 'user' as const, content: 'Weather in Malmö?' };
  const first = await client.chat.complete({ ...asked, messages: [question] });
  const message = first.choices[0]?.message;
  const [call] = message?.toolCalls ?? [];
  assert.deepEqual([call?.id, call?.function.arguments], ['call_1', CALL.function.arguments]);
  const result = { role: 'tool' as const, toolCallId: 'call_1', name: 'weather', content: '20 °C' };
  const said = { ...message, role: 'assistant' as const };
  const second = await client.chat.complete({ ...asked, messages: [question, said, result] });
  assert.equal(second.choices[0]?.message?.content, 'Sunny.');
  assert.deepEqual(await told(), ['call_1', 'tool', 'call_1', '20 °C']);
});
