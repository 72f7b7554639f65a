import type { Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import type { Exchange } from '../exchange.ts';
import { fallbackModels } from '../planning/fallback-models.ts';
import type { Rooms } from '../rooms.ts';
import type { Settlement } from '../settle.ts';

/**
 * Holds the money for the first of the models for which there is enough, else for the first of the asked one's
 * fallbacks for an empty budget, which then comes after them. Throws 402 where none can be paid for.
 */
export async function holdFor(
  models: readonly Model[],
  exchange: Exchange,
  settlement: Settlement,
  rooms: Rooms,
): Promise<readonly Model[]> {
  const [asked] = models;
  let refusal: GatewayError | null = null;
  for (const model of models) {
    const refused = await settlement.hold(model);
    if (refused === null) return models;
    refusal ??= refused;
  }
  const tried = new Set(models.map(({ name }) => name));
  const { maxFallbacks } = rooms.policies().routing;
  const cheaper = asked === undefined ? [] : fallbackModels(asked, 'budget', tried, maxFallbacks, exchange, rooms);
  for (const model of cheaper) {
    if ((await settlement.hold(model)) === null) return [...models, model];
  }
  settlement.giveBack();
  throw refusal ?? new GatewayError('internal_error', 'The gateway failed in an unexpected way.');
}
