import type { Tagging } from './filters/filter.ts';
import type { StrategyId, StrategyOptions } from './strategies/strategy.ts';

/** How calls are routed, as configured. */
export type RoutingPolicy = {
  /** Order within one priority. */
  readonly strategy: StrategyId;
  readonly strategyOptions: StrategyOptions;
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** Further rounds over the candidates after all of them failed. */
  readonly retries: number;
  /** Where every candidate is at its limits. */
  readonly queue: {
    /** How long a call waits for a place at one. */
    readonly waitMs: number;
    /** Calls that may wait at one deployment. */
    readonly length: number;
  };
  /** Whether tags choose deployments. Default off. */
  readonly tagging?: Tagging;
};
