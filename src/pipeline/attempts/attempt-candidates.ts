import type { Model } from '../../catalog/index.ts';
import type { GatewayError } from '../../inference/index.ts';
import type { Candidate } from '../../routing/index.ts';
import { backoffMs } from '../../std/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import type { Settlement } from '../settle.ts';
import type { Answer } from './answer.ts';
import { goneError } from './attempt.ts';
import { errorOf, type Failure, noDeployment } from './attempt-error.ts';
import { fallbackModels } from './fallback-models.ts';
import { makePlan } from './make-plan.ts';
import { stayWith } from './stay.ts';
import { tryCandidate } from './try-candidate.ts';
import { unavailableError } from './unavailable-error.ts';

/** An upstream that asks for more patience than this is not tried again: the caller is told how long it would be. */
const LONGEST_PAUSE_MS = 10_000;

/**
 * Tries the candidates in the plan's order until one answers: each once, then again from the first after a pause
 * while retries are left, then the model's fallbacks for the cause of the last failure.
 */
export async function attemptCandidates(
  exchange: Exchange,
  model: Model,
  settlement: Settlement,
  rooms: Rooms,
): Promise<Answer> {
  const { routing } = rooms.policies();
  const retries = exchange.preferences.retries ?? routing.retries;
  const tried = new Set([model.name]);
  const waiting: Model[] = [model];
  let last: Failure | null = null;
  let resting: GatewayError | null = null;
  for (let current = waiting.shift(); current !== undefined; current = waiting.shift()) {
    const made = makePlan(current === model ? [model, ...exchange.furtherModels] : [current], exchange, rooms);
    const { candidates } = made;
    const unavailable = unavailableError(current, made, rooms);
    resting ??= unavailable;
    for (let round = 0; round <= retries && candidates.length > 0 && mayTry(exchange, rooms); round++) {
      if (round > 0) await pauseBefore(round, last, candidates, exchange, rooms);
      const outcome = await tryRound(exchange, candidates, settlement, rooms);
      if (outcome.kind === 'answered') {
        stayWith(outcome.answer.deployment, current, exchange, rooms);
        return withHeaders(exchange, outcome.answer);
      }
      if (outcome.kind === 'gone') throw goneError();
      if (outcome.failure !== null) last = outcome.failure;
      if (outcome.failure === null || outcome.failure.verdict.verdict === 'stop' || !mayPassLater(outcome.failure))
        break;
    }
    resting ??= last === null && candidates.length > 0 ? restingSince(current, exchange, rooms) : null;
    const verdict = last?.verdict ?? (resting === null ? null : { cause: causeOfNone(resting) });
    if (verdict !== null) waiting.push(...fallbackModels(current, verdict, tried, exchange, rooms));
  }
  throw last === null ? (resting ?? noDeployment(model)) : errorOf(last, exchange, rooms);
}

/** Between the plan and the attempts others have found out that all of them fail. */
function restingSince(model: Model, exchange: Exchange, rooms: Rooms): GatewayError | null {
  return unavailableError(model, makePlan([model], exchange, rooms), rooms);
}

/** Why nobody could be asked, as far as there are fallbacks for it. */
function causeOfNone({ code }: GatewayError): Failure['verdict']['cause'] {
  if (code === 'context_length_exceeded') return 'context_window';
  return code === 'rate_limit_exceeded' ? 'rate_limit' : 'error';
}

function mayTry({ attempts }: Exchange, rooms: Rooms): boolean {
  return attempts.length < rooms.policies().routing.maxAttempts;
}

type RoundOutcome =
  | { kind: 'answered'; answer: Answer }
  | { kind: 'gone' }
  | { kind: 'failed'; failure: Failure | null };

async function tryRound(
  exchange: Exchange,
  candidates: readonly Candidate[],
  settlement: Settlement,
  rooms: Rooms,
): Promise<RoundOutcome> {
  let failure: Failure | null = null;
  for (const candidate of candidates) {
    if (!mayTry(exchange, rooms)) break;
    let outcome = await tryCandidate(exchange, candidate, settlement, rooms);
    // A pooled connection that the upstream closed meanwhile says nothing about the deployment.
    if (outcome?.kind === 'failed' && outcome.verdict.verdict === 'same-again' && mayTry(exchange, rooms)) {
      outcome = await tryCandidate(exchange, candidate, settlement, rooms);
    }
    if (outcome === null) continue;
    if (outcome.kind === 'answered') return outcome;
    if (outcome.kind === 'gone') return outcome;
    failure = { ...outcome, deployment: candidate.deployment };
    if (outcome.verdict.verdict === 'stop') break;
  }
  return { kind: 'failed', failure };
}

function mayPassLater({ verdict }: Failure): boolean {
  if ((verdict.retryAfterMs ?? 0) > LONGEST_PAUSE_MS) return false;
  return verdict.cause === 'error' || verdict.cause === 'timeout' || verdict.cause === 'rate_limit';
}

/** No sooner than the last upstream asked for, and than the first of them has rested. */
async function pauseBefore(
  round: number,
  last: Failure | null,
  candidates: readonly Candidate[],
  exchange: Exchange,
  rooms: Rooms,
): Promise<void> {
  const askedMs = last?.verdict.retryAfterMs ?? 0;
  const pauseMs = Math.max(backoffMs(round, rooms.random()), askedMs, restOf(candidates, rooms));
  await pause(pauseMs, exchange);
  // Timers count from when the loop last looked at the clock: in a busy one they are early.
  const leftMs = restOf(candidates, rooms);
  if (leftMs > 0 && leftMs <= EARLY_MS) await pause(leftMs, exchange);
}

const EARLY_MS = 100;

async function pause(ms: number, { reply }: Exchange): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    reply.whenGone(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  if (reply.isGone()) throw goneError();
}

/** Only a rate limit is worth waiting for. */
function restOf(candidates: readonly Candidate[], { health, clock }: Rooms): number {
  const nowMs = clock.monotonicMs();
  const standings = candidates.map(({ deployment }) => health.standing(deployment, nowMs));
  const limited = standings.filter(({ cause, state }) => state === 'open' && cause === 'rate_limit');
  if (limited.length === 0 || standings.some(({ state }) => state !== 'open')) return 0;
  const restMs = Math.min(...limited.map(({ untilMs }) => untilMs)) - nowMs + 1;
  return restMs > LONGEST_PAUSE_MS ? 0 : restMs;
}

function withHeaders(exchange: Exchange, answer: Answer): Answer {
  const models = new Set(exchange.attempts.map((tried) => tried.upstreamModel));
  exchange.headers.push(
    'x-litellm-model-id',
    answer.deployment.id,
    'x-litellm-attempted-retries',
    String(exchange.attempts.length - models.size),
    'x-litellm-attempted-fallbacks',
    String(models.size - 1),
  );
  if (exchange.warnings !== null) exchange.headers.push('x-waybill-warnings', exchange.warnings);
  return answer;
}
