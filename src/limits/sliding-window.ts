const BUCKETS = 60;

/**
 * Counts over the last minute, in 60 buckets. A bucket leaves the window only when all of it is out, so the limit
 * holds in every span of a minute, wherever it starts; a refusal may last up to one bucket (a second) longer than an
 * exact log would keep it. Memory: 60 counters, however high the limit.
 */
export type SlidingWindow = {
  readonly counts: Float64Array;
  total: number;
  /** Number of the newest bucket since the clock's start. */
  newest: number;
};

const BUCKET_MS = 1_000;
/** The current bucket is partial: 60 full ones behind it would let a minute and a bit count double. */
const SLOTS = BUCKETS + 1;

export function openWindow(): SlidingWindow {
  return { counts: new Float64Array(SLOTS), total: 0, newest: 0 };
}

/** Takes `amount` if the minute's total stays within `limit`; a refusal takes nothing. */
export function takeFromWindow(window: SlidingWindow, amount: number, limit: number, nowMs: number): boolean {
  advance(window, nowMs);
  if (window.total + amount > limit) return false;
  addToWindow(window, amount, nowMs);
  return true;
}

/** Adds without asking: corrects an estimate by the actual (negative amounts give back, never below nothing). */
export function addToWindow(window: SlidingWindow, amount: number, nowMs: number): void {
  advance(window, nowMs);
  const slot = window.newest % SLOTS;
  const before = window.counts[slot] ?? 0;
  const after = Math.max(0, before + amount);
  window.counts[slot] = after;
  window.total += after - before;
}

export function countInWindow(window: SlidingWindow, nowMs: number): number {
  advance(window, nowMs);
  return window.total;
}

/** Milliseconds until `amount` would fit; 0: it fits now. Infinity: it never will. */
export function waitForWindow(window: SlidingWindow, amount: number, limit: number, nowMs: number): number {
  advance(window, nowMs);
  if (amount > limit) return Number.POSITIVE_INFINITY;
  let total = window.total;
  for (let age = BUCKETS; age >= 0 && total + amount > limit; age--) {
    const bucket = window.newest - age;
    total -= bucket < 0 ? 0 : (window.counts[bucket % SLOTS] ?? 0);
    if (total + amount <= limit) return Math.max(1, (bucket + SLOTS) * BUCKET_MS - nowMs);
  }
  return 0;
}

function advance(window: SlidingWindow, nowMs: number): void {
  const bucket = Math.floor(nowMs / BUCKET_MS);
  const passed = bucket - window.newest;
  if (passed <= 0) return;
  if (passed >= SLOTS) {
    window.counts.fill(0);
    window.total = 0;
  } else {
    for (let step = 1; step <= passed; step++) {
      const slot = (window.newest + step) % SLOTS;
      window.total -= window.counts[slot] ?? 0;
      window.counts[slot] = 0;
    }
  }
  window.newest = bucket;
}
