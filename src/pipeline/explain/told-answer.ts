import type { Deployment } from '../../catalog/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Rooms } from '../rooms.ts';
import { bearingOf, withLastMember } from './bearing.ts';
import { BearingStream } from './bearing-stream.ts';
import { openRouterMetadata } from './openrouter-metadata.ts';

type Told = Pick<Rooms, 'policies'>;

/** A whole answer, or a refusal, with how it was routed in it if the client asked for that; else the same bytes. */
export function toldBody(exchange: Exchange, body: Buffer, answeredBy: Deployment | null, rooms: Told): Buffer {
  const { plans, dialect, request, preferences } = exchange;
  const bearing = preferences.explain && plans.length > 0 ? bearingOf(dialect.id) : null;
  if (bearing === null) return body;
  if (answeredBy === null || request?.stream !== true)
    return withLastMember(body, memberOf(exchange, answeredBy, rooms), null);
  const stream = openToldStream(exchange, answeredBy, rooms);
  return stream?.end(body) ?? body;
}

/** null: this stream goes out as it comes. */
export function openToldStream(exchange: Exchange, answeredBy: Deployment, rooms: Told): BearingStream | null {
  const { request, dialect, preferences } = exchange;
  if (!preferences.explain || request?.stream !== true) return null;
  const bearing = bearingOf(dialect.id);
  if (bearing === null || bearing.canBear === null) return null;
  return new BearingStream(request.framing, bearing, () => memberOf(exchange, answeredBy, rooms));
}

function memberOf(exchange: Exchange, answeredBy: Deployment | null, rooms: Told): string {
  return `"openrouter_metadata":${JSON.stringify(openRouterMetadata(exchange, answeredBy, rooms))}`;
}
