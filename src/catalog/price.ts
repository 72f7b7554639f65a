import type { PicoUsd } from '../std/index.ts';

/** What one unit costs at a provider. Immutable: a change is a new version. */
export type Price = {
  /** Content hash, `p_` and 16 hex digits: equal prices have equal versions, on every machine. */
  readonly version: string;
  /** Where it comes from: `file.yaml:12:7`, `genai-prices 0.1.8`, `free`, `sandbox`. */
  readonly source: string;
  /** Ascending by `fromInputTokens`; the first starts at 0. The whole request is priced at the tier it falls in. */
  readonly tiers: readonly [PriceTier, ...PriceTier[]];
};

/** Picodollars per unit, every unit filled (cache read falls back to input, reasoning to output, and so on). */
export type PriceTier = {
  readonly fromInputTokens: number;
  readonly input: PicoUsd;
  readonly output: PicoUsd;
  readonly cacheRead: PicoUsd;
  readonly cacheWrite: PicoUsd;
  readonly reasoning: PicoUsd;
  readonly inputAudio: PicoUsd;
  readonly outputAudio: PicoUsd;
  /** Per request. */
  readonly request: PicoUsd;
};
