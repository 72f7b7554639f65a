import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChatRequest, GatewayError } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { decodeChatRequest } from './decode-request.ts';
import { readChatRequest } from './request.ts';

function decode(body: JsonObject): ChatRequest {
  const whole = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...body };
  return decodeChatRequest(
    readChatRequest(Buffer.from(JSON.stringify(whole)), { model: null, stream: null, framing: 'sse' }),
  );
}

function contentOf(...messages: JsonObject[]): unknown {
  return decode({ messages }).messages.at(-1)?.content;
}

const CALL = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
const CALLED = { type: 'tool-call', id: 'c1', name: 'f', kind: 'function', namespace: null, input: '{}' };
const OWN = { extensions: { 'openai-chat': {} } };
const GEMINI = { format: 'google-gemini-v1', value: 'SIG', isWhole: false, id: null };

function asking(role: string, part: JsonObject): JsonObject {
  return { role, content: [part] };
}

const PARTS: readonly (readonly [string, JsonObject, unknown])[] = [
  ['text', { type: 'text', text: 'a' }, { type: 'text', text: 'a' }],
  [
    'a marked text',
    { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } },
    {
      type: 'text',
      text: 'a',
      cache: { ttl: '1h' },
      extensions: { 'openai-chat': { cache_control: { type: 'ephemeral', ttl: '1h' } } },
    },
  ],
  [
    'an image in the text',
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
    { type: 'image', media: { kind: 'base64', base64: 'AAAA' }, mediaType: 'image/png', detail: 'low' },
  ],
  [
    'a broken data URL stays one',
    { type: 'image_url', image_url: 'data:image/png,%zz' },
    { type: 'image', media: { kind: 'url', url: 'data:image/png,%zz' }, mediaType: null, detail: null },
  ],
  [
    'audio',
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
    { type: 'audio', media: { kind: 'base64', base64: 'AAAA' }, format: 'mp3', transcript: null },
  ],
  [
    'a stored file',
    { type: 'file', file: { file_id: 'file-1', filename: 'a.pdf' } },
    { type: 'file', media: { kind: 'file-id', id: 'file-1' }, mediaType: null, name: 'a.pdf' },
  ],
  [
    'a file elsewhere, as OpenRouter takes it',
    { type: 'file', file: { file_data: 'https://x.test/a.pdf' } },
    { type: 'file', media: { kind: 'url', url: 'https://x.test/a.pdf' }, mediaType: null, name: null },
  ],
  [
    'a video',
    { type: 'video_url', video_url: { url: 'https://x.test/a.mp4' } },
    { type: 'video', media: { kind: 'url', url: 'https://x.test/a.mp4' }, mediaType: null },
  ],
  [
    'of a type to come',
    { type: 'hologram', beam: 1 },
    { type: 'opaque', dialect: 'openai-chat', name: 'hologram', raw: { type: 'hologram', beam: 1 } },
  ],
];

describe('openai-chat: content', () => {
  for (const [name, part, expected] of PARTS) {
    it(name, () => assert.deepEqual(contentOf(asking('user', part)), [expected]));
  }
});

