import type { VirtualKey } from '../access/index.ts';
import type { Model } from '../catalog/index.ts';
import type { ReceivedRequest } from '../dialects/index.ts';
import { type Preferences, readPreferences, withVariants } from '../routing/index.ts';
import type { Exchange } from './exchange.ts';
import { findModel, findModels } from './find-model.ts';
import type { Rooms } from './rooms.ts';

/** Names are the caller's own, at most ten of 256 characters. */
const NOT_IN_HEADERS = /[^\x20-\x7e]/g;

/** What the request, its headers and its key say of how it is to be routed. Throws a GatewayError (400). */
export function preferencesOf(
  { requestHeaders, dialect }: Exchange,
  { body, model }: ReceivedRequest,
  { metadata }: VirtualKey,
): Preferences {
  return readPreferences(body, requestHeaders, { dialect: dialect.id, model, keyMetadata: metadata });
}

/** The asked model. What the request says of others, and by its name's ending, is with the exchange. */
export function findAsked(
  exchange: Exchange,
  request: ReceivedRequest,
  { caller }: VirtualKey,
  rooms: Pick<Rooms, 'policies'>,
): Model {
  const { preferences } = exchange;
  const { models, variants, unknown } = findModels(request.model, preferences.models, caller, rooms);
  const [asked, ...further] = models;
  if (further.length > 0) exchange.furtherModels = further;
  if (unknown.length > 0)
    exchange.headers.push('x-waybill-unknown-models', unknown.join(', ').replace(NOT_IN_HEADERS, '?'));
  // A stand-in that is nowhere is a slip of the hand: it is told now, and not on the day when it is needed.
  for (const name of Object.values(preferences.fallbacks).flat()) findModel(name, caller, rooms);
  if (variants.length > 0) exchange.preferences = withVariants(preferences, variants);
  // What a search finds is not in the body, and counts as input.
  if (variants.includes('online')) exchange.request = { ...request, refersOutside: true };
  return asked;
}
