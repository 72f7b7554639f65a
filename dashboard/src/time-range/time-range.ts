/** A span of time as it stands in the address: a name that moves with the clock, or two fixed ends. */
export type TimeRange =
  | { readonly kind: 'named'; readonly name: RangeName }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number };

export type Bucket = 'hour' | 'day';
export type Span = { readonly fromMs: number; readonly toMs: number; readonly bucket: Bucket };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How far back each reaches; `today` begins at the person's midnight. */
const LENGTHS = { '1h': HOUR, '6h': 6 * HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY, '90d': 90 * DAY } as const;

export type RangeName = 'today' | keyof typeof LENGTHS;
export const rangeNames: readonly RangeName[] = ['1h', '6h', 'today', '24h', '7d', '30d', '90d'];

/** Beyond this, hours are too many to be told apart. */
const MOST_HOURS = 72;

type Words = {
  readonly range?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** What cannot be read is the fallback: an address that somebody mistyped still opens the page. */
export function readRange({ range, from, to }: Words, fallback: RangeName): TimeRange {
  const [fromMs, toMs] = [Date.parse(from ?? ''), Date.parse(to ?? '')];
  if (fromMs < toMs) return { kind: 'fixed', fromMs, toMs };
  const name = rangeNames.find((each) => each === range);
  return { kind: 'named', name: name ?? fallback };
}

export function writeRange(range: TimeRange): Record<'range' | 'from' | 'to', string | null> {
  if (range.kind === 'named') return { range: range.name, from: null, to: null };
  return { range: null, from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() };
}

/** The whole buckets that the range touches, so that the first bar of a chart is not a stump. */
export function spanOf(range: TimeRange, nowMs: number): Span {
  const [fromMs, toMs] = endsOf(range, nowMs);
  const bucket = toMs - fromMs <= MOST_HOURS * HOUR ? 'hour' : 'day';
  return { fromMs: range.kind === 'fixed' ? fromMs : beginningOf(fromMs, bucket), toMs, bucket };
}

function endsOf(range: TimeRange, nowMs: number): readonly [number, number] {
  if (range.kind === 'fixed') return [range.fromMs, range.toMs];
  if (range.name === 'today') return [beginningOf(nowMs, 'day'), nowMs];
  return [nowMs - LENGTHS[range.name], nowMs];
}

/** In local time: days begin at the person's midnight. */
export function beginningOf(ms: number, bucket: Bucket): number {
  const date = new Date(ms);
  if (bucket === 'day') date.setHours(0, 0, 0, 0);
  else date.setMinutes(0, 0, 0);
  return date.getTime();
}
