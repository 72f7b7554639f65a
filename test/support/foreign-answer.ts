import type { ChatResponse } from '../../src/inference/index.ts';

/** An answer as a model of another maker gives it: everything that a client's dialect must find a place for. */
export const foreignAnswer: ChatResponse = {
  id: 'msg_1',
  model: 'other-1',
  createdS: 1_800_000_000,
  serviceTier: 'priority',
  usage: {
    inputTokens: 100,
    outputTokens: 60,
    cacheReadTokens: 40,
    cacheWriteTokens: 10,
    reasoningTokens: 20,
    inputAudioTokens: 5,
    outputAudioTokens: 0,
    source: 'provider',
    raw: { input_tokens: 100 },
  },
  choices: [
    {
      index: 0,
      content: [
        {
          type: 'reasoning',
          text: 'Let me see.',
          isSummary: false,
          seal: { format: 'anthropic-claude-v1', value: 'c2VhbGVk', isWhole: false, id: null },
        },
        {
          type: 'text',
          text: 'Grüße: 20 °C.',
          citations: [{ url: 'https://x.y', title: 'X', citedText: 'cold', start: 7, end: 12 }],
        },
        {
          type: 'tool-call',
          id: 'toolu_1',
          name: 'get_weather',
          kind: 'function',
          namespace: null,
          input: '{"city":"Köln"}',
        },
      ],
      finish: { unified: 'tool-calls', raw: 'tool_use' },
      stopSequence: null,
      logprobs: [{ token: 'Gr', logprob: -0.5, bytes: [71, 114], top: [{ token: 'Gr', logprob: -0.5, bytes: null }] }],
    },
  ],
};
