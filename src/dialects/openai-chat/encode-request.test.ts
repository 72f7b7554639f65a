import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatRequest, CustomTool, Message, Sampling } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { EncodedRequest, ModelFacts, UpstreamTarget } from '../dialect.ts';
import { decodeChatRequest } from './decode-request.ts';
import { encodeChatRequest } from './encode-request.ts';
import { readChatRequest } from './request.ts';

const SAMPLING: Sampling = {
  temperature: null,
  topP: null,
  topK: null,
  minP: null,
  presencePenalty: null,
  frequencyPenalty: null,
  repetitionPenalty: null,
  seed: null,
  stop: [],
  logitBias: null,
  logprobs: null,
  topLogprobs: null,
  n: 1,
};

const FREE: CustomTool = { type: 'custom', name: 'f', description: null, grammar: null, namespace: null };

const USER: Message = { role: 'user', content: [{ type: 'text', text: 'Hi' }], name: null };

const REQUEST: ChatRequest = {
  model: 'asked',
  messages: [USER],
  tools: [],
  toolChoice: null,
  parallelToolCalls: null,
  output: { type: 'text' },
  reasoning: null,
  sampling: SAMPLING,
  maxOutputTokens: null,
  verbosity: null,
  modalities: null,
  stream: false,
  endUser: null,
  cacheKey: null,
  serviceTier: null,
  metadata: null,
};

const FACTS: ModelFacts = { maxOutput: null, thinking: null, takesSampling: null };

/** A request of another dialect: nothing in it came in this one's words. */
function encode(request: Partial<ChatRequest>, target: Partial<UpstreamTarget> = {}): EncodedRequest {
  const whole = { model: 'm', maxOutputTokens: null, outputLimit: 'max_tokens', facts: FACTS, ...target } as const;
  return encodeChatRequest({ ...REQUEST, ...request }, whole);
}

function messagesOf(messages: readonly Message[], target: Partial<UpstreamTarget> = {}): unknown {
  return encode({ messages }, target).body['messages'];
}

function warnedOf(encoded: EncodedRequest): readonly string[] {
  return encoded.warnings.map(({ field }) => field);
}

const CALL = { type: 'tool-call', id: 'c1', name: 'f', kind: 'function', namespace: null, input: '' } as const;
const WIRE_CALL = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
const GEMINI = { format: 'google-gemini-v1', value: 'SIG', isWhole: false, id: null } as const;
const CLAUDE = { format: 'anthropic-claude-v1', value: 'SIG', isWhole: false, id: null } as const;
const THOUGHT = { type: 'reasoning', text: 'hm', isSummary: false, seal: null } as const;

