import type { Price, PriceTier } from '../catalog/index.ts';
import { picoFromUsdPerMillion } from '../std/index.ts';

/** USD per million tokens; `above`: from so many tokens on another price of input. */
export function priceFixture(input: string, output: string, above?: readonly [tokens: number, input: string]): Price {
  const base = tier(0, input, output);
  const dearer = above === undefined ? [] : [tier(above[0] + 1, above[1], output)];
  return { version: 'p_0', source: 'test', tiers: [base, ...dearer] };
}

function tier(fromInputTokens: number, inputUsd: string, outputUsd: string): PriceTier {
  const [input, output] = [picoFromUsdPerMillion(inputUsd), picoFromUsdPerMillion(outputUsd)];
  return {
    ...{ fromInputTokens, input, output, cacheRead: input, cacheWrite: input, reasoning: output, inputAudio: input },
    ...{ outputAudio: output, request: 0n },
  };
}
