import type { Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Exchange } from '../exchange.ts';
import { findModel } from '../find-model.ts';
import type { Rooms } from '../rooms.ts';
import type { Settlement } from '../settle.ts';
import { fallbackModels } from './fallback-models.ts';

/** The asked model and those that the request names beside it, each once. Throws as `findModel` does, for any of them. */
export function askedModels(exchange: Exchange, rooms: Rooms): readonly Model[] {
  const { request, key, preferences } = exchange;
  if (request === null || key === null) return [];
  const names = [request.model, ...preferences.models];
  // A stand-in that does not exist is a slip of the hand: it is told now, and not on the day when it is needed.
  for (const list of Object.values(preferences.fallbacks)) {
    for (const name of list) findModel(name, key.caller, rooms);
  }
  return names.length === 1
    ? [findModel(request.model, key.caller, rooms)]
    : [...new Set(names.map((name) => findModel(name, key.caller, rooms)))];
}

/**
 * Holds the money for the first of the models for which there is enough, else for the first of the asked one's
 * fallbacks for an empty budget, which then comes after them. Throws 402 where none can be paid for.
 */
export function holdFor(
  models: readonly Model[],
  exchange: Exchange,
  settlement: Settlement,
  rooms: Rooms,
): readonly Model[] {
  const [asked] = models;
  let refusal: GatewayError | null = null;
  for (const model of models) {
    const refused = settlement.hold(model);
    if (refused === null) return models;
    refusal ??= refused;
  }
  const tried = new Set(models.map(({ name }) => name));
  const { maxFallbacks } = rooms.policies().routing;
  const cheaper = asked === undefined ? [] : fallbackModels(asked, 'budget', tried, maxFallbacks, exchange, rooms);
  for (const model of cheaper) {
    if (settlement.hold(model) === null) return [...models, model];
  }
  settlement.giveBack();
  throw refusal ?? new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
}
