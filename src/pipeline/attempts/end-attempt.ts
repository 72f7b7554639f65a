import type { Deployment } from '../../catalog/index.ts';
import type { Observation } from '../../metering/index.ts';
import type { Verdict } from '../../providers/index.ts';
import type { AttemptReport, Candidate } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import { redacted } from '../explain/redacted.ts';
import { MOST_CHARACTERS, refusalWords } from '../explain/refusal-words.ts';
import { stayIfCached } from '../planning/stay.ts';
import type { Rooms } from '../rooms.ts';
import type { Ending } from '../settle.ts';
import type { Answer, AttemptOutcome } from './answer.ts';
import { answerQuality } from './answer-quality.ts';
import { spentOn } from './spent-on.ts';
import { slotOf } from './take-place.ts';

/** An attempt that did not answer: what it says of the deployment, and its line in the request log. */
export function endFailed(
  exchange: Exchange,
  candidate: Candidate,
  outcome: AttemptOutcome & { kind: 'failed' | 'gone' },
  startedMs: number,
  rooms: Rooms,
): void {
  const { deployment } = candidate;
  const nowMs = rooms.clock.monotonicMs();
  if (outcome.kind === 'failed') {
    const { origin, message, verdict } = outcome;
    const { id, provider, credential } = deployment;
    const who = { deployment: id, provider, credential, ...(origin === null ? {} : { origin }) };
    rooms.log.warn('an attempt failed', { id: exchange.id, ...who, code: verdict.code, reason: message });
  }
  const verdict = outcome.kind === 'failed' ? outcome.verdict : null;
  const blamed = verdict?.cooldown === true;
  const status = outcome.kind === 'failed' ? (outcome.refusal?.status ?? null) : null;
  const error = wordsOf(outcome, exchange);
  if (blamed && verdict.cause === 'rate_limit')
    rooms.slots.throttled(deployment, rooms.health.inFlight(deployment), nowMs);
  rooms.health.end(
    deployment,
    {
      outcome: !blamed || isCallersKey(verdict, deployment, exchange, rooms) ? 'spared' : outcomeOf(verdict),
      timedOut: verdict?.cause === 'timeout',
      status,
      error,
      retryAfterMs: verdict?.retryAfterMs ?? null,
      firstByteMs: null,
      durationMs: nowMs - startedMs,
      outputTokens: null,
    },
    nowMs,
  );
  record(
    exchange,
    candidate,
    {
      status,
      outcome: verdict?.code ?? 'client_closed',
      startedMs,
      firstByteMs: null,
      error,
    },
    nowMs,
  );
}

function wordsOf(outcome: AttemptOutcome & { kind: 'failed' | 'gone' }, { request }: Exchange): string | undefined {
  if (outcome.kind === 'gone') return undefined;
  const { refusal, message, verdict } = outcome;
  return refusal === null
    ? redacted(message, MOST_CHARACTERS)
    : refusalWords(refusal, verdict.cause === 'credential', request);
}

function outcomeOf({ cause }: Verdict): AttemptReport['outcome'] {
  return cause === 'rate_limit' ? 'limited' : cause === 'credential' ? 'credential' : 'failed';
}

/** What was refused is a key that the caller sent along: the operator's has nothing to do with it. */
function isCallersKey({ cause }: Verdict, deployment: Deployment, exchange: Exchange, rooms: Rooms): boolean {
  if (cause !== 'credential' || exchange.foreignCredential === null) return false;
  return rooms.policies().endpointOf(deployment, exchange.dialect.id)?.takesCallerKey === true;
}

/** An attempt that came to no end: it says nothing of the deployment. */
export function endUntold(deployment: Deployment, startedMs: number, { health, clock }: Rooms): void {
  const nowMs = clock.monotonicMs();
  const nothing = { retryAfterMs: null, firstByteMs: null, outputTokens: null };
  health.end(deployment, { ...nothing, outcome: 'spared', durationMs: nowMs - startedMs }, nowMs);
}

/** An attempt that another one has outrun: it says nothing of the deployment, and may have cost the operator. */
export function endOutrun(
  exchange: Exchange,
  candidate: Candidate,
  { startedMs, costNanoUsd }: { startedMs: number; costNanoUsd: bigint },
  rooms: Rooms,
): void {
  const nowMs = rooms.clock.monotonicMs();
  const spared = { outcome: 'spared', retryAfterMs: null, firstByteMs: null, outputTokens: null } as const;
  rooms.health.end(candidate.deployment, { ...spared, durationMs: nowMs - startedMs }, nowMs);
  record(exchange, candidate, { status: null, outcome: 'outrun', startedMs, firstByteMs: null, costNanoUsd }, nowMs);
}

