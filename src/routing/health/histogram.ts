import type { Percentiles } from './stats.ts';

/** Each bucket ends a tenth above where it begins: an estimate is off by 4.9 % at most. */
const GROWTH = 1.1;
const LOG_GROWTH = Math.log(GROWTH);

/** From 1 to 900,000: milliseconds up to a quarter of an hour, tenths of tokens a second up to 90,000 tokens. */
export const BUCKETS = 144;

/** The bucket of a value; what is below 1 is in the first, what is too great in the last. */
export function bucketOf(value: number): number {
  return value <= 1 ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log(value) / LOG_GROWTH));
}

/** The value that stands for a bucket: as far from its beginning as from its end, in proportion. */
function middleOf(bucket: number): number {
  return GROWTH ** (bucket + 0.5);
}

const SHARES = [0.5, 0.75, 0.9, 0.99] as const;

/** null: nothing was counted. `from` says on which side counting begins: `most` gives what so many reach at least. */
export function percentilesOf(counts: Float64Array, from: 'least' | 'most', unit = 1): Percentiles | null {
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0) return null;
  const [p50 = 0, p75 = 0, p90 = 0, p99 = 0] = SHARES.map((share) => valueAt(counts, from, share * total) * unit);
  return { p50, p75, p90, p99 };
}

/** Where the `rank`-th value lies. */
function valueAt(counts: Float64Array, from: 'least' | 'most', rank: number): number {
  let seen = 0;
  for (let step = 0; step < counts.length; step++) {
    const bucket = from === 'least' ? step : counts.length - 1 - step;
    seen += counts[bucket] ?? 0;
    // Sums of parts of counts are not exact.
    if (seen >= rank - 1e-9) return middleOf(bucket);
  }
  return middleOf(counts.length - 1);
}
