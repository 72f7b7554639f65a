import type { NanoUsd, TimeWindow } from '../std/index.ts';

/**
 * What a budget does to a call that does not fit: `reject` refuses it, `clamp` first lowers its output limit if the
 * client set none, `soft` lets it through and tells.
 */
export type BudgetPolicy = 'clamp' | 'reject' | 'soft';

/** Money for each window of a kind. */
export type Budget = {
  readonly window: TimeWindow;
  readonly limitNanoUsd: NanoUsd;
  readonly policy: BudgetPolicy;
  /** Told when it is reached; refuses nothing. */
  readonly softNanoUsd: NanoUsd | null;
  /** On top of the limit, for a while. */
  readonly increase: { readonly nanoUsd: NanoUsd; readonly untilMs: number } | null;
  /** Spent in the window that ends then, and no longer counted. */
  readonly forgiven?: { readonly nanoUsd: NanoUsd; readonly untilMs: number };
};

export type RateMeasure = 'requests' | 'tokens' | 'input_tokens' | 'output_tokens' | 'parallel';

/** `per` is null for calls at the same time. */
export type RateLimit = {
  readonly measure: RateMeasure;
  readonly per: 'minute' | 'hour' | 'day' | null;
  readonly limit: number;
};

/** How much somebody or something may use. Frozen. */
export type Allowance = { readonly budgets: readonly Budget[]; readonly limits: readonly RateLimit[] };

export const NO_ALLOWANCE: Allowance = Object.freeze({ budgets: Object.freeze([]), limits: Object.freeze([]) });
