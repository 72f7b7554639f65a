import type { Clock } from '../../std/index.ts';

export type Expiring<T> = {
  readonly value: T;
  /** Epoch milliseconds; null: it does not expire. */
  readonly expiresMs: number | null;
};

/** From so long before it expires a value is fetched anew, while the old one goes on being used. */
const REFRESH_BEFORE_MS = 5 * 60_000;
/** So long before it expires a value is not used any more: a call is on its way for a while, and clocks differ. */
const UNUSABLE_BEFORE_MS = 30_000;
/** Between two tries to fetch anew ahead of time. */
const RETRY_MS = 30_000;

/**
 * Holds what `obtain` gives until shortly before it expires. Given at once where it is at hand; one fetch serves all
 * who wait for it. A fetch ahead of time that fails is noticed only when the value has run out.
 */
export function keepFresh<T>(obtain: () => Promise<Expiring<T>>, clock: Clock): () => T | Promise<T> {
  let held: Expiring<T> | null = null;
  let fetching: Promise<T> | null = null;
  let nextTryMs = 0;

  const refresh = (): Promise<T> => {
    fetching ??= obtain()
      .then((fetched) => {
        held = fetched;
        return fetched.value;
      })
      .finally(() => {
        fetching = null;
      });
    return fetching;
  };

  return () => {
    const nowMs = clock.nowMs();
    if (held === null) return refresh();
    const leftMs = held.expiresMs === null ? Number.POSITIVE_INFINITY : held.expiresMs - nowMs;
    if (leftMs <= UNUSABLE_BEFORE_MS) return refresh();
    if (leftMs <= REFRESH_BEFORE_MS && nowMs >= nextTryMs) {
      nextTryMs = nowMs + RETRY_MS;
      refresh().catch(() => null);
    }
    return held.value;
  };
}
