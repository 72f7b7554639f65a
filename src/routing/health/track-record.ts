import type { AnswerQuality } from '../quality/answer-quality.ts';
import { BUCKETS, bucketOf, percentilesOf } from './histogram.ts';
import { addToRolling, openRolling, type Rolling, sumOfRolling } from './rolling.ts';
import type { DeploymentStats } from './stats.ts';

/** How a deployment's attempts ended, over rolling windows; some 10 kB once all of it is in use. */
export type TrackRecord = {
  /** Answered, failed. */
  readonly minutes: Rolling;
  readonly halfHours: Rolling;
  readonly firstByte5m: Rolling;
  readonly firstByte30m: Rolling;
  readonly throughput5m: Rolling;
  readonly throughput30m: Rolling;
  /** Sound and unsound answers that called tools, whole and empty answers, JSON as it was asked for and other. */
  readonly quality: Rolling;
  peakMs: number | null;
  peakAtMs: number;
  lastFailureMs: number | null;
};

/** What a track record comes to at a time: what processes tell each other, and what statistics are made of. */
export type Summary = {
  /** Answered and failed in five minutes, half an hour, a day. */
  readonly counts: readonly [Float64Array, Float64Array, Float64Array];
  /** First byte in five minutes and half an hour, then throughput in the same: counts by bucket. */
  readonly spreads: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  /** In half an hour, as in the record. */
  readonly quality: Float64Array;
  readonly peakMs: number | null;
  readonly failedAgoMs: number | null;
};

/** How an attempt ended, as far as it is counted. */
export type Attempt = {
  /** null: it says nothing of the deployment, but how long its first byte took. */
  readonly answered: boolean | null;
  readonly firstByteMs: number | null;
  readonly durationMs: number;
  readonly outputTokens: number | null;
  readonly quality: AnswerQuality | null;
};

const MINUTE_MS = 60_000;
const PEAK_FADES_MS = 10_000;
const [ANSWERED, FAILED] = [0, 1] as const;
export const [SOUND, UNSOUND, FILLED, EMPTY, FITTING, UNFIT] = [0, 1, 2, 3, 4, 5] as const;
export const QUALITIES = 6;
const [QUALITY_SLOT_MS, QUALITY_SLOTS] = [5 * MINUTE_MS, 6];
/** Shorter answers are all waiting: their tokens a second say nothing. */
const LEAST_TOKENS = 10;
/** Buckets begin at 1; throughput is counted in tenths. */
const THROUGHPUT_UNIT = 0.1;
const WINDOWS_MS = [5 * MINUTE_MS, 30 * MINUTE_MS, 1_440 * MINUTE_MS] as const;

export function openTrackRecord(): TrackRecord {
  return {
    minutes: openRolling(MINUTE_MS, 30, 2),
    halfHours: openRolling(30 * MINUTE_MS, 48, 2),
    firstByte5m: openRolling(MINUTE_MS, 5, BUCKETS),
    firstByte30m: openRolling(10 * MINUTE_MS, 3, BUCKETS),
    throughput5m: openRolling(MINUTE_MS, 5, BUCKETS),
    throughput30m: openRolling(10 * MINUTE_MS, 3, BUCKETS),
    quality: openRolling(QUALITY_SLOT_MS, QUALITY_SLOTS, QUALITIES),
    peakMs: null,
    peakAtMs: 0,
    lastFailureMs: null,
  };
}

export function addAttempt(record: TrackRecord, attempt: Attempt, nowMs: number): void {
  if (attempt.answered !== null) {
    const outcome = attempt.answered ? ANSWERED : FAILED;
    addToRolling(record.minutes, outcome, nowMs);
    addToRolling(record.halfHours, outcome, nowMs);
  }
  if (attempt.answered === false) record.lastFailureMs = nowMs;
  const { firstByteMs, durationMs, outputTokens } = attempt;
  if (firstByteMs !== null) {
    addToRolling(record.firstByte5m, bucketOf(firstByteMs), nowMs);
    addToRolling(record.firstByte30m, bucketOf(firstByteMs), nowMs);
  }
  if (attempt.answered === true && outputTokens !== null && outputTokens >= LEAST_TOKENS && durationMs > 0) {
    const bucket = bucketOf(outputTokens / (durationMs / 1_000) / THROUGHPUT_UNIT);
    addToRolling(record.throughput5m, bucket, nowMs);
    addToRolling(record.throughput30m, bucket, nowMs);
  }
  if (attempt.quality !== null) addQuality(record.quality, attempt.quality, nowMs);
  addPeak(record, attempt, nowMs);
}

function addQuality(rolling: Rolling, { calls, structure, isEmpty }: AnswerQuality, nowMs: number): void {
  addToRolling(rolling, isEmpty ? EMPTY : FILLED, nowMs);
  if (calls !== null) addToRolling(rolling, calls === 'sound' ? SOUND : UNSOUND, nowMs);
  if (structure !== null) addToRolling(rolling, structure === 'sound' ? FITTING : UNFIT, nowMs);
}

export function qualityIn({ quality }: TrackRecord, nowMs: number): Float64Array {
  return sumOfRolling(quality, QUALITY_SLOTS, nowMs);
}

