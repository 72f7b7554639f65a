import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatResponse, ContentPart, FinishReason, StreamPart } from '../../inference/index.ts';
import { noUsage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext } from '../dialect.ts';
import { streamOfResponse } from '../stream-of-response.ts';
import { decodeChatRequest } from './decode-request.ts';
import { encodeChatResponse } from './encode-response.ts';
import { encodeChatStream } from './encode-stream.ts';
import { readChatRequest } from './request.ts';

const STOP: FinishReason = { unified: 'stop', raw: 'end_turn' };
const USAGE = {
  ...noUsage,
  inputTokens: 9,
  outputTokens: 4,
  cacheReadTokens: 5,
  cacheWriteTokens: 3,
  reasoningTokens: 2,
};

function contextOf(body: JsonObject = {}): AnswerContext {
  const whole = { model: 'asked', messages: [{ role: 'user', content: 'Hi' }], ...body };
  const address = { model: null, stream: null, framing: 'sse' } as const;
  const received = readChatRequest(Buffer.from(JSON.stringify(whole)), address);
  return { received, request: decodeChatRequest(received), exchangeId: 'x1', startedS: 1_700_000_000.5 };
}

function answerOf(content: readonly ContentPart[], finish: FinishReason = STOP): ChatResponse {
  return {
    id: null,
    model: null,
    createdS: null,
    serviceTier: null,
    usage: USAGE,
    choices: [{ index: 0, content, finish, stopSequence: null, logprobs: null }],
  };
}

function messageOf(content: readonly ContentPart[], asked: JsonObject = {}): unknown {
  const { choices } = encodeChatResponse(answerOf(content), contextOf(asked));
  assert.ok(Array.isArray(choices));
  return choices[0].message;
}

function chunksOf(parts: readonly StreamPart[], asked: JsonObject = {}): readonly JsonObject[] {
  const { push, end } = encodeChatStream(contextOf(asked));
  const events = [...parts.flatMap((part) => push(part)), ...end()];
  assert.ok(events.every(({ name }) => name === null));
  const last = events.pop();
  assert.equal(last?.data, '[DONE]');
  return events.map(({ data }) => JSON.parse(data) as JsonObject);
}

function deltasOf(content: readonly ContentPart[], asked: JsonObject = {}): readonly unknown[] {
  const chunks = chunksOf(streamOfResponse(answerOf(content)), asked);
  return chunks
    .flatMap(({ choices }) => (Array.isArray(choices) ? choices.map(({ delta }) => delta) : []))
    .slice(1, -1);
}

const CALL: ContentPart = { type: 'tool-call', id: 'c1', name: 'f', kind: 'function', namespace: null, input: '' };
const GEMINI = { format: 'google-gemini-v1', value: 'SIG', isWhole: false, id: null } as const;
const CLAUDE = { format: 'anthropic-claude-v1', value: 'SIG', isWhole: false, id: null } as const;

