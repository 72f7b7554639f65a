/**
 * What an answer used, in counted units. `inputTokens` includes cached, cache-written and audio input; `outputTokens`
 * includes reasoning and audio output. Absent details are 0.
 */
export type Usage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly inputAudioTokens: number;
  readonly outputAudioTokens: number;
  /** `provider`: read from the answer. `estimated`: no usage in the answer, counted by bytes. */
  readonly source: 'provider' | 'estimated';
  /** The provider's own usage object, as it came. */
  readonly raw: unknown;
};

export const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  inputAudioTokens: 0,
  outputAudioTokens: 0,
  source: 'estimated',
  raw: null,
};