/** A failure counts where it took long: that it failed quickly makes nobody quick. */
function addPeak(record: TrackRecord, { answered, firstByteMs, durationMs }: Attempt, nowMs: number): void {
  const last = record.peakMs;
  const tookMs = firstByteMs ?? durationMs;
  const isPeak = last === null || tookMs > last;
  if (firstByteMs === null && !answered && (last === null || !isPeak)) return;
  const kept = keptOf(nowMs - record.peakAtMs);
  record.peakMs = isPeak ? tookMs : last * kept + tookMs * (1 - kept);
  record.peakAtMs = nowMs;
}

function keptOf(elapsedMs: number): number {
  return Math.exp(-Math.max(0, elapsedMs) / PEAK_FADES_MS);
}

function peakAt({ peakMs, peakAtMs }: TrackRecord, nowMs: number): number | null {
  return peakMs === null ? null : peakMs * keptOf(nowMs - peakAtMs);
}

export function summarize(record: TrackRecord, nowMs: number): Summary {
  return {
    counts: [
      sumOfRolling(record.minutes, 5, nowMs),
      sumOfRolling(record.minutes, 30, nowMs),
      sumOfRolling(record.halfHours, 48, nowMs),
    ],
    spreads: [
      sumOfRolling(record.firstByte5m, 5, nowMs),
      sumOfRolling(record.firstByte30m, 3, nowMs),
      sumOfRolling(record.throughput5m, 5, nowMs),
      sumOfRolling(record.throughput30m, 3, nowMs),
    ],
    quality: qualityIn(record, nowMs),
    peakMs: peakAt(record, nowMs),
    failedAgoMs: record.lastFailureMs === null ? null : nowMs - record.lastFailureMs,
  };
}

/** A summary from elsewhere, and how old it is. */
export type Aged = { readonly summary: Summary; readonly ageMs: number };

/**
 * A process that is silent has nothing to add, or is no more: what it said goes out of each window evenly. Its peak
 * counts where this process has measured none.
 */
export function merged(own: Summary, others: readonly Aged[]): Summary {
  const [counts5m, counts30m, counts1d] = own.counts;
  const [first5m, first30m, output5m, output30m] = own.spreads;
  let { peakMs, failedAgoMs } = own;
  let peakElsewhere: number | null = null;
  for (const { summary, ageMs } of others) {
    const [in5m, in30m, in1d] = WINDOWS_MS.map((windowMs) => Math.max(0, 1 - ageMs / windowMs));
    addShare(counts5m, summary.counts[0], in5m ?? 0);
    addShare(counts30m, summary.counts[1], in30m ?? 0);
    addShare(counts1d, summary.counts[2], in1d ?? 0);
    addShare(first5m, summary.spreads[0], in5m ?? 0);
    addShare(first30m, summary.spreads[1], in30m ?? 0);
    addShare(output5m, summary.spreads[2], in5m ?? 0);
    addShare(output30m, summary.spreads[3], in30m ?? 0);
    addShare(own.quality, summary.quality, in30m ?? 0);
    if (summary.peakMs !== null) peakElsewhere = Math.max(peakElsewhere ?? 0, summary.peakMs * keptOf(ageMs));
    if (summary.failedAgoMs !== null)
      failedAgoMs = Math.min(failedAgoMs ?? Number.POSITIVE_INFINITY, summary.failedAgoMs + ageMs);
  }
  peakMs ??= peakElsewhere;
  return { counts: own.counts, spreads: own.spreads, quality: own.quality, peakMs, failedAgoMs };
}

function addShare(into: Float64Array, from: Float64Array, share: number): void {
  if (share === 0) return;
  for (let index = 0; index < into.length; index++) into[index] = (into[index] ?? 0) + (from[index] ?? 0) * share;
}

export function statsOf({ counts, spreads, quality, peakMs, failedAgoMs }: Summary, nowMs: number): DeploymentStats {
  const [in5m, in30m, in1d] = counts;
  return {
    uptime5m: uptimeOf(in5m),
    uptime30m: uptimeOf(in30m),
    uptime1d: uptimeOf(in1d),
    attempts30m: Math.round((in30m[ANSWERED] ?? 0) + (in30m[FAILED] ?? 0)),
    firstByteMs: percentilesOf(spreads[0], 'least'),
    firstByteMs30m: percentilesOf(spreads[1], 'least'),
    throughput: percentilesOf(spreads[2], 'most', THROUGHPUT_UNIT),
    throughput30m: percentilesOf(spreads[3], 'most', THROUGHPUT_UNIT),
    calls30m: Math.round((quality[SOUND] ?? 0) + (quality[UNSOUND] ?? 0)),
    callErrorRate30m: shareOf(quality[UNSOUND], quality[SOUND]),
    structured30m: Math.round((quality[FITTING] ?? 0) + (quality[UNFIT] ?? 0)),
    structureErrorRate30m: shareOf(quality[UNFIT], quality[FITTING]),
    emptyRate30m: shareOf(quality[EMPTY], quality[FILLED]),
    peakEwmaMs: peakMs,
    lastFailureMs: failedAgoMs === null ? null : nowMs - failedAgoMs,
  };
}

function uptimeOf(counts: Float64Array): number | null {
  return shareOf(counts[ANSWERED], counts[FAILED]);
}

function shareOf(part = 0, rest = 0): number | null {
  return part + rest === 0 ? null : part / (part + rest);
}