describe('openai-chat, as an upstream: the least', () => {
  it('is model and messages', () => {
    assert.deepEqual(encode({}).body, { model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
  });

  it('has nothing that hides behind a prototype', () => {
    const asked = '{"model":"m","messages":[{"role":"user","content":"Hi"}],"__proto__":{"n":50,"x":1}}';
    const request = decodeChatRequest(
      readChatRequest(Buffer.from(asked), { model: null, stream: null, framing: 'sse' }),
    );
    assert.equal(JSON.stringify(encode(request).body), '{"model":"m","messages":[{"role":"user","content":"Hi"}]}');
  });

  it('asks a stream for its usage', () => {
    const { body } = encode({ stream: true });
    assert.deepEqual([body['stream'], body['stream_options']], [true, { include_usage: true }]);
  });
});

describe('openai-chat, as an upstream: thoughts of other dialects', () => {
  const thinking: readonly (readonly [string, readonly Message[], Partial<UpstreamTarget>, JsonObject])[] = [
    [
      'unsealed ones go with calls, as DeepSeek demands',
      [{ role: 'assistant', content: [THOUGHT, CALL], name: null }],
      {},
      { content: null, reasoning_content: 'hm', tool_calls: [WIRE_CALL] },
    ],
    [
      'and without calls they stay, as DeepSeek refused them',
      [{ role: 'assistant', content: [THOUGHT, { type: 'text', text: 'a' }], name: null }],
      {},
      { content: 'a' },
    ],
    [
      'sealed ones stay where nothing is known',
      [
        {
          role: 'assistant',
          content: [
            { ...THOUGHT, seal: CLAUDE },
            { ...CALL, seal: GEMINI },
          ],
          name: null,
        },
      ],
      {},
      { content: null, tool_calls: [WIRE_CALL] },
    ],
    [
      'sealed ones are entries at OpenRouter',
      [
        {
          role: 'assistant',
          content: [
            { ...THOUGHT, seal: CLAUDE },
            { ...CALL, seal: GEMINI },
          ],
          name: null,
        },
      ],
      { takes: ['reasoning_details'] },
      {
        content: null,
        reasoning_details: [
          { type: 'reasoning.text', text: 'hm', format: 'anthropic-claude-v1', index: 0, signature: 'SIG' },
          { type: 'reasoning.encrypted', data: 'SIG', format: 'google-gemini-v1', index: 1, id: 'c1' },
        ],
        tool_calls: [WIRE_CALL],
      },
    ],
    [
      'signed calls are signed at Google',
      [{ role: 'assistant', content: [THOUGHT, { ...CALL, seal: GEMINI }], name: null }],
      { takes: ['extra_content'] },
      { content: null, tool_calls: [{ ...WIRE_CALL, extra_content: { google: { thought_signature: 'SIG' } } }] },
    ],
    [
      'a turn with calls has the field at DeepSeek, thought or not',
      [{ role: 'assistant', content: [CALL], name: null }],
      { takes: ['reasoning_content'] },
      { content: null, reasoning_content: '', tool_calls: [WIRE_CALL] },
    ],
  ];
  for (const [name, messages, target, expected] of thinking) {
    it(name, () => assert.deepEqual(messagesOf(messages, target), [{ role: 'assistant', ...expected }]));
  }
});

describe('openai-chat, as an upstream: content of other dialects', () => {
  it('shows what results hold besides text behind all results of the turn', () => {
    const image = {
      type: 'image',
      media: { kind: 'base64', base64: 'AA' },
      mediaType: 'image/png',
      detail: null,
    } as const;
    const result = { type: 'tool-result', name: null, kind: 'function', isError: false } as const;
    const messages = messagesOf([
      { role: 'assistant', content: [CALL, { ...CALL, id: 'c2' }], name: null },
      {
        role: 'tool',
        content: [
          { ...result, callId: 'c1', content: [{ type: 'text', text: 'one' }, image] },
          { ...result, callId: 'c2', content: [{ type: 'text', text: 'two' }] },
        ],
      },
      USER,
    ]);
    assert.deepEqual(messages, [
      { role: 'assistant', content: null, tool_calls: [WIRE_CALL, { ...WIRE_CALL, id: 'c2' }] },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: 'two' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'The tool call c1 returned this:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
        ],
      },
      { role: 'user', content: 'Hi' },
    ]);
  });

  it('marks the prompt where the upstream takes marks, and says so where it does not', () => {
    const marked: Message = { ...USER, content: [{ type: 'text', text: 'Hi', cache: { ttl: '1h' } }] };
    const contents = [undefined, 'cache_control', 'prompt_cache_breakpoint'] as const;
    const encoded = contents.map((field) =>
      encode({ messages: [marked] }, field === undefined ? {} : { takes: [field] }),
    );
    assert.deepEqual(
      encoded.map(({ body }) => body['messages']),
      [
        [{ role: 'user', content: 'Hi' }],
        [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', ttl: '1h' } }] }],
        [{ role: 'user', content: [{ type: 'text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } }] }],
      ],
    );
    assert.deepEqual(encoded.map(warnedOf), [['cache_control'], [], []]);
  });

  it('gives instructions the rank that every server knows', () => {
    const messages = messagesOf([
      { role: 'system', rank: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
    ]);
    assert.deepEqual(messages, [{ role: 'system', content: 'Be brief.' }]);
  });

  it('says a text that came as a file, and names what it cannot say', () => {
    const base64 = Buffer.from('words').toString('base64');
    const encoded = encode({
      messages: [
        {
          role: 'user',
          name: null,
          content: [
            { type: 'file', media: { kind: 'base64', base64 }, mediaType: 'text/plain', name: null },
            { type: 'opaque', dialect: 'anthropic-messages', name: 'container_upload', raw: {} },
          ],
        },
      ],
    });
    assert.deepEqual(encoded.body['messages'], [{ role: 'user', content: 'words' }]);
    assert.deepEqual(warnedOf(encoded), ['content.opaque']);
  });
});

describe('openai-chat, as an upstream: wishes', () => {
  const wish = { mode: null, effort: null, budgetTokens: null, summary: null, isShown: null } as const;
  const wishes: readonly (readonly [
    string,
    Partial<ChatRequest>,
    Partial<ModelFacts>,
    JsonObject,
    readonly string[],
  ])[] = [
    ['effort', { reasoning: { ...wish, effort: 'high' } }, {}, { reasoning_effort: 'high' }, []],
    [
      'a budget, by Google’s table',
      { reasoning: { ...wish, budgetTokens: 8_192 } },
      {},
      { reasoning_effort: 'medium' },
      [],
    ],
    [
      'off, of a model that thinks',
      { reasoning: { ...wish, mode: 'off' } },
      { thinking: 'effort' },
      { reasoning_effort: 'none' },
      [],
    ],
    ['off, of one that may not', { reasoning: { ...wish, mode: 'off' } }, {}, {}, []],
    ['on, of one that does not think', { reasoning: { ...wish, mode: 'on' } }, { thinking: 'none' }, {}, ['reasoning']],
    [
      'no sampling where it is refused',
      { sampling: { ...SAMPLING, temperature: 0, topP: 0.5, seed: 7, stop: ['x'] } },
      { takesSampling: false },
      { seed: 7, stop: ['x'] },
      ['sampling.temperature', 'sampling.topP'],
    ],
    [
      'no choice without tools',
      {
        tools: [{ type: 'server', service: 'web-search', dialect: 'anthropic-messages', name: 'web_search', raw: {} }],
        toolChoice: { type: 'required' },
        parallelToolCalls: false,
      },
      {},
      {},
      ['tools.web_search', 'tool_choice'],
    ],
    [
      'a tool within a namespace, and the choice of it',
      {
        tools: [{ ...FREE, namespace: 'mcp__s__' }],
        toolChoice: { type: 'tool', name: 'f' },
      },
      {},
      {
        tools: [
          {
            type: 'function',
            function: {
              name: 'mcp__s__f',
              description: '`input` is free text.',
              parameters: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
            },
          },
        ],
        tool_choice: { type: 'function', function: { name: 'mcp__s__f' } },
      },
      [],
    ],
    [
      'nothing that a strict server refuses',
      {
        sampling: { ...SAMPLING, topK: 3 },
        serviceTier: 'auto',
        endUser: 'u',
        cacheKey: 'k',
        metadata: { a: 'b' },
      },
      {},
      {},
      ['sampling.topK', 'service_tier'],
    ],
  ];
  for (const [name, request, facts, expected, warned] of wishes) {
    it(name, () => {
      const encoded = encode(request, { facts: { ...FACTS, ...facts } });
      const { model: _, messages: _messages, ...rest } = encoded.body;
      assert.deepEqual(rest, expected);
      assert.deepEqual(warnedOf(encoded), warned);
    });
  }

  it('all that is known there', () => {
    const wishes = { endUser: 'u', cacheKey: 'k', serviceTier: 'standard_only', sampling: { ...SAMPLING, topK: 3 } };
    const { body, warnings } = encode(wishes, { takes: ['user', 'prompt_cache_key', 'service_tier', 'top_k'] });
    const { model: _, messages: _messages, ...rest } = body;
    assert.deepEqual(rest, { top_k: 3, user: 'u', prompt_cache_key: 'k', service_tier: 'default' });
    assert.deepEqual(warnings, []);
  });

  it('tools of free text where they are known, and how they are called', () => {
    const request = { tools: [{ ...FREE, namespace: 'mcp__s__' }, FREE], toolChoice: { type: 'required' } } as const;
    const { body, renamed } = encode(request, { takes: ['custom_tools'] });
    assert.deepEqual(body['tools'], [
      { type: 'custom', custom: { name: 'mcp__s__f' } },
      { type: 'custom', custom: { name: 'f' } },
    ]);
    assert.deepEqual([...(renamed ?? [])], [['mcp__s__f', { name: 'f', namespace: 'mcp__s__', kind: 'custom' }]]);
    assert.equal(encode(request).renamed?.size, 2);
  });

  it('the output limit under the name that is known there', () => {
    const limits = (['max_tokens', 'max_completion_tokens', 'both'] as const).map((outputLimit) => {
      const { max_tokens: old, max_completion_tokens: current } = encode({}, { outputLimit, maxOutputTokens: 9 }).body;
      return [old, current];
    });
    assert.deepEqual(limits, [
      [9, undefined],
      [undefined, 9],
      [9, 9],
    ]);
  });
});
