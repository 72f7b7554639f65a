import type { Deployment, Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Verdict } from '../../providers/index.ts';
import { type Candidate, type Preference, plan, type SessionKey } from '../../routing/index.ts';
import { backoffMs } from '../../std/index.ts';
import type { Exchange } from '../exchange.ts';
import { findModel } from '../find-model.ts';
import type { Policies, Rooms } from '../rooms.ts';
import type { Settlement } from '../settle.ts';
import type { Answer, AttemptOutcome, Refusal } from './answer.ts';
import { attempt, goneError } from './attempt.ts';
import { encodeFor } from './encode.ts';
import { heedWarnings } from './heed-warnings.ts';
import { UpstreamRefusal } from './upstream-refusal.ts';

/** An upstream that asks for more patience than this is not tried again: the caller is told how long it would be. */
const LONGEST_PAUSE_MS = 10_000;

type Failure = {
  readonly verdict: Verdict;
  readonly refusal: Refusal | null;
  readonly message: string;
  readonly deployment: Deployment;
};

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
  const policies = rooms.policies();
  const tried = new Set([model.name]);
  const waiting: Model[] = [model];
  let last: Failure | null = null;
  for (let current = waiting.shift(); current !== undefined; current = waiting.shift()) {
    const { candidates } = planFor(current, exchange, rooms);
    for (let round = 0; round <= policies.retries && candidates.length > 0 && mayTry(exchange, policies); round++) {
      if (round > 0) await pauseBefore(round, last, exchange, rooms);
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
    if (last !== null) waiting.push(...fallbacksFor(current, last, tried, exchange, rooms));
  }
  throw last === null ? noDeployment(model) : asError(last, exchange, rooms);
}

