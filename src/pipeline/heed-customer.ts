import type { ReceivedRequest } from '../dialects/index.ts';
import { GatewayError } from '../inference/index.ts';
import { isWithinRegion } from '../routing/index.ts';
import type { Exchange } from './exchange.ts';
import type { PartyRooms } from './limited-call.ts';

/**
 * What is said of the customer for whom the call is made holds for its request: another model than the asked one, with
 * none beside it, and where it may be served. Throws a GatewayError (403) where the request asks for another region.
 */
export function heedCustomer(exchange: Exchange, request: ReceivedRequest, { keys }: Pick<PartyRooms, 'keys'>): void {
  const customer = exchange.madeFor?.customer ?? null;
  const settings = customer === null ? undefined : keys.party('customer', customer)?.settings;
  if (settings === undefined) return;
  const { defaultModel, allowedModelRegion } = settings;
  if (defaultModel !== undefined) {
    exchange.request = { ...request, model: defaultModel };
    exchange.preferences = { ...exchange.preferences, models: [], fallbacks: {}, variants: [] };
  }
  if (allowedModelRegion !== undefined) {
    const region = narrower(exchange.preferences.region, allowedModelRegion);
    exchange.preferences = { ...exchange.preferences, region };
  }
}

function narrower(asked: string | null, allowed: string): string {
  if (asked === null) return allowed;
  if (isWithinRegion(asked, allowed)) return asked;
  throw new GatewayError(
    'permission_denied',
    `Calls for this customer may be served in '${allowed}' only, and the request asks for '${asked}'.`,
    { param: 'allowed_model_region' },
  );
}
