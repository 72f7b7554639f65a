import { type Bucket, beginningOf, type Span } from './time-range.ts';

/** A day is named by its date on the person's clock, and begins at their midnight. */
export function momentOf(start: string): number {
  return Date.parse(start.length === 10 ? `${start}T00:00:00` : start);
}

/** When each bucket of the span begins. */
export function momentsOf({ fromMs, toMs, bucket }: Span): readonly number[] {
  const moments: number[] = [];
  for (let at = beginningOf(fromMs, bucket); at < toMs; at = next(at, bucket)) moments.push(at);
  return moments;
}

/** By the calendar: the day on which clocks change has 23 hours or 25. */
function next(ms: number, bucket: Bucket): number {
  const date = new Date(ms);
  if (bucket === 'hour') return ms + 3_600_000;
  date.setDate(date.getDate() + 1);
  return date.getTime();
}