function mayTry({ attempts }: Exchange, { maxAttempts }: Policies): boolean {
  return attempts.length < maxAttempts;
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
  const policies = rooms.policies();
  for (const candidate of candidates) {
    if (!mayTry(exchange, policies)) break;
    let outcome = await tryCandidate(exchange, candidate, settlement, rooms);
    // A pooled connection that the upstream closed meanwhile says nothing about the deployment.
    if (outcome?.kind === 'failed' && outcome.verdict.verdict === 'same-again' && mayTry(exchange, policies)) {
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

/** null: passed over, because a limit of the deployment or the budget leaves no room for it. */
async function tryCandidate(
  exchange: Exchange,
  candidate: Candidate,
  settlement: Settlement,
  rooms: Rooms,
): Promise<AttemptOutcome | null> {
  const { deployment } = candidate;
  const { request, dialect } = exchange;
  const endpoint = rooms.policies().endpointOf(deployment, dialect.id);
  if (request === null || endpoint === null) return null;
  const startedMs = rooms.clock.monotonicMs();
  const tokens = Math.ceil(request.bytes.length / 4);
  if (rooms.slots.reserve(deployment.id, deployment.limits, tokens, startedMs) !== null) return null;
  let answered = false;
  try {
    const encoded = encodeFor(exchange, endpoint, deployment);
    if (encoded === null || settlement.extendTo(deployment) !== null) return null;
    heedWarnings(encoded.warnings, exchange, deployment, rooms);
    await journaled(deployment, settlement);
    const outcome = await attempt(exchange, candidate, endpoint, encoded, rooms);
    record(exchange, candidate, outcome, startedMs, rooms);
    answered = outcome.kind === 'answered';
    return outcome;
  } finally {
    // An answer keeps its slot until it has ended.
    if (!answered) rooms.slots.release(deployment.id, deployment.limits, tokens, 0, rooms.clock.monotonicMs());
  }
}

function journaled(deployment: Deployment, settlement: Settlement): Promise<void> {
  return new Promise((resolve, reject) => {
    settlement.journalHold(deployment, (error) => {
      if (error === null) resolve();
      else
        reject(
          new GatewayError('ledger_unavailable', 'The journal cannot be written; no call may start without it.', {
            cause: error,
          }),
        );
    });
  });
}

function planFor(model: Model, exchange: Exchange, rooms: Rooms): ReturnType<typeof plan> {
  const { endpointOf } = rooms.policies();
  return plan({
    model,
    dialect: exchange.dialect.id,
    preferred: preferenceOf(model, exchange, rooms),
    speaks: (deployment, dialect) => endpointOf(deployment, dialect) !== null,
    health: rooms.health,
    nowMs: rooms.clock.monotonicMs(),
    random: rooms.random,
  });
}

/** What knows the stored response, else what answered the session last. */
function preferenceOf(model: Model, exchange: Exchange, { affinity, clock }: Rooms): Preference | null {
  const made = exchange.recalled?.deployment ?? null;
  if (made !== null) return { deployment: made, reason: 'made the response that this one continues', outranks: true };
  const key = model.deployments.length > 1 ? sessionOf(model, exchange) : null;
  const deployment = key === null ? null : affinity.find(key, clock.monotonicMs());
  return deployment === null ? null : { deployment, reason: 'answered this session last', outranks: false };
}

function stayWith({ id }: Deployment, model: Model, exchange: Exchange, { affinity, clock }: Rooms): void {
  const key = model.deployments.length > 1 ? sessionOf(model, exchange) : null;
  if (key !== null) affinity.remember(key, id, clock.monotonicMs());
}

function sessionOf({ name }: Model, { key, sessionId }: Exchange): SessionKey | null {
  return key === null || sessionId === null ? null : { keyId: key.caller.keyId, sessionId, model: name };
}

function record(
  exchange: Exchange,
  { deployment, reason }: Candidate,
  outcome: AttemptOutcome,
  startedMs: number,
  rooms: Rooms,
): void {
  const nowMs = rooms.clock.monotonicMs();
  const answered = outcome.kind === 'answered';
  if (outcome.kind === 'failed') {
    const { origin, message, verdict } = outcome;
    const { id, provider, credential } = deployment;
    const who = { deployment: id, provider, credential, ...(origin === null ? {} : { origin }) };
    rooms.log.warn('an attempt failed', { id: exchange.id, ...who, code: verdict.code, reason: message });
  }
  if (answered) rooms.health.recordSuccess(deployment.id);
  else if (outcome.kind === 'failed' && outcome.verdict.cooldown)
    rooms.health.recordFailure(deployment.id, outcome.verdict.retryAfterMs, nowMs);
  exchange.attempts.push({
    deployment: deployment.id,
    provider: deployment.provider,
    credential: deployment.credential,
    upstreamModel: deployment.upstreamModel,
    status: answered ? outcome.answer.status : outcome.kind === 'failed' ? (outcome.refusal?.status ?? null) : null,
    outcome: answered ? 'answered' : outcome.kind === 'gone' ? 'client_closed' : outcome.verdict.code,
    startedMs: Math.round((startedMs - exchange.startedMs) * 1000) / 1000,
    firstByteMs: answered ? Math.round((outcome.answer.firstByteAtMs - startedMs) * 1000) / 1000 : null,
    durationMs: Math.round((nowMs - startedMs) * 1000) / 1000,
    reason,
  });
}

function mayPassLater({ verdict }: Failure): boolean {
  if ((verdict.retryAfterMs ?? 0) > LONGEST_PAUSE_MS) return false;
  return verdict.cause === 'error' || verdict.cause === 'timeout' || verdict.cause === 'rate_limit';
}

/** No sooner than the last upstream asked for. */
async function pauseBefore(round: number, last: Failure | null, exchange: Exchange, rooms: Rooms): Promise<void> {
  const pauseMs = Math.max(backoffMs(round, rooms.random()), last?.verdict.retryAfterMs ?? 0);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    exchange.reply.whenGone(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  if (exchange.reply.isGone()) throw goneError();
}

function fallbacksFor(
  model: Model,
  { verdict }: Failure,
  tried: Set<string>,
  exchange: Exchange,
  rooms: Rooms,
): readonly Model[] {
  const cause =
    verdict.cause === 'context_window' || verdict.cause === 'content_policy' || verdict.cause === 'rate_limit'
      ? verdict.cause
      : 'error';
  if (verdict.cause === 'request' || exchange.key === null) return [];
  const names = model.fallbacks[cause] ?? model.fallbacks.error ?? [];
  const { caller } = exchange.key;
  const models: Model[] = [];
  for (const name of names) {
    if (tried.has(name)) continue;
    tried.add(name);
    models.push(findModel(name, caller, rooms));
  }
  return models;
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

function noDeployment(model: Model): GatewayError {
  return new GatewayError(
    'no_deployment',
    `No deployment of '${model.name}' can take this call now: each is at a limit of its own, or beyond the budget.`,
    {
      metadata: { deployments: model.deployments.map((deployment) => deployment.id) },
    },
  );
}

function asError(
  { verdict, refusal, message, deployment }: Failure,
  { dialect }: Exchange,
  rooms: Rooms,
): GatewayError {
  if (verdict.cause === 'credential') {
    return new GatewayError(
      'upstream_credential',
      "The upstream did not accept the operator's credential; ask the operator of this gateway.",
    );
  }
  const endpoint = rooms.policies().endpointOf(deployment, dialect.id);
  if (refusal !== null) {
    const refused = new UpstreamRefusal(refusal, deployment, verdict);
    const isReadable = refusal.isMade !== true || dialect.words !== null;
    return endpoint?.dialect === dialect.id && isReadable ? refused : refused.told();
  }
  return new GatewayError(verdict.code, message, { retryAfterMs: verdict.retryAfterMs ?? undefined });
}
