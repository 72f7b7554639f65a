/** Percentiles of a window; null: nothing was measured in it. */
export type Percentiles = { readonly p50: number; readonly p75: number; readonly p90: number; readonly p99: number };

/** What is known of how a deployment has done lately, by all processes. */
export type DeploymentStats = {
  /** Shares of attempts that answered, callers' own faults left out; null: too few. */
  readonly uptime5m: number | null;
  readonly uptime30m: number | null;
  readonly uptime1d: number | null;
  /** Milliseconds to the first byte of content, over five minutes. */
  readonly firstByteMs: Percentiles | null;
  /** Output tokens a second, over five minutes. */
  readonly throughput: Percentiles | null;
  /** Peak-sensitive moving average of the time to the first byte, milliseconds; null: not measured yet. */
  readonly peakEwmaMs: number | null;
  /** When it last failed, monotonic; null: not since the start. */
  readonly lastFailureMs: number | null;
};

export const noStats: DeploymentStats = Object.freeze({
  uptime5m: null,
  uptime30m: null,
  uptime1d: null,
  firstByteMs: null,
  throughput: null,
  peakEwmaMs: null,
  lastFailureMs: null,
});