/** The usage as OpenAI has it, with OpenRouter's count of what was written to the cache. */
const TOLD_USAGE = {
  prompt_tokens: 9,
  completion_tokens: 4,
  total_tokens: 13,
  prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 3, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 2,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

describe('openai-chat, to a client: a whole answer', () => {
  it('has every field', () => {
    assert.deepEqual(encodeChatResponse(answerOf([{ type: 'text', text: 'a' }]), contextOf()), {
      id: 'chatcmpl-x1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'asked',
      service_tier: null,
      system_fingerprint: '',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'a', refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: TOLD_USAGE,
    });
  });

  const messages: readonly (readonly [string, readonly ContentPart[], JsonObject, JsonObject])[] = [
    [
      'a call without input, signed',
      [{ ...CALL, seal: GEMINI }],
      {},
      {
        content: null,
        reasoning_content: null,
        reasoning_details: [
          { type: 'reasoning.encrypted', data: 'SIG', format: 'google-gemini-v1', index: 0, id: 'c1' },
        ],
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'f', arguments: '{}' },
            extra_content: { google: { thought_signature: 'SIG' } },
          },
        ],
      },
    ],
    [
      'a signed thought',
      [
        { type: 'reasoning', text: 'hm', isSummary: false, seal: CLAUDE },
        { type: 'text', text: 'a' },
      ],
      {},
      {
        content: 'a',
        reasoning_content: 'hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'hm', format: 'anthropic-claude-v1', index: 0, signature: 'SIG' },
        ],
      },
    ],
    [
      'a thought that is not to be shown',
      [
        { type: 'reasoning', text: 'hm', isSummary: false, seal: CLAUDE },
        { type: 'text', text: 'a' },
      ],
      { reasoning: { exclude: true } },
      { content: 'a' },
    ],
    [
      'a call the old way',
      [CALL],
      { functions: [{ name: 'f' }] },
      { content: null, function_call: { name: 'f', arguments: '{}' } },
    ],
    [
      'a source',
      [
        {
          type: 'text',
          text: 'a',
          citations: [{ url: 'https://x.test', title: null, citedText: 'q', start: null, end: null }],
        },
      ],
      {},
      {
        content: 'a',
        annotations: [
          {
            type: 'url_citation',
            url_citation: { url: 'https://x.test', title: '', start_index: 0, end_index: 0, content: 'q' },
          },
        ],
      },
    ],
    [
      'spoken',
      [{ type: 'audio', media: { kind: 'base64', base64: 'AA' }, format: null, transcript: 'a' }],
      {},
      { content: null, audio: { id: 'audio_x1', data: 'AA', transcript: 'a', expires_at: 1_700_003_600 } },
    ],
    [
      'a picture',
      [{ type: 'image', media: { kind: 'base64', base64: 'AA' }, mediaType: 'image/png', detail: null }],
      {},
      { content: null, images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] },
    ],
  ];
  for (const [name, content, asked, expected] of messages) {
    it(name, () => {
      const base = { role: 'assistant', refusal: null, annotations: [] };
      assert.deepEqual(messageOf(content, asked), { ...base, ...expected });
    });
  }
});

