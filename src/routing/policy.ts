import type { Tagging } from './filters/filter.ts';
import type { StrategyId } from './strategies/strategy.ts';

/** How calls are routed, as configured. */
export type RoutingPolicy = {
  /** Order within one priority. */
  readonly strategy: StrategyId;
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** Further rounds over the candidates after all of them failed. */
  readonly retries: number;
  /** Whether tags choose deployments. Default off. */
  readonly tagging?: Tagging;
};
