import type { DeploymentStats } from '../health/stats.ts';

export type HedgeAfter = 'p50' | 'p75' | 'p90' | 'p95' | 'p99' | number;

export type HedgePolicy = {
  /** A percentile of the first deployment's time to the first byte, or milliseconds. */
  readonly after: HedgeAfter;
  /** Further attempts beside the first. */
  readonly max: number;
};

/** Until a deployment was measured. */
const UNKNOWN_DELAY_MS = 2_000;
/** A percentile of a fast deployment must not turn every second call into two. */
const LEAST_DELAY_MS = 50;

/** How long an attempt is waited for before another one goes out beside it. */
export function hedgeDelayMs({ after }: HedgePolicy, { firstByteMs }: Pick<DeploymentStats, 'firstByteMs'>): number {
  if (typeof after === 'number') return after;
  if (firstByteMs === null) return UNKNOWN_DELAY_MS;
  return Math.max(LEAST_DELAY_MS, after === 'p95' ? between(firstByteMs) : firstByteMs[after]);
}

/** The tail of times is nearly exponential: on a logarithmic scale of what is left, 5 % lies at 0.30 from 10 % to 1 %. */
function between({ p90, p99 }: { readonly p90: number; readonly p99: number }): number {
  return p90 + Math.log10(2) * (p99 - p90);
}
