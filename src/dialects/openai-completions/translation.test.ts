import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChatResponse, GatewayError, noUsage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext, UpstreamTarget } from '../dialect.ts';
import { decodeChatRequest } from '../openai-chat/decode-request.ts';
import { encodeChatRequest } from '../openai-chat/encode-request.ts';
import { readChatRequest } from '../openai-chat/request.ts';
import { responseOfStream } from '../response-of-stream.ts';
import { streamOfResponse } from '../stream-of-response.ts';
import { openAiCompletions } from './index.ts';

const { readRequest, chat } = openAiCompletions;
const ADDRESS = { model: null, stream: null, framing: 'sse' } as const;
const TARGET: UpstreamTarget = {
  model: 'm',
  maxOutputTokens: 16,
  outputLimit: 'both',
  facts: { maxOutput: null, thinking: null, takesSampling: null },
};

function contextOf(body: JsonObject): AnswerContext {
  assert.ok(chat !== null);
  const received = readRequest(Buffer.from(JSON.stringify({ model: 'asked', ...body })), ADDRESS);
  return { received, request: chat.decodeRequest(received), exchangeId: 'x1', startedS: 1_700_000_000 };
}

const ANSWER: ChatResponse = {
  id: null,
  model: null,
  createdS: null,
  serviceTier: null,
  usage: { ...noUsage, inputTokens: 2, outputTokens: 1 },
  choices: [
    {
      index: 0,
      content: [
        { type: 'reasoning', text: 'hm', isSummary: false, seal: null },
        { type: 'text', text: ' there' },
      ],
      finish: { unified: 'length', raw: 'max_tokens' },
      stopSequence: null,
      logprobs: [{ token: ' there', logprob: -1, bytes: null, top: [{ token: ' then', logprob: -2, bytes: null }] }],
    },
  ],
};

describe('openai-completions: a prompt', () => {
  it('is one turn of a user', () => {
    const { request } = contextOf({ prompt: ['Hi'], logprobs: 2, max_tokens: 5, stop: 'x', top_k: 3, guided: true });
    assert.deepEqual(request.messages, [{ role: 'user', content: [{ type: 'text', text: 'Hi' }], name: null }]);
    assert.equal(request.maxOutputTokens, 5);
    const { stop, topK, logprobs, topLogprobs } = request.sampling;
    assert.deepEqual([stop, topK, logprobs, topLogprobs], [['x'], 3, true, 2]);
    assert.deepEqual(request.extensions, { 'openai-completions': { guided: true } });
    assert.deepEqual(encodeChatRequest(request, { ...TARGET, takes: ['top_k'] }).body, {
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      stop: ['x'],
      top_k: 3,
      logprobs: true,
      top_logprobs: 2,
      max_tokens: 16,
      max_completion_tokens: 16,
    });
  });

  const refusals: readonly (readonly [string, string, JsonObject])[] = [
    ['prompt', 'invalid_request', { prompt: ['a', 'b'] }],
    ['prompt', 'invalid_request', { prompt: [1, 2] }],
    ['prompt', 'invalid_request', { prompt: [[1, 2]] }],
    ['suffix', 'unsupported_parameter', { prompt: 'a', suffix: 'b' }],
    ['best_of', 'unsupported_parameter', { prompt: 'a', best_of: 3, n: 2 }],
  ];
  for (const [param, code, body] of refusals) {
    it(`is refused: ${JSON.stringify(body)}`, () => {
      assert.throws(
        () => contextOf(body),
        (error) => error instanceof GatewayError && error.code === code && error.details.param === param,
      );
    });
  }

  it('is made of a chat, and what has no place in it is named', () => {
    const asked = {
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
      temperature: 0,
      stream: true,
    };
    const request = decodeChatRequest(readChatRequest(Buffer.from(JSON.stringify(asked)), ADDRESS));
    const encoded = chat?.encodeRequest(request, TARGET);
    assert.deepEqual(encoded?.body, {
      model: 'm',
      prompt: 'Be brief.\n\nHi',
      temperature: 0,
      max_tokens: 16,
      stream: true,
      stream_options: { include_usage: true },
    });
    assert.deepEqual(
      encoded.warnings.map(({ field }) => field),
      ['tools', 'messages'],
    );
  });
});

describe('openai-completions: an answer', () => {
  const logprobs = {
    text_offset: [2],
    token_logprobs: [-1],
    tokens: [' there'],
    top_logprobs: [{ ' then': -2 }],
  };

  it('is its text, behind the prompt if that is asked for', () => {
    const body = chat?.encodeResponse(ANSWER, contextOf({ prompt: 'Hi', echo: true }));
    assert.deepEqual([body?.['id'], body?.['object'], body?.['model']], ['cmpl-x1', 'text_completion', 'asked']);
    assert.deepEqual(body?.['choices'], [{ text: 'Hi there', index: 0, logprobs, finish_reason: 'length' }]);
  });

  it('is streamed', () => {
    const context = contextOf({ prompt: 'Hi', echo: true, stream: true, stream_options: { include_usage: true } });
    const encoder = chat?.encodeStream(context);
    const events = streamOfResponse(ANSWER).flatMap((part) => encoder?.push(part) ?? []);
    assert.equal(events.at(-1)?.data, '[DONE]');
    const bodies = events.slice(0, -1).map(({ data }) => JSON.parse(data));
    assert.deepEqual(
      bodies.map(({ choices: [choice] }) => choice ?? null),
      [
        { text: 'Hi', index: 0, logprobs: null, finish_reason: null },
        { text: ' there', index: 0, logprobs: null, finish_reason: null },
        { text: '', index: 0, logprobs, finish_reason: null },
        { text: '', index: 0, logprobs: null, finish_reason: 'length' },
        null,
      ],
    );
    assert.equal(bodies.at(-1).usage.total_tokens, 3);
    const decoder = chat?.decodeStream();
    const read = responseOfStream(events.flatMap((event) => decoder?.push(event) ?? []));
    assert.deepEqual(read.choices[0]?.content, [{ type: 'text', text: 'Hi there' }]);
  });

  it('of an upstream is read, its log probabilities included', () => {
    const body = { id: 'cmpl-1', choices: [{ index: 0, text: ' there', logprobs, finish_reason: 'stop' }] };
    const [choice] = chat?.decodeResponse(body)?.choices ?? [];
    assert.deepEqual(choice?.content, [{ type: 'text', text: ' there' }]);
    assert.deepEqual(choice?.logprobs, ANSWER.choices[0]?.logprobs);
    assert.deepEqual(choice?.finish, { unified: 'stop', raw: 'stop' });
  });
});
