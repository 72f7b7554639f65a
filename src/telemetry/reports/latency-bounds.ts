/** Upper bounds of the counted first-byte latencies, milliseconds; one more count is of everything above. */
export const LATENCY_BOUNDS_MS = [50, 100, 200, 350, 500, 750, 1_000, 1_500, 2_500, 5_000, 15_000] as const;

export const LATENCY_PLACES = LATENCY_BOUNDS_MS.length + 1;

/** The longest that a latency beyond the last bound is taken for. */
const LONGEST_MS = 60_000;

export function latencyPlace(ms: number): number {
  const place = LATENCY_BOUNDS_MS.findIndex((bound) => ms <= bound);
  return place === -1 ? LATENCY_BOUNDS_MS.length : place;
}

/** The latency that a share of the calls stayed within, straight between two bounds; null: nothing was counted. */
export function latencyAt(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = total * share;
  for (const [place, count] of counts.entries()) {
    if (count > 0 && left <= count) {
      const fromMs = LATENCY_BOUNDS_MS[place - 1] ?? 0;
      const toMs = LATENCY_BOUNDS_MS[place] ?? LONGEST_MS;
      return Math.round(fromMs + ((toMs - fromMs) * left) / count);
    }
    left -= count;
  }
  return LONGEST_MS;
}
