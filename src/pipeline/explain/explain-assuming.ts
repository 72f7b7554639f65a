import type { VirtualKey } from '../../access/index.ts';
import type { Model } from '../../catalog/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { type Assumed, assumingDown, assumingPrices } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import { type CallExplanation, type ExplainingRooms, explainModels, readCall } from './explain-call.ts';

export type AssumedCall = { readonly asIs: CallExplanation; readonly assumed: CallExplanation };

/**
 * The same call planned twice, as things are and as they are taken to be, with the same lots, so that a difference is
 * the assumption's. Throws a GatewayError (400) where it is about a deployment that the call could not go to.
 */
export async function explainAssuming(
  exchange: Exchange,
  key: VirtualKey,
  assumed: Assumed,
  rooms: ExplainingRooms,
): Promise<AssumedCall> {
  const model = await readCall(exchange, key, rooms);
  const { furtherModels: further } = exchange;
  refuseOthers(assumed, [model, ...further]);
  const otherwise = (each: Model): Model => assumingPrices(each, assumed);
  const lots = openLots(rooms.random);
  const untilMs = rooms.clock.monotonicMs() + usualRestMs(rooms);
  return {
    asIs: explainModels([model, further], exchange, key, { ...rooms, random: lots.draw() }),
    assumed: explainModels([otherwise(model), further.map(otherwise)], exchange, key, {
      ...rooms,
      random: lots.draw(),
      health: assumingDown(rooms.health, assumed, untilMs),
    }),
  };
}

/** How long an outage lasts nobody knows: as long as a breaker rests at first. */
function usualRestMs({ policies }: ExplainingRooms): number {
  return Math.max(1, policies().health.cooldownMs);
}

function refuseOthers({ down, prices }: Assumed, models: readonly Model[]): void {
  const ids = new Set(models.flatMap(({ deployments }) => deployments.map(({ id }) => id)));
  const names = models.map(({ name }) => `'${name}'`).join(', ');
  for (const [param, asked] of [
    ['assume.down', down],
    ['assume.prices', prices.keys()],
  ] as const)
    for (const id of asked)
      if (!ids.has(id)) {
        const theirs = [...ids].slice(0, MOST_NAMED).join(', ');
        const message = `${param}: '${id}' is no deployment of ${names}; expected one of ${theirs}.`;
        throw new GatewayError('invalid_request', message, { param });
      }
}

const MOST_NAMED = 20;

/** Each `draw` is a source of the same numbers. */
function openLots(random: () => number): { readonly draw: () => () => number } {
  const drawn: number[] = [];
  return {
    draw: () => {
      let next = 0;
      return () => {
        const at = next++;
        const known = drawn[at] ?? random();
        drawn[at] = known;
        return known;
      };
    },
  };
}
