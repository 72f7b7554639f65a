import type { ChatRequest, ContentPart, Message, Tool } from '../../src/inference/index.ts';
import { asked } from './anthropic-wire.ts';

const PNG = { kind: 'base64', base64: 'iVBORw0KGgo=' } as const;
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const SEARCH: Tool = {
  type: 'function',
  name: 'search',
  description: null,
  parameters: SCHEMA,
  strict: null,
  namespace: null,
};

const { sampling } = asked();
const REASONING = { mode: null, effort: null, budgetTokens: null, summary: null, isShown: null } as const;

function user(...content: readonly ContentPart[]): Message {
  return { role: 'user', content, name: null };
}

function text(words: string): ContentPart {
  return { type: 'text', text: words };
}

function result(content: readonly ContentPart[], isError = false): readonly Message[] {
  const call = {
    type: 'tool-call',
    id: 'call_1',
    name: 'search',
    kind: 'function',
    namespace: null,
    input: '{}',
  } as const;
  const answer = { type: 'tool-result', callId: 'call_1', name: 'search', kind: 'function', content, isError } as const;
  return [user(text('Hi')), { role: 'assistant', content: [call], name: null }, { role: 'tool', content: [answer] }];
}

function grammar(): Tool {
  const syntax = { syntax: 'lark', definition: 'start: /.+/' } as const;
  return { type: 'custom', name: 'patch', description: null, grammar: syntax, namespace: null };
}

export type Wish = {
  readonly asks: Partial<ChatRequest>;
  /** What an upstream's request holds that says it, where it may go unsaid without a warning. */
  readonly mark?: RegExp;
};

/** What clients can ask for beside text, as the documents name it; each alone in a request. */
export const wishes: Readonly<Record<string, Wish>> = {
  'instructions in the middle': {
    asks: {
      messages: [
        user(text('Hi')),
        { role: 'system', rank: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        user(text('And?')),
      ],
    },
  },
  'image, as bytes': {
    asks: { messages: [user({ type: 'image', media: PNG, mediaType: 'image/png', detail: null })] },
  },
  'image, by its address': {
    asks: {
      messages: [
        user({ type: 'image', media: { kind: 'url', url: 'https://x.test/a.png' }, mediaType: null, detail: null }),
      ],
    },
  },
  'PDF, as bytes': {
    asks: {
      messages: [
        user(
          { type: 'file', media: { ...PNG, base64: 'JVBERi0=' }, mediaType: 'application/pdf', name: 'a.pdf' },
          text('Read.'),
        ),
      ],
    },
  },
  audio: {
    asks: { messages: [user({ type: 'audio', media: PNG, format: 'wav', transcript: null }, text('Listen.'))] },
  },
  video: { asks: { messages: [user({ type: 'video', media: PNG, mediaType: 'video/mp4' }, text('Watch.'))] } },
  'prompt cache marks': {
    asks: { messages: [user({ type: 'text', text: 'Long.', cache: { ttl: null } }, text('Short.'))] },
    mark: /cache_control|cachePoint|cache_breakpoint/,
  },
  'function tools': { asks: { tools: [SEARCH], messages: [user(text('Hi'))] } },
  'strict tools': {
    asks: { tools: [{ ...SEARCH, strict: true }], messages: [user(text('Hi'))] },
    mark: /"strict(?:_tools)?":true/,
  },
  'a tool that must be called': { asks: { tools: [SEARCH], toolChoice: { type: 'tool', name: 'search' } } },
  'one call at a time': { asks: { tools: [SEARCH], parallelToolCalls: false } },
  'custom tools with a grammar': { asks: { tools: [grammar()] }, mark: /lark/ },
  'tools within a namespace': { asks: { tools: [{ ...SEARCH, namespace: 'mcp__web__' }] } },
  'web search that the provider runs': {
    asks: {
      tools: [{ type: 'server', service: 'web-search', dialect: 'ollama-generate', name: 'web_search', raw: {} }],
    },
  },
  'a result with an image': {
    asks: {
      tools: [SEARCH],
      messages: result([text('Found.'), { type: 'image', media: PNG, mediaType: 'image/png', detail: null }]),
    },
  },
  'a result that is an error': {
    asks: { tools: [SEARCH], messages: result([text('Broken.')], true) },
    mark: /"is_error":true|"status":"error"|"error":/,
  },
  'JSON of any form': { asks: { output: { type: 'json' } } },
  'JSON by a schema': {
    asks: {
      output: { type: 'json-schema', name: 'answer', description: null, schema: SCHEMA, strict: true },
    },
  },
  'reasoning by effort': { asks: { reasoning: { ...REASONING, effort: 'high' } } },
  'reasoning by a budget': {
    asks: { reasoning: { ...REASONING, mode: 'on', budgetTokens: 2_000 }, maxOutputTokens: 8_000 },
  },
  temperature: { asks: { sampling: { ...sampling, temperature: 0.5 } } },
  'top p': { asks: { sampling: { ...sampling, topP: 0.5 } } },
  'top k': { asks: { sampling: { ...sampling, topK: 10 } } },
  'min p': { asks: { sampling: { ...sampling, minP: 0.1 } } },
  'presence and frequency penalty': {
    asks: { sampling: { ...sampling, presencePenalty: 0.5, frequencyPenalty: 0.5 } },
  },
  'repetition penalty': { asks: { sampling: { ...sampling, repetitionPenalty: 1.1 } } },
  seed: { asks: { sampling: { ...sampling, seed: 7 } } },
  'stop sequences': { asks: { sampling: { ...sampling, stop: ['END'] } } },
  'logit bias': { asks: { sampling: { ...sampling, logitBias: { '50256': -100 } } } },
  'log probabilities': { asks: { sampling: { ...sampling, logprobs: true, topLogprobs: 3 } } },
  'several answers (n)': { asks: { sampling: { ...sampling, n: 2 } } },
  verbosity: { asks: { verbosity: 'low' } },
  'spoken answers': { asks: { modalities: ['text', 'audio'] } },
};