describe('openai-chat: an assistant before', () => {
  const turns: readonly (readonly [string, JsonObject, unknown])[] = [
    ['calls', { content: null, tool_calls: [CALL] }, [CALLED]],
    [
      'calls with an object',
      { tool_calls: [{ ...CALL, function: { name: 'f', arguments: { a: 1 } } }] },
      [{ ...CALLED, input: '{"a":1}' }],
    ],
    [
      'calls a custom tool',
      { tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'f', input: 'x' } }] },
      [{ ...CALLED, kind: 'custom', input: 'x' }],
    ],
    [
      'calls a function the old way',
      { function_call: { name: 'f', arguments: '{}' } },
      [{ ...CALLED, id: 'messages_0_' }],
    ],
    ['refuses', { content: null, refusal: 'No.' }, [{ type: 'refusal', text: 'No.' }]],
    [
      'spoke',
      { content: null, audio: { id: 'audio_1' } },
      [{ type: 'audio', media: { kind: 'file-id', id: 'audio_1' }, format: null, transcript: null }],
    ],
    [
      'thought, in DeepSeek’s word, and not twice',
      { content: 'a', reasoning_content: 'hm', reasoning: 'hm' },
      [
        {
          type: 'reasoning',
          text: 'hm',
          isSummary: false,
          seal: null,
          extensions: { 'openai-chat': { field: 'reasoning_content' } },
        },
        { type: 'text', text: 'a' },
      ],
    ],
    [
      'has a signed call, in Google’s place',
      { tool_calls: [{ ...CALL, extra_content: { google: { thought_signature: 'SIG' } } }] },
      [
        {
          ...CALLED,
          seal: GEMINI,
          extensions: { 'openai-chat': { extra_content: { google: { thought_signature: 'SIG' } } } },
        },
      ],
    ],
    [
      'has a signed call, in OpenRouter’s place',
      {
        reasoning_details: [{ type: 'reasoning.encrypted', data: 'SIG', id: 'c1', format: 'google-gemini-v1' }],
        tool_calls: [CALL],
      },
      [{ ...CALLED, seal: GEMINI, ...OWN }],
    ],
    [
      'has a signed text',
      { content: 'a', reasoning_details: [{ type: 'reasoning.encrypted', data: 'SIG', format: 'google-gemini-v1' }] },
      [{ type: 'text', text: 'a', seal: GEMINI, ...OWN }],
    ],
  ];
  for (const [name, message, expected] of turns) {
    it(name, () => assert.deepEqual(contentOf({ role: 'assistant', ...message }), expected));
  }

  it('thought sealed thoughts, which a client echoes in the pieces of a stream', () => {
    const content = contentOf({
      role: 'assistant',
      content: null,
      reasoning_details: [
        { type: 'reasoning.text', text: 'a', index: 0 },
        { type: 'reasoning.text', text: 'b', index: 0 },
        { type: 'reasoning.text', signature: 'S1', format: 'anthropic-claude-v1', index: 0 },
        { type: 'reasoning.summary', summary: 'c', index: 1 },
        { type: 'reasoning.encrypted', data: 'S2', id: 'rs_1', format: 'openai-responses-v1', index: 1 },
        { type: 'reasoning.encrypted', data: 'S3', format: 'anthropic-claude-v1', index: 2 },
      ],
    });
    assert.ok(Array.isArray(content));
    assert.deepEqual(
      content.map(({ text, isSummary, seal }) => ({ text, isSummary, seal })),
      [
        {
          text: 'ab',
          isSummary: false,
          seal: { format: 'anthropic-claude-v1', value: 'S1', isWhole: false, id: null },
        },
        {
          text: 'c',
          isSummary: true,
          seal: { format: 'openai-responses-v1', value: 'S2', isWhole: false, id: 'rs_1' },
        },
        { text: '', isSummary: false, seal: { format: 'anthropic-claude-v1', value: 'S3', isWhole: true, id: null } },
      ],
    );
  });
});

describe('openai-chat: results', () => {
  it('belong to their calls, the old ones by the name', () => {
    const { messages } = decode({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', function_call: { name: 'f', arguments: '{}' } },
        { role: 'function', name: 'f', content: '1' },
      ],
    });
    assert.deepEqual(messages[2], {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          callId: 'messages_1_',
          name: 'f',
          kind: 'function',
          content: [{ type: 'text', text: '1' }],
          isError: false,
        },
      ],
    });
  });

  it('may hold images', () => {
    const image = { type: 'image_url', image_url: { url: 'https://x.test/a.png' } };
    const content = contentOf(
      { role: 'assistant', tool_calls: [CALL] },
      { role: 'tool', tool_call_id: 'c1', content: [image] },
    );
    assert.ok(Array.isArray(content));
    assert.equal(content[0].content[0].type, 'image');
  });
});

