import type { Deployment } from '../../catalog/index.ts';
import type { Preferences } from '../preferences/preferences.ts';

type Timeouts = Deployment['timeouts'];
type Limit = Exclude<keyof Timeouts, 'streamFirstByteMs'>;

/** `words`: in whose name a limit is told that is not the deployment's own. */
export type AttemptTimeouts = Pick<Timeouts, Limit> & { readonly words?: Readonly<Partial<Record<Limit, string>>> };

/** What is left of the deadline that all attempts of a call share. */
export type DeadlineLeft = { readonly leftMs: number; readonly deadlineMs: number };

/**
 * The deployment's limits, where the request or the deadline of the call does not set lower ones: neither can give an
 * attempt more time than the operator does. Of a stream the first byte counts, for an answer that flows is not cut.
 */
export function attemptTimeouts(
  given: Timeouts,
  { timeoutMs, streamTimeoutMs }: Pick<Preferences, 'timeoutMs' | 'streamTimeoutMs'>,
  isStream: boolean,
  deadline: DeadlineLeft | null,
): AttemptTimeouts {
  const own = isStream ? ofStream(given) : given;
  if (timeoutMs === null && streamTimeoutMs === null && deadline === null) return own;
  const bounded = new BoundedTimeouts(own);
  const firstMs = isStream ? (streamTimeoutMs ?? timeoutMs) : timeoutMs;
  if (firstMs !== null) {
    const words = `${isStream && streamTimeoutMs !== null ? 'stream_timeout' : 'timeout'} of the request: ${firstMs} ms`;
    bounded.lower('connectMs', firstMs, words);
    bounded.lower('firstByteMs', firstMs, words);
    if (!isStream) bounded.lower('totalMs', firstMs, words);
  }
  if (isStream && timeoutMs !== null) bounded.lower('idleMs', timeoutMs, `timeout of the request: ${timeoutMs} ms`);
  if (deadline !== null) {
    // 0 is no limit, and a deadline that has passed is one.
    const leftMs = Math.max(1, deadline.leftMs);
    const words = `routing.deadline: ${deadline.deadlineMs} ms for all attempts`;
    bounded.lower('connectMs', leftMs, words);
    bounded.lower('firstByteMs', leftMs, words);
    if (!isStream) bounded.lower('totalMs', leftMs, words);
  }
  return bounded.timeouts();
}

function ofStream(given: Timeouts): Timeouts {
  const { streamFirstByteMs } = given;
  return streamFirstByteMs === undefined ? given : { ...given, firstByteMs: streamFirstByteMs };
}

/** A class, for its limits are lowered one after the other. */
class BoundedTimeouts {
  readonly #limits: { -readonly [Name in Limit]: number };
  readonly #words: Partial<Record<Limit, string>> = {};

  constructor({ connectMs, firstByteMs, idleMs, totalMs }: Timeouts) {
    this.#limits = { connectMs, firstByteMs, idleMs, totalMs };
  }

  /** 0 is no limit. */
  lower(limit: Limit, ms: number, words: string): void {
    if (ms <= 0 || (this.#limits[limit] > 0 && this.#limits[limit] <= ms)) return;
    this.#limits[limit] = ms;
    this.#words[limit] = words;
  }

  timeouts(): AttemptTimeouts {
    return { ...this.#limits, words: this.#words };
  }
}
