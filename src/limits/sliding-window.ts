const BUCKETS = 60;

/**
 * Counts over the last minute (hour, day), in buckets of a second (minute, 24 minutes). A bucket leaves the window when
 * the last that it counts is a minute old, so the limit holds in every span of a minute, wherever it starts, and a burst
 * is forgotten a minute after it; a refusal may last up to a second longer than an exact log would keep it. Memory: 61
 * buckets, however high the limit.
 */
export type SlidingWindow = {
  readonly bucketMs: number;
  readonly counts: Float64Array;
  /** When each bucket last counted something, in milliseconds of the clock. */
  readonly lastMs: Float64Array;
  total: number;
  /** Number of the newest bucket since the clock's start. */
  newest: number;
};

const MINUTE_MS = 60_000;
/** The current bucket is partial: 60 full ones behind it would let a minute and a bit count double. */
const SLOTS = BUCKETS + 1;

export function openWindow(lengthMs = MINUTE_MS): SlidingWindow {
  const bucketMs = lengthMs / BUCKETS;
  return { bucketMs, counts: new Float64Array(SLOTS), lastMs: new Float64Array(SLOTS), total: 0, newest: 0 };
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
  if (amount > 0) window.lastMs[slot] = nowMs;
  window.total += after - before;
}

/**
 * Replaces what was taken when `bucket` was the newest by the actual. What is given back leaves the bucket that it was
 * taken in, if that still counts; what comes on top counts from now on.
 */
export function correctInWindow(window: SlidingWindow, bucket: number, difference: number, nowMs: number): void {
  if (difference > 0) addToWindow(window, difference, nowMs);
  if (difference >= 0) return;
  advance(window, nowMs);
  if (window.newest - bucket >= SLOTS) return;
  const slot = bucket % SLOTS;
  const before = window.counts[slot] ?? 0;
  const after = Math.max(0, before + difference);
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
    if (bucket < 0) continue;
    total -= window.counts[bucket % SLOTS] ?? 0;
    if (total + amount <= limit)
      return Math.max(1, (window.lastMs[bucket % SLOTS] ?? 0) + window.bucketMs * BUCKETS - nowMs);
  }
  return 0;
}

/** Milliseconds until nothing is counted any more, if nothing comes. */
export function emptyInMs(window: SlidingWindow, nowMs: number): number {
  advance(window, nowMs);
  for (let age = 0; age <= BUCKETS && window.newest >= age; age++) {
    const slot = (window.newest - age) % SLOTS;
    if ((window.counts[slot] ?? 0) > 0)
      return Math.max(0, (window.lastMs[slot] ?? 0) + window.bucketMs * BUCKETS - nowMs);
  }
  return 0;
}

function advance(window: SlidingWindow, nowMs: number): void {
  const bucket = Math.floor(nowMs / window.bucketMs);
  const passed = bucket - window.newest;
  if (passed >= SLOTS) {
    window.counts.fill(0);
    window.total = 0;
  } else {
    for (let step = 1; step <= passed; step++) empty(window, window.newest + step);
  }
  if (passed > 0) window.newest = bucket;
  // The oldest bucket is partly out: wholly, once its last count is.
  const oldest = window.newest + 1;
  if (nowMs - (window.lastMs[oldest % SLOTS] ?? 0) >= window.bucketMs * BUCKETS) empty(window, oldest);
}

function empty(window: SlidingWindow, bucket: number): void {
  const slot = bucket % SLOTS;
  window.total -= window.counts[slot] ?? 0;
  window.counts[slot] = 0;
}
