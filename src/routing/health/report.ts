import type { AnswerQuality } from '../quality/answer-quality.ts';
import type { FailureKind, LastFailure } from './health-policy.ts';
import type { CircuitMemory } from './memories.ts';
import type { Attempt } from './track-record.ts';

/** What an attempt says of its deployment once it has ended. */
export type AttemptReport = {
  /** `spared`: the caller's own fault, or the caller left; it says nothing about the deployment. */
  readonly outcome: 'answered' | 'failed' | 'limited' | 'credential' | 'spared';
  /** Of a failure: it took too long. */
  readonly timedOut?: boolean;
  /** The upstream's; null or left out: it gave none. */
  readonly status?: number | null;
  /** What went wrong, without addresses and secrets. */
  readonly error?: string | undefined;
  /** What the upstream asked for; null: nothing. */
  readonly retryAfterMs: number | null;
  /** From the attempt's start; null: no content came. */
  readonly firstByteMs: number | null;
  readonly durationMs: number;
  readonly outputTokens: number | null;
  /** Left out: it says nothing. */
  readonly quality?: AnswerQuality;
};

const FORBIDDEN = 403;
/** A key that was good for another model this long ago is a good key. */
const KNOWN_GOOD_MS = 300_000;

export function kindOf({ outcome, timedOut }: AttemptReport): FailureKind | 'answered' | 'spared' {
  if (outcome === 'limited') return 'rate_limit';
  if (outcome === 'failed') return timedOut === true ? 'timeout' : 'error';
  return outcome;
}

/** null: it is none of the deployment's failures. */
export function failureOf(report: AttemptReport, atMs: number): LastFailure | null {
  const kind = kindOf(report);
  if (kind === 'answered' || kind === 'spared') return null;
  return { kind, status: report.status ?? null, error: report.error ?? null, atMs };
}

/**
 * 401 and 402 are about the key and its account. 403 may be about one model that the key has no right to: where it was
 * good for another one lately, this model rests alone.
 */
export function isOfTheCredential({ status }: AttemptReport, memory: CircuitMemory, nowMs: number): boolean {
  const { answeredBy, answeredMs } = memory.credential;
  const isGoodElsewhere = answeredBy !== null && answeredBy !== memory.name && nowMs - answeredMs < KNOWN_GOOD_MS;
  return status !== FORBIDDEN || !isGoodElsewhere;
}

/** null: nothing of it is counted. Rate limits and rights are no downtime, as OpenRouter counts it. */
export function attemptOf(report: AttemptReport): Attempt | null {
  const { outcome, status, firstByteMs, durationMs, outputTokens, quality = null } = report;
  const isDown = outcome === 'failed' || (outcome === 'credential' && status !== FORBIDDEN);
  const answered = outcome === 'answered' ? true : isDown ? false : null;
  return answered === null && firstByteMs === null
    ? null
    : { answered, firstByteMs, durationMs, outputTokens, quality };
}
