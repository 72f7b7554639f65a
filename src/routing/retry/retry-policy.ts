import type { FailureCause } from '../../inference/index.ts';

export type RetryCounts = Readonly<Partial<Record<FailureCause, number>>>;

/** Numbers of retries for some causes, instead of the one for all that may pass. */
export type RetryPolicy = {
  readonly causes: RetryCounts;
  /** For models of these names; what they do not say, `causes` says. */
  readonly models: Readonly<Record<string, RetryCounts>>;
  /** No retry comes sooner, and none sooner than the upstream asks. */
  readonly leastPauseMs: number;
};

export const noRetryPolicy: RetryPolicy = Object.freeze({ causes: {}, models: {}, leastPauseMs: 0 });

/** What passes by itself. A prompt that is too long stays so, and a wrong key is wrong in a second, too. */
const MAY_PASS: ReadonlySet<FailureCause> = new Set(['error', 'timeout', 'rate_limit']);

/**
 * How often a deployment is tried again that failed so: by the model's own number for the cause, else by the one for
 * all models, else, where it may pass at all, as often as the request says, else as configured.
 */
export function retriesFor(
  failure: { readonly cause: FailureCause; readonly mayPass: boolean },
  model: string,
  policy: RetryPolicy,
  asked: number | null,
  configured: number,
): number {
  const own = policy.models[model]?.[failure.cause] ?? policy.causes[failure.cause];
  if (own !== undefined) return own;
  return failure.mayPass && MAY_PASS.has(failure.cause) ? (asked ?? configured) : 0;
}
