import type { Deployment } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Endpoint } from '../../providers/index.ts';
import { attemptTimeouts, type Candidate } from '../../routing/index.ts';
import type { PassedOverFor } from '../exchange.ts';
import { attempt } from './attempt.ts';
import { type Encoded, encodeFor } from './encode.ts';
import { endUntold } from './end-attempt.ts';
import { heedWarnings } from './heed-warnings.ts';
import { RunningAttempt } from './running-attempt.ts';
import { deadlineLeft, type Search } from './search.ts';
import { slotOf, takePlace } from './take-place.ts';

/** What an attempt goes out beside, and whether it is the second one on the same candidate. */
export type Company = { readonly beside: readonly Deployment[]; readonly isRepeated: boolean };

export const ALONE: Company = { beside: [], isRepeated: false };

export type Started =
  | { readonly kind: 'running'; readonly running: RunningAttempt }
  /** A limit of the deployment, or the caller's money, leaves no room for it. */
  | { readonly kind: 'passed-over'; readonly why: Exclude<PassedOverFor, 'inexpressible'> }
  /** What the request says cannot be said to this upstream; another one may understand it. */
  | { readonly kind: 'inexpressible'; readonly error: GatewayError };

/** Takes a slot, encodes, holds and journals, and sends. */
export async function startCandidate(search: Search, candidate: Candidate, company: Company): Promise<Started> {
  const { exchange, settlement, rooms } = search;
  const { deployment } = candidate;
  const { request, dialect, preferences } = exchange;
  const endpoint = rooms.policies().endpointOf(deployment, dialect.id);
  if (request === null || endpoint === null) return { kind: 'passed-over', why: 'operation' };
  const slot = slotOf(exchange, deployment, rooms);
  const taken = takePlace(search, slot);
  if (!(taken instanceof Promise ? await taken : taken)) return { kind: 'passed-over', why: 'limit' };
  const startedMs = rooms.clock.monotonicMs();
  let [begun, isSent] = [false, false];
  try {
    if (!rooms.health.claim(deployment, startedMs)) return { kind: 'passed-over', why: 'resting' };
    const encoded = expressed(search, candidate, endpoint);
    if (encoded instanceof GatewayError) return { kind: 'inexpressible', error: encoded };
    const extended = settlement.extendTo(deployment, company.beside);
    const refused = extended instanceof Promise ? await extended : extended;
    if (refused !== null) return { kind: 'passed-over', why: refused === 'rate_limited' ? 'limit' : 'budget' };
    const marks = { passThrough: exchange.passThrough, warnings: exchange.warnings };
    await journaled(search, deployment);
    rooms.health.begin(deployment, startedMs, candidate.model);
    begun = true;
    const left = deadlineLeft(search, startedMs);
    const timeouts = attemptTimeouts(deployment.timeouts, preferences, request.stream, left);
    const sent = attempt(search, candidate, endpoint, encoded, timeouts, startedMs);
    isSent = true;
    search.called.add(candidate.model.name);
    const { isRepeated } = company;
    return {
      kind: 'running',
      running: new RunningAttempt(search, candidate, sent, { startedMs, marks, isRepeated }),
    };
  } finally {
    if (begun && !isSent) endUntold(deployment, startedMs, rooms);
    if (!isSent) rooms.queue.release(slot, 0);
  }
}

/** A refusal of ours is the request's to hear only if nobody else understands it; a failure of ours ends the call. */
function expressed({ exchange, rooms }: Search, { deployment }: Candidate, endpoint: Endpoint): Encoded | GatewayError {
  exchange.warnings = null;
  try {
    const encoded = encodeFor(exchange, endpoint, deployment);
    if (encoded === null) throw new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
    heedWarnings(encoded.warnings, exchange, deployment, rooms);
    return encoded;
  } catch (error) {
    if (error instanceof GatewayError && error.status < 500) return error;
    throw error;
  }
}

/** HOLD is on disk when it resolves; rejects with a 503. */
export function journaled({ settlement }: Pick<Search, 'settlement'>, deployment: Deployment): Promise<void> {
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
