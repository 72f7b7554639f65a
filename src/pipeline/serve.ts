import { GatewayError } from '../inference/index.ts';
import { readPreferences } from '../routing/index.ts';
import { attemptCandidates } from './attempts/attempt-candidates.ts';
import { authenticate } from './authenticate.ts';
import type { Exchange } from './exchange.ts';
import { findModel } from './find-model.ts';
import { refuse } from './refuse.ts';
import { relay } from './relay.ts';
import { recall } from './remember.ts';
import type { Rooms } from './rooms.ts';
import { openSettlement } from './settle.ts';

/** One inference, from the caller's bytes to the last byte back. Every stage is a room; this file only orders them. */
export async function serve(exchange: Exchange, rooms: Rooms): Promise<void> {
  const settlement = openSettlement(exchange, rooms);
  try {
    const { key, foreign } = await authenticate(exchange, rooms);
    exchange.key = key;
    exchange.foreignCredential = foreign;
    exchange.request = exchange.dialect.readRequest(await exchange.readBody(), exchange.address);
    exchange.preferences = readPreferences(exchange.request.body, exchange.requestHeaders);
    exchange.sessionId ??= exchange.sessionInBody(exchange.request.body);
    if (exchange.dialect.threading !== null) await recall(exchange, rooms);
    const model = findModel(exchange.request.model, key.caller, rooms);
    settlement.admit();
    const holding = settlement.hold(model);
    // At once, as long as the budgets have room in this process.
    if (holding !== null) await holding;
    // From here on money is held: every way out passes through the settlement, exactly once.
    rooms.keepAlive.watch(exchange);
    const answer = await attemptCandidates(exchange, model, settlement, rooms);
    relay(exchange, answer, settlement, rooms);
  } catch (error) {
    refuse(exchange, settlement, asGatewayError(error), rooms);
  }
}

/** Anything else is a bug: the caller learns no more than that. */
function asGatewayError(error: unknown): GatewayError {
  return error instanceof GatewayError
    ? error
    : new GatewayError('internal_error', 'The gateway failed in an unexpected way.', { cause: error });
}
