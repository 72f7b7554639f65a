/**
 * Percentiles of a window. Of times: so many percent took no longer. Of throughput: so many percent were no slower, so
 * that p99 is the least of them.
 */
export type Percentiles = { readonly p50: number; readonly p75: number; readonly p90: number; readonly p99: number };

/** What is known of how a deployment has done lately, by all processes. */
export type DeploymentStats = {
  /** Shares of attempts that answered, callers' own faults and rate limits left out; null: there was none. */
  readonly uptime5m: number | null;
  readonly uptime30m: number | null;
  readonly uptime1d: number | null;
  /** Attempts that the uptime of half an hour is made of. */
  readonly attempts30m: number;
  /** Milliseconds to the first byte of content, over five minutes; null: none was measured. */
  readonly firstByteMs: Percentiles | null;
  /** Output tokens a second of the whole attempt, waiting included, over five minutes. */
  readonly throughput: Percentiles | null;
  /** The same over half an hour, to be shown. */
  readonly firstByteMs30m: Percentiles | null;
  readonly throughput30m: Percentiles | null;
  /** Answers that called tools, and the share of them with a call that was none, over half an hour; null: there was none. */
  readonly calls30m: number;
  readonly callErrorRate30m: number | null;
  /** Answers that were to be JSON, and the share of them that was none or did not fit its schema; null: there was none. */
  readonly structured30m: number;
  readonly structureErrorRate30m: number | null;
  /** The share of answers that ended well and said nothing. */
  readonly emptyRate30m: number | null;
  /**
   * Moving average of the time to the first byte, milliseconds: a peak counts at once and fades within some ten
   * seconds, towards nothing while nobody calls; null: not measured yet. Times the calls in flight plus one it is what
   * a call has to expect.
   */
  readonly peakEwmaMs: number | null;
  /** When it last failed, monotonic; null: not since the start. */
  readonly lastFailureMs: number | null;
};

export const noStats: DeploymentStats = Object.freeze({
  uptime5m: null,
  uptime30m: null,
  uptime1d: null,
  attempts30m: 0,
  firstByteMs: null,
  throughput: null,
  firstByteMs30m: null,
  throughput30m: null,
  calls30m: 0,
  callErrorRate30m: null,
  structured30m: 0,
  structureErrorRate30m: null,
  emptyRate30m: null,
  peakEwmaMs: null,
  lastFailureMs: null,
});
