import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextOf as anthropicContext, finalMessage } from '../../../test/support/anthropic-wire.ts';
import { dialects } from '../../../test/support/dialects.ts';
import { faultOf, publishedSchema, specsMissing } from '../../../test/support/published.ts';
import {
  chatOf,
  contextOf,
  decodeAll,
  encodeAll,
  parsed,
  receive,
  targetOf,
} from '../../../test/support/translating.ts';
import type { ChatResponse, DialectId } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { Dialect } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { asObject, asObjects } from '../loosely.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { streamOfResponse } from '../stream-of-response.ts';

const responses = dialects['openai-responses'];
const anthropic = dialects['anthropic-messages'];
const gemini = dialects['gemini-generate'];

const ADDRESS = 'https://news.example/a';
const SEARCH_ITEM = {
  id: 'ws_0a4b',
  type: 'web_search_call',
  status: 'completed',
  action: {
    type: 'search',
    queries: ['tallest mountain', 'highest peak'],
    query: 'tallest mountain',
    sources: [
      { type: 'url', url: ADDRESS },
      { type: 'api', name: 'oai-weather' },
    ],
  },
};
const OPENED = {
  id: 'ws_2',
  type: 'web_search_call',
  status: 'completed',
  action: { type: 'open_page', url: ADDRESS },
};
const SAID = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Mount Columbia.', annotations: [] }],
};
const OPENAI_ANSWER = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'gpt-5',
  status: 'completed',
  output: [SEARCH_ITEM, OPENED, SAID],
  usage: { input_tokens: 9, output_tokens: 3, total_tokens: 12 },
};
const OPENAI_EVENTS = [
  ...[SEARCH_ITEM, OPENED, SAID].flatMap((item, output_index) => [
    { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', action: undefined } },
    { type: 'response.output_item.done', output_index, item },
  ]),
  { type: 'response.completed', response: OPENAI_ANSWER },
].map(asEvent);

const RESULT = { type: 'web_search_result', url: ADDRESS, title: 'A', encrypted_content: 'Eo8B', page_age: '2 days' };
const CLAUDE_ANSWER = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [
    { type: 'server_tool_use', id: 'srvtoolu_01A', name: 'web_search', input: { query: 'news' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_01A', content: [RESULT] },
    { type: 'text', text: 'Windy.' },
  ],
  stop_reason: 'end_turn',
  usage: { input_tokens: 9, output_tokens: 3, server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 } },
};

function asEvent(event: JsonObject): WireEvent {
  return { name: String(event['type']), data: JSON.stringify(event) };
}

function answerOf(dialect: Dialect, body: JsonObject): ChatResponse {
  const response = chatOf(dialect).decodeResponse(body);
  assert.ok(response);
  return response;
}

function contextFor(dialect: Dialect, body: JsonObject) {
  const received = receive(dialect, body);
  return contextOf(received, chatOf(dialect).decodeRequest(received));
}

describe("a search that OpenAI ran, for Anthropic's clients", () => {
  const id = 'srvtoolu_ws_0a4b';
  const input = { query: 'tallest mountain', queries: ['tallest mountain', 'highest peak'] };
  const caller = { type: 'direct' };
  const found = { type: 'web_search_result', url: ADDRESS, title: ADDRESS, encrypted_content: '', page_age: null };
  const blocks = [
    { type: 'server_tool_use', id, name: 'web_search', input, caller },
    { type: 'web_search_tool_result', tool_use_id: id, content: [found], caller },
    { type: 'text', text: 'Mount Columbia.', citations: null },
  ];
  const plain = chatOf(anthropic).encodeResponse(answerOf(responses, OPENAI_ANSWER), anthropicContext());
  const parts = decodeAll(responses, OPENAI_EVENTS);
  const events = encodeAll(anthropic, parts, anthropicContext());

  it('is a call and what it found, and is counted', () => {
    assert.deepEqual(plain['content'], blocks);
    assert.deepEqual(asObject(plain['usage'])?.['server_tool_use'], { web_fetch_requests: 0, web_search_requests: 1 });
  });

  it('is the same of a stream, as their own client reads it', async () => {
    const message = await finalMessage(events);
    assert.deepEqual(message['content'], blocks);
    assert.deepEqual(asObject(message['usage'])?.['server_tool_use'], asObject(plain['usage'])?.['server_tool_use']);
    assert.deepEqual(
      responseOfStream(parts).choices[0]?.content,
      answerOf(responses, OPENAI_ANSWER).choices[0]?.content,
    );
  });

  it('is valid by the published schemas', { skip: specsMissing }, () => {
    const schema = publishedSchema('anthropic.yml');
    for (const name of ['Message', 'BetaMessage']) assert.equal(faultOf(schema(name), plain), null);
    for (const name of ['MessageStreamEvent', 'BetaMessageStreamEvent'])
      for (const { data } of events.filter((event) => event.name !== 'ping'))
        assert.equal(faultOf(schema(name), parsed(data)), null, data);
  });

  it('does not reach an upstream that did not run it', () => {
    const messages = [
      { role: 'user', content: 'Which?' },
      { role: 'assistant', content: blocks.slice(0, 2) },
      { role: 'assistant', content: blocks },
      { role: 'user', content: 'Sure?' },
    ];
    const received = receive(anthropic, { model: 'm', max_tokens: 9, messages });
    const passed = parsed(
      anthropic.spliceRequest(received, { model: 'm', addUsage: false, maxOutput: null }).toString(),
    );
    const kept = [messages[0], { role: 'assistant', content: blocks.slice(2) }, messages[3]];
    assert.deepEqual(passed['messages'], kept);
    const request = chatOf(anthropic).decodeRequest(received);
    for (const upstream of ['anthropic-messages', 'openai-responses', 'openai-chat', 'gemini-generate'] as const) {
      const { body } = chatOf(dialects[upstream]).encodeRequest(request, targetOf(request));
      assert.doesNotMatch(JSON.stringify(body), /srvtoolu|web_search/, upstream);
      assert.match(JSON.stringify(body), /Mount Columbia/, upstream);
    }
  });
});

describe('a search that Claude ran', () => {
  const answer = answerOf(anthropic, CLAUDE_ANSWER);
  const request = { model: 'm', input: 'Hi' };
  const item = {
    id: 'ws_srvtoolu_01A',
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'news', queries: ['news'] },
  };

  it('is an item for Responses clients, plain and streamed', { skip: specsMissing }, () => {
    const context = contextFor(responses, request);
    const plain = chatOf(responses).encodeResponse(answer, context);
    assert.deepEqual(asObjects(plain['output'])[0], item);
    assert.deepEqual(
      asObjects(plain['output']).map(({ type }) => type),
      ['web_search_call', 'message'],
    );
    const events = encodeAll(responses, streamOfResponse(answer), context).map(({ data }) => parsed(data));
    assert.deepEqual(events.find(({ type }) => type === 'response.output_item.done')?.['item'], item);
    const schema = publishedSchema('openai.yaml');
    assert.equal(faultOf(schema('Response'), plain), null);
    for (const event of events.filter(({ type }) => String(type).startsWith('response.output_item')))
      assert.equal(faultOf(schema('ResponseStreamEvent'), event), null);
  });

  it('does not reach OpenAI', () => {
    const input = [{ role: 'user', content: 'News?' }, item, { role: 'assistant', content: 'Windy.' }];
    const received = receive(responses, { ...request, input });
    const passed = parsed(
      responses.spliceRequest(received, { model: 'm', addUsage: false, maxOutput: null }).toString(),
    );
    assert.deepEqual(passed['input'], [input[0], input[2]]);
    const asked = chatOf(responses).decodeRequest(received);
    assert.doesNotMatch(JSON.stringify(chatOf(responses).encodeRequest(asked, targetOf(asked)).body), /web_search/);
  });

  it("is told in Gemini's words, plain and streamed", () => {
    const context = contextFor(gemini, { model: 'm', contents: [{ role: 'user', parts: [{ text: 'News?' }] }] });
    const told = {
      webSearchQueries: ['news'],
      groundingChunks: [{ web: { uri: ADDRESS, title: 'A' } }],
      groundingSupports: [],
    };
    const plain = chatOf(gemini).encodeResponse(answer, context);
    assert.deepEqual(asObjects(plain['candidates'])[0]?.['groundingMetadata'], told);
    const last = encodeAll(gemini, streamOfResponse(answer), context).at(-1);
    assert.deepEqual(asObjects(parsed(last?.data)['candidates'])[0]?.['groundingMetadata'], told);
  });

  it('comes to its own clients as it came', () => {
    const plain = chatOf(anthropic).encodeResponse(answer, anthropicContext());
    assert.deepEqual(asObjects(plain['content']).slice(0, 2), CLAUDE_ANSWER.content.slice(0, 2));
    assert.deepEqual(asObject(plain['usage'])?.['server_tool_use'], CLAUDE_ANSWER.usage.server_tool_use);
  });
});

describe('what OpenAI’s search found', () => {
  const tools = [{ type: 'web_search_20250305', name: 'web_search' }];
  const ask = { model: 'm', max_tokens: 99, messages: [{ role: 'user', content: 'Hi' }] };
  const included = (client: DialectId, body: JsonObject, takes: readonly 'search_sources'[]): unknown => {
    const request = chatOf(dialects[client]).decodeRequest(receive(dialects[client], body));
    return chatOf(responses).encodeRequest(request, { ...targetOf(request), takes }).body['include'];
  };

  it('is asked for where that is known, for clients who would be told it', () => {
    const wanted = ['web_search_call.action.sources'];
    assert.deepEqual(included('anthropic-messages', { ...ask, tools }, ['search_sources']), wanted);
    assert.equal(included('anthropic-messages', { ...ask, tools }, []), undefined);
    assert.equal(included('anthropic-messages', ask, ['search_sources']), undefined);
    const own = { model: 'm', input: 'Hi', tools: [{ type: 'web_search' }] };
    assert.equal(included('openai-responses', own, ['search_sources']), undefined);
  });
});
