import type { BulkInsert, SqlValue } from '../store/index.ts';
import type { ExchangeEvent } from './event.ts';

/** Text from outside may be of any length and hold NUL, which Postgres refuses and indexes choke on. */
const MAX_TEXT = 256;

/** What is filtered on and summed has a column; everything else is in `event`. */
export const requestLogInsert: BulkInsert = {
  table: 'telemetry_request_log',
  columns: {
    id: 'text',
    started_at_ms: 'bigint',
    key_id: 'text',
    key_hash: 'text',
    user_id: 'text',
    team_id: 'text',
    end_user: 'text',
    requested_model: 'text',
    answered_model: 'text',
    upstream_id: 'text',
    deployment: 'text',
    provider: 'text',
    upstream_model: 'text',
    outcome: 'text',
    status: 'integer',
    streamed: 'integer',
    input_tokens: 'bigint',
    output_tokens: 'bigint',
    cost_nano: 'bigint',
    charge_nano: 'bigint',
    price_version: 'text',
    priced: 'integer',
    sandbox: 'integer',
    duration_ms: 'bigint',
    first_byte_ms: 'bigint',
    client_request_id: 'text',
    event: 'text',
  },
  onConflict: 'ON CONFLICT DO NOTHING',
};

/** `text`: the event as JSON, as it was journaled. */
export function requestLogRow(event: ExchangeEvent, text: string): readonly SqlValue[] {
  return [
    event.id,
    integer(event.startedAtMs),
    clean(event.keyId),
    clean(event.keyHash),
    clean(event.userId),
    clean(event.teamId),
    clean(event.endUser),
    clean(event.requestedModel),
    clean(event.answeredModel),
    clean(event.upstreamId),
    clean(event.deployment),
    clean(event.provider),
    clean(event.upstreamModel),
    event.outcome,
    integer(event.status),
    event.streamed ? 1 : 0,
    integer(event.usage.inputTokens),
    integer(event.usage.outputTokens),
    BigInt(event.costNanoUsd),
    BigInt(event.chargeNanoUsd),
    clean(event.priceVersion),
    event.priced ? 1 : 0,
    event.sandbox ? 1 : 0,
    integer(event.durationMs),
    event.firstByteMs === null ? null : integer(event.firstByteMs),
    clean(event.clientRequestId),
    text,
  ];
}

function clean(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const short = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
  return short.includes('\0') ? short.replaceAll('\0', '\u{FFFD}') : short;
}

/** A provider's count may be anything; the books must go on. */
function integer(value: number): number {
  const whole = Math.round(value);
  return Number.isSafeInteger(whole) ? whole : 0;
}
