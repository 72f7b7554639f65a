/** What a failure is about, as far as its allowance goes. */
export type FailureKind = 'error' | 'timeout' | 'rate_limit' | 'credential';

/** How a deployment last failed, as this process has seen it. */
export type LastFailure = {
  readonly kind: FailureKind;
  readonly status: number | null;
  readonly error: string | null;
  /** Monotonic. */
  readonly atMs: number;
};

export type BreakerPolicy = {
  /** So many of the last calls are looked at, … */
  readonly sample: number;
  /** … and this share of failures among them opens the circuit. */
  readonly errorShare: number;
  /** Failures longer ago than this count no more. */
  readonly windowMs: number;
  /** Each opening soon after another rests twice as long, up to this. */
  readonly longestRestMs: number;
  /** Failures in a row that open, by their kind; a kind that is not there follows the rule for all. */
  readonly allowedFails: Readonly<Partial<Record<FailureKind, number>>>;
};

export const usualBreaker: BreakerPolicy = Object.freeze({
  sample: 20,
  errorShare: 0.5,
  windowMs: 60_000,
  longestRestMs: 60_000,
  allowedFails: Object.freeze({}),
});

export type HealthPolicy = {
  /** Failures in a row after which a deployment rests. */
  readonly allowedFails: number;
  /** How long it rests at first when the upstream names no time; 0: nothing ever rests. */
  readonly cooldownMs: number;
  /** Left out: as usual. */
  readonly breaker?: BreakerPolicy;
};
