import { GatewayError } from '../inference/index.ts';
import { attemptCandidates } from './attempts/attempt-candidates.ts';
import { holdFor } from './attempts/hold-for.ts';
import { authenticate, refuseRoute } from './authenticate.ts';
import type { Exchange } from './exchange.ts';
import { pushPlanHeader } from './explain/plan-header.ts';
import { heedCustomer } from './heed-customer.ts';
import { madeFor } from './made-for.ts';
import { findAsked, preferencesOf } from './planning/find-asked.ts';
import { heedRequired } from './planning/heed-required.ts';
import { inTeamFor } from './planning/in-team-for.ts';
import { refuse } from './refuse.ts';
import { relay } from './relay.ts';
import { recall } from './remember.ts';
import type { Rooms } from './rooms.ts';
import { openSettlement } from './settle.ts';

/** One inference, from the caller's bytes to the last byte back. Every stage is a room; this file only orders them. */
export async function serve(exchange: Exchange, rooms: Rooms): Promise<void> {
  const settlement = openSettlement(exchange, rooms);
  try {
    const caller = await authenticate(exchange, rooms);
    refuseRoute(caller.key, exchange.path);
    exchange.key = caller.key;
    exchange.foreignCredential = caller.foreign;
    const body = exchange.readBody();
    const bytes = body instanceof Promise ? await body : body;
    exchange.request = exchange.dialect.readRequest(bytes, exchange.address);
    const key = inTeamFor(exchange.request.model, caller.key, rooms);
    exchange.key = key;
    exchange.madeFor = madeFor(exchange, key);
    exchange.preferences = preferencesOf(exchange, exchange.request, key);
    heedRequired(exchange.request, key, rooms);
    heedCustomer(exchange, exchange.request, rooms);
    exchange.sessionId ??= exchange.sessionInBody(exchange.request.body, exchange.requestHeaders);
    if (exchange.dialect.threading !== null) await recall(exchange, rooms);
    const asked = [findAsked(exchange, exchange.request, key, rooms), ...exchange.furtherModels];
    const admitting = settlement.admit();
    if (admitting !== null) await admitting;
    const models = await holdFor(asked, exchange, settlement, rooms);
    // From here on money is held: every way out passes through the settlement, exactly once.
    rooms.keepAlive.watch(exchange);
    const answer = await attemptCandidates(exchange, models, settlement, rooms);
    pushPlanHeader(exchange);
    relay(exchange, answer, settlement, rooms);
  } catch (error) {
    refuse(exchange, settlement, settlement.explained(asGatewayError(error)), rooms);
  }
}

/** Anything else is a bug: the caller learns no more than that. */
function asGatewayError(error: unknown): GatewayError {
  return error instanceof GatewayError
    ? error
    : new GatewayError('internal_error', 'The gateway failed in an unexpected way.', { cause: error });
}
