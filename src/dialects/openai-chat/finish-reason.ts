import type { FinishReason } from '../../inference/index.ts';

/** The words of OpenAI and of those that speak its dialect with an accent, in lower case. */
const REASONS: Readonly<Record<string, FinishReason['unified']>> = {
  stop: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
  error: 'error',
  insufficient_system_resource: 'error',
};

export function unifiedReason(reason: string): FinishReason['unified'] {
  const word = reason.toLowerCase();
  return Object.hasOwn(REASONS, word) ? (REASONS[word] ?? 'other') : 'other';
}

/**
 * The schema has four words (and `function_call`, for those who ask the old way). An answer that broke off inside is
 * not whole, and `length` alone says that; of what is unknown clients expect no more than that it has ended.
 */
const WORDS = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  error: 'length',
  other: 'stop',
} as const satisfies Record<FinishReason['unified'], string>;

export function encodeFinishReason({ unified }: FinishReason): (typeof WORDS)[FinishReason['unified']] {
  return WORDS[unified];
}
