import { type Cube, cubeFor, type Dimension } from './usage-cubes.ts';
import { HOUR_MS, HOURS_PER_DAY } from './usage-tally.ts';

/** Whose calls may be seen: everybody's, or those that belong to one of several. */
export type ReportScope = { readonly kind: 'all' } | { readonly kind: 'any'; readonly of: readonly ScopePart[] };

export type ScopePart = {
  readonly dimension: 'key' | 'user' | 'team' | 'project' | 'organization';
  readonly ids: readonly string[];
};

export type UsageFilter = { readonly [Each in Dimension]?: readonly string[] | undefined };

export type Bucket = 'hour' | 'day' | 'none';

export type UsageQuestion = {
  /** Inclusive; taken down to the full hour. */
  readonly fromMs: number;
  /** Exclusive; taken up to the full hour. */
  readonly toMs: number;
  readonly by: readonly Dimension[];
  readonly bucket: Bucket;
  /** How far the clocks that days are counted by are ahead of UTC; a full number. */
  readonly offsetHours: number;
  readonly where: UsageFilter;
  readonly scope: ReportScope;
};

/** A stretch of one of the two tables, in its own buckets; the end is exclusive. */
export type Span = { readonly grain: 'hour' | 'day'; readonly from: number; readonly to: number };

/** Days where days are enough, the hours before and after them. */
export function spansOf({ fromMs, toMs, bucket, offsetHours }: UsageQuestion): readonly Span[] {
  const from = Math.floor(fromMs / HOUR_MS);
  const to = Math.ceil(toMs / HOUR_MS);
  if (to <= from) return [];
  const needsHours = bucket === 'hour' || (bucket === 'day' && offsetHours % HOURS_PER_DAY !== 0);
  const [firstDay, endDay] = [Math.ceil(from / HOURS_PER_DAY), Math.floor(to / HOURS_PER_DAY)];
  if (needsHours || firstDay >= endDay) return [{ grain: 'hour', from, to }];
  const spans: readonly Span[] = [
    { grain: 'hour', from, to: firstDay * HOURS_PER_DAY },
    { grain: 'day', from: firstDay, to: endDay },
    { grain: 'hour', from: endDay * HOURS_PER_DAY, to },
  ];
  return spans.filter((span) => span.to > span.from);
}

/** The smallest cube that answers it; null: what is asked for together is not summed together. */
export function cubeOf({ by, where, scope }: Pick<UsageQuestion, 'by' | 'where' | 'scope'>): Cube | null {
  const filtered = Object.entries(where).flatMap(([name, values]) => (values === undefined ? [] : [name as Dimension]));
  const seen = scope.kind === 'all' ? [] : scope.of.map(({ dimension }) => dimension);
  return cubeFor([...by, ...filtered, ...seen]);
}

/** Start of a bucket, epoch milliseconds on the clocks that are asked for. */
export function bucketStartMs(bucket: 'hour' | 'day', number: number): number {
  return number * HOUR_MS * (bucket === 'day' ? HOURS_PER_DAY : 1);
}
