/** How many calls at once a deployment is believed to take, where nobody has said. Frozen. */
export type AdaptiveLimit = {
  readonly calls: number;
  /** When it was last told that it is too much, monotonic. */
  readonly throttledAtMs: number;
};

/** An answer that says `too much` takes this share of the calls in flight, as in TCP's multiplicative decrease. */
const KEPT_SHARE = 0.7;
/** Calls that were in flight together are refused together: that is one piece of news. */
const ONE_PIECE_OF_NEWS_MS = 1_000;
/** A provider's bad hour is over; what was learned in it no longer holds. */
const FORGOTTEN_AFTER_MS = 600_000;
/** Only a limit that is in use can be found too low. */
const IN_USE = 0.8;

/** Learns from a refusal for rate (429, 529) with so many calls in flight, the refused one among them. */
export function throttled(known: AdaptiveLimit | null, inFlight: number, nowMs: number): AdaptiveLimit {
  if (known !== null && nowMs - known.throttledAtMs < ONE_PIECE_OF_NEWS_MS) return known;
  const seen = known === null ? inFlight : Math.min(known.calls, inFlight);
  return { calls: Math.max(1, seen * KEPT_SHARE), throttledAtMs: nowMs };
}

/** Learns from an answer: one call more for each round of calls. null: long since forgotten. */
export function answered(known: AdaptiveLimit, inFlight: number, nowMs: number): AdaptiveLimit | null {
  if (nowMs - known.throttledAtMs > FORGOTTEN_AFTER_MS) return null;
  if (inFlight < known.calls * IN_USE) return known;
  return { ...known, calls: known.calls + 1 / known.calls };
}

/**
 * What another process has learned is where this one begins, unless more than that runs here already. What was learned
 * here stays: both are told by the deployment itself, and come to even parts of what it takes.
 */
export function heard(
  known: AdaptiveLimit | null,
  said: AdaptiveLimit,
  inFlight: number,
  nowMs: number,
): AdaptiveLimit | null {
  const throttledAtMs = Math.max(known?.throttledAtMs ?? Number.NEGATIVE_INFINITY, said.throttledAtMs);
  if (nowMs - throttledAtMs > FORGOTTEN_AFTER_MS) return known;
  return { calls: known?.calls ?? Math.max(1, said.calls, inFlight * KEPT_SHARE), throttledAtMs };
}

export function takesMore({ calls }: AdaptiveLimit, inFlight: number): boolean {
  return inFlight < Math.max(1, Math.floor(calls));
}
