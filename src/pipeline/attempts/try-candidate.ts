import type { Deployment } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Candidate } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import type { Settlement } from '../settle.ts';
import type { AttemptOutcome } from './answer.ts';
import { attempt } from './attempt.ts';
import { encodeFor } from './encode.ts';
import { endFailed, recordAnswered } from './end-attempt.ts';
import { heedWarnings } from './heed-warnings.ts';

/** null: passed over, because a limit of the deployment or the budget leaves no room for it. */
export async function tryCandidate(
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
    if (encoded === null || !(await settlement.extendTo(deployment))) return null;
    heedWarnings(encoded.warnings, exchange, deployment, rooms);
    await journaled(deployment, settlement);
    rooms.health.begin(deployment, startedMs);
    const outcome = await attempt(exchange, candidate, endpoint, encoded, startedMs, rooms);
    answered = outcome.kind === 'answered';
    if (outcome.kind === 'answered') recordAnswered(exchange, candidate, outcome.answer, rooms);
    else endFailed(exchange, candidate, outcome, startedMs, rooms);
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