/** An answer that is not the JSON that was asked for, and goes to nobody: its deployment is up, and it may have cost. */
export function endUnfit(
  exchange: Exchange,
  candidate: Candidate,
  unfit: Observation,
  { startedMs, why }: { readonly startedMs: number; readonly why: string },
  rooms: Rooms,
): void {
  const { deployment } = candidate;
  const nowMs = rooms.clock.monotonicMs();
  const costNanoUsd = spentOn(exchange, deployment, unfit);
  exchange.costBesideNanoUsd += costNanoUsd;
  rooms.health.end(
    deployment,
    {
      outcome: 'answered',
      retryAfterMs: null,
      firstByteMs: null,
      durationMs: nowMs - startedMs,
      outputTokens: unfit.usage?.outputTokens ?? null,
      quality: answerQuality(exchange, unfit),
    },
    nowMs,
  );
  const what = { status: null, outcome: 'upstream_invalid', startedMs, firstByteMs: null, error: why, costNanoUsd };
  record(exchange, candidate, what, nowMs);
}

/** A failure that the request asked for: nobody was called. */
export function recordPlayed(exchange: Exchange, candidate: Candidate, outcome: string, rooms: Rooms): void {
  const nowMs = rooms.clock.monotonicMs();
  record(exchange, candidate, { status: null, outcome, startedMs: nowMs, firstByteMs: null }, nowMs);
}

/** An attempt that answers: its line in the request log. What it says of the deployment is known when it has ended. */
export function recordAnswered(
  exchange: Exchange,
  candidate: Candidate,
  { status, firstByteAtMs, startedMs }: Answer,
  rooms: Rooms,
): void {
  const firstByteMs = firstByteAtMs - startedMs;
  rooms.health.content(candidate.deployment, startedMs, rooms.clock.monotonicMs());
  record(exchange, candidate, { status, outcome: 'answered', startedMs, firstByteMs }, rooms.clock.monotonicMs());
}

/**
 * The answer has come, whole or as far as it will: its slot is free, and its deployment has shown what it can do,
 * unless it was cut short by a limit that its caller has set.
 */
export function endAnswered(
  exchange: Exchange,
  answer: Answer,
  { usage, outcome, quality }: Ending,
  rooms: Rooms,
  isCallersLimit = false,
): void {
  const { deployment, startedMs, firstByteAtMs } = answer;
  const nowMs = rooms.clock.monotonicMs();
  const actual = usage === null ? 0 : usage.inputTokens + usage.outputTokens;
  rooms.queue.release(slotOf(exchange, deployment, rooms), actual);
  if (outcome === 'completed' && usage !== null) stayIfCached(deployment, usage, exchange, rooms);
  rooms.health.end(
    deployment,
    {
      outcome: outcome === 'completed' ? 'answered' : outcome === 'failed' && !isCallersLimit ? 'failed' : 'spared',
      retryAfterMs: null,
      firstByteMs: firstByteAtMs - startedMs,
      durationMs: nowMs - startedMs,
      outputTokens: usage?.outputTokens ?? null,
      ...(outcome === 'completed' && quality !== undefined ? { quality } : {}),
    },
    nowMs,
  );
}

function record(
  exchange: Exchange,
  { deployment, reason }: Candidate,
  what: {
    status: number | null;
    outcome: string;
    startedMs: number;
    firstByteMs: number | null;
    error?: string | undefined;
    costNanoUsd?: bigint;
  },
  nowMs: number,
): void {
  exchange.attempts.push({
    deployment: deployment.id,
    provider: deployment.provider,
    credential: deployment.credential,
    upstreamModel: deployment.upstreamModel,
    status: what.status,
    outcome: what.outcome,
    startedMs: toMicroseconds(what.startedMs - exchange.startedMs),
    firstByteMs: what.firstByteMs === null ? null : toMicroseconds(what.firstByteMs),
    durationMs: toMicroseconds(nowMs - what.startedMs),
    reason,
    ...(what.error === undefined ? {} : { error: what.error }),
    ...(what.costNanoUsd === undefined ? {} : { costNanoUsd: what.costNanoUsd.toString() }),
  });
}

/** Milliseconds with three decimals. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
