import type { Price } from '../catalog/index.ts';
import { type NanoUsd, nanoFromPico, type PicoUsd } from '../std/index.ts';

/** Chat templates add tokens that are not in the body: role marks, the tools' preamble, a hidden system prompt. */
const HIDDEN_INPUT_TOKENS = 1_000;
/** What a model whose limits nobody knows is taken to be able to do. */
const UNKNOWN_CONTEXT_WINDOW = 2_000_000;
const UNKNOWN_MAX_OUTPUT = 131_072;
/** More than any call will use: JSON has numbers that no model takes, infinity (`1e999`) among them. */
const MOST_TOKENS = 1e12;

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
 * The most that the call can cost: a byte-level tokenizer never makes more tokens than bytes, no model reads more than
 * its context window, and each token is taken at the dearest rate of any tier that it can reach. Output is the
 * client's limit, else the model's.
 */
export function boundCharge(input: BoundInput): Bound {
  const inputTokens = mostInputTokens(input);
  const outputTokens = counted(mostOutputTokens(input) * Math.max(1, input.n));
  let most = 0n;
  for (const tier of input.price.tiers) {
    if (tier.fromInputTokens > inputTokens) continue;
    const inputRate = largest(tier.input, tier.cacheRead, tier.cacheWrite, tier.inputAudio);
    const outputRate = largest(tier.output, tier.reasoning, tier.outputAudio);
    most = largest(most, tier.request + BigInt(inputTokens) * inputRate + BigInt(outputTokens) * outputRate);
  }
  return { nanoUsd: nanoFromPico(most), inputTokens, outputTokens };
}

function mostInputTokens({ bodyBytes, contextWindow, refersOutside }: BoundInput): number {
  const inBody = counted(bodyBytes + HIDDEN_INPUT_TOKENS);
  if (contextWindow !== null) return refersOutside ? contextWindow : Math.min(inBody, contextWindow);
  return refersOutside ? Math.max(inBody, UNKNOWN_CONTEXT_WINDOW) : inBody;
}

/** Per answer. The client's own word is not lowered: what the model's limit is said to be may be out of date. */
function mostOutputTokens({ maxOutputAsked, modelMaxOutput, contextWindow }: BoundInput): number {
  if (maxOutputAsked !== null) return maxOutputAsked;
  return modelMaxOutput ?? Math.min(UNKNOWN_MAX_OUTPUT, contextWindow ?? UNKNOWN_MAX_OUTPUT);
}

/** A whole number, for the arithmetic has no others; what is no number counts as the most. */
function counted(tokens: number): number {
  return Number.isNaN(tokens) ? MOST_TOKENS : Math.min(MOST_TOKENS, Math.max(0, Math.ceil(tokens)));
}

function largest(...rates: readonly PicoUsd[]): PicoUsd {
  let most = 0n;
  for (const rate of rates) {
    if (rate > most) most = rate;
  }
  return most;
}
