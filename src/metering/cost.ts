import type { Price, PriceTier } from '../catalog/index.ts';
import type { Usage } from '../inference/index.ts';
import { type NanoUsd, nanoFromPico, type PicoUsd } from '../std/index.ts';

/** What the usage costs: one rounding, up to the nanodollar. */
export function costOf(price: Price, usage: Usage): NanoUsd {
  return nanoFromPico(picoCost(tierFor(price, usage.inputTokens), usage));
}

/** The whole request is priced at the tier that its input falls in. */
export function tierFor(price: Price, inputTokens: number): PriceTier {
  let chosen: PriceTier = price.tiers[0];
  for (const tier of price.tiers) {
    if (tier.fromInputTokens <= inputTokens) chosen = tier;
  }
  return chosen;
}

/** Details are parts of the totals: each token is priced once, at its own rate. */
function picoCost(tier: PriceTier, usage: Usage): PicoUsd {
  const input = takeParts(usage.inputTokens, usage.cacheReadTokens, usage.cacheWriteTokens, usage.inputAudioTokens);
  const output = takeParts(usage.outputTokens, usage.reasoningTokens, usage.outputAudioTokens, 0);
  return (
    tier.request +
    BigInt(input.rest) * tier.input +
    BigInt(input.first) * tier.cacheRead +
    BigInt(input.second) * tier.cacheWrite +
    BigInt(input.third) * tier.inputAudio +
    BigInt(output.rest) * tier.output +
    BigInt(output.first) * tier.reasoning +
    BigInt(output.second) * tier.outputAudio
  );
}

/** Splits a total into its parts; parts that together exceed it are cut in their order. */
function takeParts(
  total: number,
  first: number,
  second: number,
  third: number,
): { rest: number; first: number; second: number; third: number } {
  const one = Math.min(first, total);
  const two = Math.min(second, total - one);
  const three = Math.min(third, total - one - two);
  return { rest: total - one - two - three, first: one, second: two, third: three };
}