describe('openai-chat, to a client: a stream', () => {
  it('is the same in all chunks, and names its usage only if asked to', () => {
    const parts = streamOfResponse(answerOf([{ type: 'text', text: 'a' }]));
    const head = {
      id: 'chatcmpl-x1',
      object: 'chat.completion.chunk',
      created: 1_700_000_000,
      model: 'asked',
      service_tier: null,
    };
    const choice = { index: 0, logprobs: null, finish_reason: null };
    const chunks = [
      { ...head, choices: [{ ...choice, delta: { role: 'assistant', content: '', refusal: null } }] },
      { ...head, choices: [{ ...choice, delta: { content: 'a' } }] },
      { ...head, choices: [{ ...choice, delta: {}, finish_reason: 'stop' }] },
    ];
    assert.deepEqual(chunksOf(parts), chunks);
    assert.deepEqual(chunksOf(parts, { stream: true, stream_options: { include_usage: true } }), [
      ...chunks.map((chunk) => ({ ...chunk, usage: null })),
      { ...head, choices: [], usage: TOLD_USAGE },
    ]);
  });

  const streams: readonly (readonly [string, readonly ContentPart[], JsonObject, readonly unknown[]])[] = [
    [
      'a call, begun with its name, its input after it',
      [{ ...CALL, input: '{"a":1}' }],
      {},
      [
        { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] },
      ],
    ],
    [
      'a second call without input, signed',
      [
        { ...CALL, input: '1' },
        { ...CALL, id: 'c2', seal: GEMINI },
      ],
      {},
      [
        { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '1' } }] },
        {
          tool_calls: [
            {
              ...{ index: 1, id: 'c2', type: 'function', function: { name: 'f', arguments: '' } },
              extra_content: { google: { thought_signature: 'SIG' } },
            },
          ],
        },
        { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
        {
          reasoning_details: [
            { type: 'reasoning.encrypted', data: 'SIG', format: 'google-gemini-v1', index: 0, id: 'c2' },
          ],
        },
      ],
    ],
    [
      'a custom call',
      [{ ...CALL, kind: 'custom', input: 'x' }],
      {},
      [
        { tool_calls: [{ index: 0, id: 'c1', type: 'custom', custom: { name: 'f', input: '' } }] },
        { tool_calls: [{ index: 0, custom: { input: 'x' } }] },
      ],
    ],
    [
      'a call the old way',
      [{ ...CALL, input: '1' }],
      { functions: [{ name: 'f' }] },
      [{ function_call: { name: 'f', arguments: '' } }, { function_call: { arguments: '1' } }],
    ],
    [
      'a summary and the sealed whole',
      [
        {
          type: 'reasoning',
          text: 'hm',
          isSummary: true,
          seal: { ...CLAUDE, format: 'openai-responses-v1', id: 'rs_1' },
        },
      ],
      {},
      [
        { reasoning_content: 'hm', reasoning_details: [{ type: 'reasoning.summary', summary: 'hm', index: 0 }] },
        {
          reasoning_details: [
            { type: 'reasoning.encrypted', data: 'SIG', format: 'openai-responses-v1', index: 0, id: 'rs_1' },
          ],
        },
      ],
    ],
    ['a refusal', [{ type: 'refusal', text: 'No.' }], {}, [{ refusal: 'No.' }]],
  ];
  for (const [name, content, asked, expected] of streams) {
    it(name, () => assert.deepEqual(deltasOf(content, asked), expected));
  }

  it('says a signature that comes after its call in a call with a function: clients take no other', () => {
    const at = { choice: 0, block: 0 };
    const parts: readonly StreamPart[] = [
      {
        type: 'block-start',
        ...at,
        content: { type: 'tool-call', id: 'c1', name: 'f', kind: 'function', namespace: null },
      },
      { type: 'delta', ...at, text: '{}' },
      { type: 'block-end', ...at, seal: GEMINI },
      { type: 'end' },
    ];
    const last = chunksOf(parts).at(-2) as { readonly choices: readonly { readonly delta: JsonObject }[] };
    const extra = { google: { thought_signature: 'SIG' } };
    assert.deepEqual(last.choices[0]?.delta['tool_calls'], [
      { index: 0, function: { arguments: '' }, extra_content: extra },
    ]);
  });

  it('takes usage and finish in any order, and several choices side by side', () => {
    const chunks = chunksOf([
      { type: 'usage', usage: USAGE },
      { type: 'block-start', choice: 0, block: 0, content: { type: 'text' } },
      { type: 'block-start', choice: 1, block: 0, content: { type: 'text' } },
      { type: 'delta', choice: 1, block: 0, text: 'b' },
      { type: 'delta', choice: 0, block: 0, text: 'a' },
      { type: 'finish', choice: 1, finish: { unified: 'length', raw: null }, stopSequence: null },
      { type: 'finish', choice: 0, finish: { unified: 'other', raw: 'pause_turn' }, stopSequence: null },
      { type: 'end' },
    ]);
    const told = chunks.flatMap(({ choices }) => (Array.isArray(choices) ? choices : []));
    assert.deepEqual(
      told.map(({ index, delta, finish_reason: finish }) => [index, delta.content ?? finish]),
      [
        [0, ''],
        [1, ''],
        [1, 'b'],
        [0, 'a'],
        [0, 'stop'],
        [1, 'length'],
      ],
    );
  });

  it('that is cut off has no ending', () => {
    const { push, end } = encodeChatStream(contextOf());
    push({ type: 'block-start', choice: 0, block: 0, content: { type: 'text' } });
    assert.deepEqual(push({ type: 'error', message: 'gone', code: null, status: null }), []);
    assert.deepEqual(end(), []);
  });
});