describe('openai-chat: what is asked for', () => {
  const wishes: readonly (readonly [string, JsonObject, Partial<ChatRequest>])[] = [
    [
      'effort',
      { reasoning_effort: 'none' },
      { reasoning: { mode: 'off', effort: 'none', budgetTokens: null, summary: null, isShown: null } },
    ],
    [
      'OpenRouter’s object',
      { reasoning: { max_tokens: 2_000, exclude: true } },
      { reasoning: { mode: null, effort: null, budgetTokens: 2_000, summary: null, isShown: false } },
    ],
    [
      'thinking, as DeepSeek and LiteLLM have it',
      { thinking: { type: 'enabled', budget_tokens: 1_024 } },
      { reasoning: { mode: 'on', effort: null, budgetTokens: 1_024, summary: null, isShown: null } },
    ],
    [
      'a tool of these',
      {
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ function: { name: 'f' } }] },
        },
      },
      { toolChoice: { type: 'allowed', mode: 'required', names: ['f'] } },
    ],
    [
      'a custom tool',
      { tool_choice: { type: 'custom', custom: { name: 'f' } } },
      { toolChoice: { type: 'tool', name: 'f' } },
    ],
    ['any tool, in Mistral’s word', { tool_choice: 'any' }, { toolChoice: { type: 'required' } }],
    ['the old choice', { function_call: { name: 'f' } }, { toolChoice: { type: 'tool', name: 'f' } }],
    [
      'a web search',
      { web_search_options: { search_context_size: 'low' } },
      {
        tools: [
          {
            type: 'server',
            service: 'web-search',
            dialect: 'openai-chat',
            name: 'web_search_options',
            raw: { search_context_size: 'low' },
          },
        ],
      },
    ],
    [
      'a schema',
      {
        response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
      },
      { output: { type: 'json-schema', name: 'n', description: null, schema: { type: 'object' }, strict: true } },
    ],
    ['what no canonical word is for', { store: true, x: 1 }, { extensions: { 'openai-chat': { store: true, x: 1 } } }],
    ['the larger limit', { max_tokens: 5, max_completion_tokens: 7 }, { maxOutputTokens: 7 }],
  ];
  for (const [name, body, expected] of wishes) {
    it(name, () => {
      const decoded: Partial<Record<string, unknown>> = decode(body);
      for (const [member, value] of Object.entries(expected)) assert.deepEqual(decoded[member], value);
    });
  }

  it('custom tools and the old functions', () => {
    const grammar = { syntax: 'lark', definition: 'start: "a"' };
    const { tools } = decode({
      tools: [{ type: 'custom', custom: { name: 'c', format: { type: 'grammar', grammar } } }],
      functions: [{ name: 'f', parameters: { type: 'object' } }],
    });
    assert.deepEqual(
      tools.map((tool) => (tool.type === 'custom' ? tool.grammar : tool.name)),
      [grammar, 'f'],
    );
  });
});

describe('openai-chat: what is refused, by its path', () => {
  const faults: readonly (readonly [string, JsonObject])[] = [
    ['messages[0].role', { messages: [{ role: 'robot', content: 'a' }] }],
    [
      'messages[0].content[1].text',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'text' }] }] },
    ],
    [
      'messages[0].content[0].image_url.url',
      { messages: [asking('user', { type: 'image_url', image_url: { url: 1 } })] },
    ],
    ['messages[0].content[0]', { messages: [asking('system', { type: 'image_url', image_url: { url: 'x' } })] }],
    [
      'messages[0].tool_calls[0].function.name',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'c', function: {} }] }] },
    ],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', tool_call_id: 'c9', content: '' }] }],
    ['tools[0].function', { tools: [{ type: 'function' }] }],
    ['tools[0].function.parameters', { tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] }],
    ['tool_choice', { tool_choice: 7 }],
    ['stop[1]', { stop: ['a', 1] }],
    ['top_k', { top_k: 'many' }],
    ['logit_bias', { logit_bias: [] }],
    ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
  ];
  for (const [param, body] of faults) {
    it(param, () => {
      assert.throws(
        () => decode(body),
        (error) => error instanceof GatewayError && error.code === 'invalid_request' && error.details.param === param,
      );
    });
  }
});
