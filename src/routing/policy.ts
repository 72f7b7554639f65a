import type { Tagging } from './filters/filter.ts';
import type { HedgePolicy } from './retry/hedge-delay.ts';
import type { RetryBudgetPolicy } from './retry/retry-budget.ts';
import type { RetryPolicy } from './retry/retry-policy.ts';
import type { StrategyId, StrategyOptions } from './strategies/strategy.ts';

/** How calls are routed, as configured. */
export type RoutingPolicy = {
  /** Order within one priority. */
  readonly strategy: StrategyId;
  readonly strategyOptions: StrategyOptions;
  /** Where every candidate is at its limits. */
  readonly queue: {
    /** How long a call waits for a place at one. */
    readonly waitMs: number;
    /** Calls that may wait at one deployment. */
    readonly length: number;
    /** Place of a call that asks for none. Left out: 0. */
    readonly usualPriority?: number;
  };
  /** Left out: ten minutes, and by sessions alone. `byKey`: models at which a key's calls stay together; `*`: all. */
  readonly affinity?: { readonly keptMs: number; readonly byKey: readonly string[] };
  /** Models, by name or with a `*`, whose calls take their client's own headers along. Left out: none. */
  readonly clientHeaders?: readonly string[];
  /** Whether tags choose deployments. Default off. */
  readonly tagging?: Tagging;
  /** A whole answer that was to be JSON and is not what was asked for: goes out, or is a failed attempt. Default `pass`. */
  readonly unfitAnswers?: 'pass' | 'fail';
  /** Tries in all, the first included; a further model has one in any case. */
  readonly maxAttempts: number;
  /** Further rounds over the candidates after all of them failed. */
  readonly retries: number;
  /** Other numbers of them for some causes and models. */
  readonly retry: RetryPolicy;
  readonly retryBudget: RetryBudgetPolicy;
  /** Models that are tried after the asked ones. */
  readonly maxFallbacks: number;
  /** From the start of the call until an answer begins, or a plain one is whole; null: none. */
  readonly deadlineMs: number | null;
  /** null: one attempt after the other. */
  readonly hedge: HedgePolicy | null;
};
