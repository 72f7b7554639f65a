import type { Deployment } from '../../catalog/index.ts';
import type { Exchange } from '../exchange.ts';
import { isByok } from '../planning/is-byok.ts';
import type { Rooms } from '../rooms.ts';
import { bearingOf, usageBearingOf, withLastMember, withMember } from './bearing.ts';
import { BearingStream, type Telling } from './bearing-stream.ts';
import { openRouterMetadata } from './openrouter-metadata.ts';
import { usageWithCost } from './told-cost.ts';

type Told = Pick<Rooms, 'policies'>;

/**
 * A whole answer, or a refusal, with what its client is to be told beside it: what it cost, and how it was routed if it
 * asked for that; else the same bytes.
 */
export function toldBody(exchange: Exchange, body: Buffer, answeredBy: Deployment | null, rooms: Told): Buffer {
  const { request } = exchange;
  if (answeredBy === null || request?.stream !== true) {
    const costed = answeredBy === null ? body : withCost(exchange, body, null, answeredBy, rooms);
    return isExplained(exchange) ? withLastMember(costed, memberOf(exchange, answeredBy, rooms), null) : costed;
  }
  const stream = openToldStream(exchange, answeredBy, rooms);
  return stream?.end(body) ?? body;
}

/** null: this stream goes out as it comes. */
export function openToldStream(exchange: Exchange, answeredBy: Deployment, rooms: Told): BearingStream | null {
  const { request } = exchange;
  if (request?.stream !== true) return null;
  const tellings = [costTelling(exchange, answeredBy, rooms), planTelling(exchange, answeredBy, rooms)].filter(
    (telling) => telling !== null,
  );
  return tellings.length === 0 ? null : new BearingStream(request.framing, tellings);
}

function costTelling(exchange: Exchange, answeredBy: Deployment, rooms: Told): Telling | null {
  const bearing = exchange.request?.tellsCost === true ? usageBearingOf(exchange.dialect.id) : null;
  if (bearing === null || bearing.canBear === null) return null;
  const { canBear, within } = bearing;
  return { canBear, tell: (event) => withCost(exchange, event, within, answeredBy, rooms) };
}

function planTelling(exchange: Exchange, answeredBy: Deployment, rooms: Told): Telling | null {
  const bearing = isExplained(exchange) ? bearingOf(exchange.dialect.id) : null;
  if (bearing === null || bearing.canBear === null) return null;
  const { canBear, within } = bearing;
  return { canBear, tell: (event) => withLastMember(event, memberOf(exchange, answeredBy, rooms), within) };
}

function isExplained({ plans, preferences, dialect }: Exchange): boolean {
  return preferences.explain && plans.length > 0 && bearingOf(dialect.id) !== null;
}

function memberOf(exchange: Exchange, answeredBy: Deployment | null, rooms: Told): string {
  return `"openrouter_metadata":${JSON.stringify(openRouterMetadata(exchange, answeredBy, rooms))}`;
}

function withCost(
  exchange: Exchange,
  bytes: Buffer,
  within: string | null,
  answeredBy: Deployment,
  rooms: Told,
): Buffer {
  const { request, charged, dialect } = exchange;
  if (request?.tellsCost !== true || charged === null) return bytes;
  const byok = isByok(exchange, answeredBy, rooms);
  const told = withMember(bytes, 'usage', within, (usage) => usageWithCost(usage, dialect.id, charged, byok));
  if (dialect.id !== 'openai-chat') return told;
  const named = withMember(told, 'provider', null, (said) => (said === undefined ? answeredBy.provider : undefined));
  // OpenRouter's SDK refuses a plain answer that lacks it, and not every upstream's has it.
  return request.stream
    ? named
    : withMember(named, 'system_fingerprint', null, (said) => (said === undefined ? null : undefined));
}
