import { isJsonObject, parseJson } from '../../std/index.ts';
import { BUCKETS } from './histogram.ts';
import { QUALITIES, type Summary } from './track-record.ts';

/** Most buckets are empty: a spread is told as bucket, count, bucket, count, … */
export function encodeSummary({ counts, spreads, quality, peakMs, failedAgoMs }: Summary): string {
  return JSON.stringify({
    counts: counts.map((each) => [...each]),
    spreads: spreads.map((each) => [...each].flatMap((count, bucket) => (count === 0 ? [] : [bucket, count]))),
    quality: [...quality],
    peakMs,
    failedAgoMs,
  });
}

/** null: another version of this program wrote it. */
export function decodeSummary(text: string): Summary | null {
  const parsed = parseJson(Buffer.from(text));
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const { counts, spreads, quality, peakMs = null, failedAgoMs = null } = parsed.value;
  const [in5m, in30m, in1d] = listsIn(counts).map(countsOf);
  const [first5m, first30m, output5m, output30m] = listsIn(spreads).map(spreadOf);
  if (!in5m || !in30m || !in1d || !first5m || !first30m || !output5m || !output30m) return null;
  return {
    counts: [in5m, in30m, in1d],
    spreads: [first5m, first30m, output5m, output30m],
    // Versions before told none, or fewer.
    quality: new Float64Array(QUALITIES).map((none, at) => listsIn([quality])[0]?.[at] ?? none),
    peakMs: typeof peakMs === 'number' ? peakMs : null,
    failedAgoMs: typeof failedAgoMs === 'number' ? failedAgoMs : null,
  };
}

function listsIn(value: unknown): readonly (readonly number[])[] {
  const lists = Array.isArray(value) ? value : [];
  return lists.map((list) => (Array.isArray(list) ? list.map((item) => Math.max(0, Number(item) || 0)) : []));
}

function countsOf([answered = 0, failed = 0]: readonly number[]): Float64Array {
  return new Float64Array([answered, failed]);
}

function spreadOf(list: readonly number[]): Float64Array {
  const counts = new Float64Array(BUCKETS);
  for (let at = 0; at + 1 < list.length; at += 2) {
    const bucket = list[at] ?? 0;
    if (Number.isInteger(bucket) && bucket < BUCKETS) counts[bucket] = list[at + 1] ?? 0;
  }
  return counts;
}
