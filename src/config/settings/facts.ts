import type { FactsConfiguration } from '../configuration.ts';

/** Nothing is said. */
export const noFacts: FactsConfiguration = Object.freeze({
  region: null,
  tags: null,
  quantization: null,
  inputs: null,
  outputs: null,
  parameters: null,
  has: [],
  lacks: [],
  distillable: null,
  data: { collects: null, retains: null },
});

/** Both names of the output limit mean the same to those who ask whether it is heeded. */
export function withBothLimits(parameters: readonly string[]): readonly string[] {
  const hasLimit = parameters.includes('max_tokens') || parameters.includes('max_completion_tokens');
  return hasLimit ? [...new Set([...parameters, 'max_tokens', 'max_completion_tokens'])] : parameters;
}
