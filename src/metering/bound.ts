import type { Price } from '../catalog/index.ts';
import { type NanoUsd, nanoFromPico, type PicoUsd } from '../std/index.ts';

/** Chat templates add tokens that are not in the body: role marks, the tools' preamble, a hidden system prompt. */
const HIDDEN_INPUT_TOKENS = 1_000;
/** What a model whose limits nobody knows is taken to be able to do. */
const UNKNOWN_CONTEXT_WINDOW = 2_000_000;
const UNKNOWN_MAX_OUTPUT = 131_072;

export type BoundInput = {
  readonly price: Price;
  readonly bodyBytes: number;
  /** The client's own limit per answer; null: none. */
  readonly maxOutputAsked: number | null;
  readonly modelMaxOutput: number | null;
  readonly contextWindow: number | null;
  /** Answers asked for. */
  readonly n: number;
  /** Content that the bytes do not bound: counts as the whole context window. */
  readonly refersOutside: boolean;
};

export type Bound = { readonly nanoUsd: NanoUsd; readonly inputTokens: number; readonly outputTokens: number };

/**
 * The most that the call can cost: a byte-level tokenizer never makes more tokens than bytes, each at the dearest
 * rate of any tier. Output is the client's limit, else the model's.
 */
export function boundCharge(input: BoundInput): Bound {
  const window = input.contextWindow ?? UNKNOWN_CONTEXT_WINDOW;
  const inputTokens = input.refersOutside
    ? Math.max(window, input.bodyBytes) + HIDDEN_INPUT_TOKENS
    : input.bodyBytes + HIDDEN_INPUT_TOKENS;
  const outputTokens = (input.maxOutputAsked ?? input.modelMaxOutput ?? UNKNOWN_MAX_OUTPUT) * input.n;
  let most = 0n;
  for (const tier of input.price.tiers) {
    if (tier.fromInputTokens > inputTokens) continue;
    const inputRate = largest(tier.input, tier.cacheRead, tier.cacheWrite, tier.inputAudio);
    const outputRate = largest(tier.output, tier.reasoning, tier.outputAudio);
    const worst = tier.request + BigInt(inputTokens) * inputRate + BigInt(outputTokens) * outputRate;
    if (worst > most) most = worst;
  }
  return { nanoUsd: nanoFromPico(most), inputTokens, outputTokens };
}

function largest(...rates: readonly PicoUsd[]): PicoUsd {
  return rates.reduce((most, rate) => (rate > most ? rate : most), 0n);
}
