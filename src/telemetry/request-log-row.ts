import type { BulkInsert, SqlValue } from '../store/index.ts';
import type { ExchangeEvent } from './event.ts';
import { packPlan } from './plan-record.ts';

/** Text from outside may be of any length and hold NUL, which Postgres refuses and indexes choke on. */
const MAX_TEXT = 256;

/** What is filtered on and summed has a column; `event` is JSON of everything that no column has, or has in full. */
const COLUMNS = {
  id: 'text',
  started_at_ms: 'bigint',
  key_id: 'text',
  provider: 'text',
  outcome: 'text',
  cost_nano: 'bigint',
  charge_nano: 'bigint',
  price_version: 'text',
  sandbox: 'integer',
  key_hash: 'text',
  user_id: 'text',
  team_id: 'text',
  end_user: 'text',
  requested_model: 'text',
  answered_model: 'text',
  upstream_id: 'text',
  deployment: 'text',
  upstream_model: 'text',
  status: 'integer',
  streamed: 'integer',
  input_tokens: 'bigint',
  output_tokens: 'bigint',
  priced: 'integer',
  duration_ms: 'bigint',
  first_byte_ms: 'bigint',
  client_request_id: 'text',
  organization_id: 'text',
  project_id: 'text',
  tags: 'text',
  error_code: 'text',
  session_id: 'text',
  cache_read_tokens: 'bigint',
  cache_write_tokens: 'bigint',
  byok: 'integer',
  event: 'text',
  summed: 'integer',
  upstream_part: 'bigint',
} as const;

export const requestLogInsert: BulkInsert = {
  table: 'telemetry_request_log',
  columns: COLUMNS,
  onConflict: 'ON CONFLICT DO NOTHING',
  mostlyNew: true,
};

/** All but `event`, `summed` and `upstream_part`. */
const REQUEST_LOG_COLUMNS = Object.keys(requestLogInsert.columns).length - 3;

/**
 * The values of the columns, in their order; what the ledger books comes first. JSON takes them as they are: amounts
 * are decimal text. The order is part of the journal's format.
 */
export type RequestLogColumns = readonly [
  id: string,
  startedAtMs: number,
  keyId: string | null,
  provider: string | null,
  outcome: ExchangeEvent['outcome'],
  costNanoUsd: string,
  chargeNanoUsd: string,
  priceVersion: string | null,
  sandbox: number,
  ...others: (string | number | null)[],
];

/** Who took part in an exchange besides its key. */
export type LoggedParties = Pick<
  ExchangeEvent,
  'userId' | 'teamId' | 'projectId' | 'organizationId' | 'endUser' | 'tags'
>;

/** As far as the columns tell. */
export function partiesOf({ columns }: LoggedExchange): LoggedParties {
  const text = (place: number): string | null => {
    const value = columns[place];
    return typeof value === 'string' ? value : null;
  };
  return {
    userId: text(PLACES.user_id),
    teamId: text(PLACES.team_id),
    projectId: text(PLACES.project_id),
    organizationId: text(PLACES.organization_id),
    endUser: text(PLACES.end_user),
    tags: tagsOf({ columns }),
  };
}

export type ColumnName = keyof typeof COLUMNS;

/** Looked up once: every exchange that is booked is asked. */
const PLACES = Object.fromEntries(Object.keys(COLUMNS).map((name, place) => [name, place])) as Record<
  ColumnName,
  number
>;

export function columnOf({ columns }: Pick<LoggedExchange, 'columns'>, name: ColumnName): string | number | null {
  return columns[PLACES[name]] ?? null;
}

export function tagsOf({ columns }: Pick<LoggedExchange, 'columns'>): readonly string[] {
  const tags = columns[PLACES.tags];
  return typeof tags === 'string' ? (JSON.parse(tags) as string[]) : [];
}

/** A settled exchange on its way into the request log. */
export type LoggedExchange = {
  readonly columns: RequestLogColumns;
  /** The column `event`. */
  readonly rest: string;
};

export function loggedExchange(event: ExchangeEvent): LoggedExchange {
  return { columns: columnsOf(event), rest: JSON.stringify(restOf(event)) };
}

/** Whoever puts a row in adds it to the sums of the reports, in the same transaction: it is `summed`. */
export function requestLogRow({ columns, rest }: LoggedExchange, upstreamPart: number): readonly SqlValue[] {
  return [...columns, rest, 1, upstreamPart];
}

/** Of records that were written before there were these columns: what `rest` says in their place. */
export function completeColumns(read: RequestLogColumns, rest: string): RequestLogColumns {
  if (read.length >= REQUEST_LOG_COLUMNS) return read;
  const { errorCode, sessionId, usage } = JSON.parse(rest) as Partial<ExchangeEvent>;
  const known = [...read, ...Array<null>(Math.max(0, PLACES.error_code - read.length)).fill(null)];
  const later = [
    clean(errorCode ?? null),
    clean(sessionId ?? null),
    integer(usage?.cacheReadTokens ?? 0),
    integer(usage?.cacheWriteTokens ?? 0),
    null,
  ];
  return [...known, ...later.slice(known.length - PLACES.error_code)] as unknown as RequestLogColumns;
}

function columnsOf(event: ExchangeEvent): RequestLogColumns {
  return [
    event.id,
    integer(event.startedAtMs),
    clean(event.keyId),
    clean(event.provider),
    event.outcome,
    event.costNanoUsd,
    event.chargeNanoUsd,
    clean(event.priceVersion),
    event.sandbox ? 1 : 0,
    clean(event.keyHash),
    clean(event.userId),
    clean(event.teamId),
    clean(event.endUser),
    clean(event.requestedModel),
    clean(event.answeredModel),
    clean(event.upstreamId),
    clean(event.deployment),
    clean(event.upstreamModel),
    integer(event.status),
    event.streamed ? 1 : 0,
    integer(event.usage.inputTokens),
    integer(event.usage.outputTokens),
    event.priced ? 1 : 0,
    integer(event.durationMs),
    event.firstByteMs === null ? null : integer(event.firstByteMs),
    clean(event.clientRequestId),
    clean(event.organizationId),
    clean(event.projectId),
    event.tags.length === 0 ? null : JSON.stringify(event.tags),
    clean(event.errorCode),
    clean(event.sessionId),
    integer(event.usage.cacheReadTokens),
    integer(event.usage.cacheWriteTokens),
    event.byok ? 1 : null,
  ];
}

/** What is undefined here is not written: half of the text would be of members that are null or in a column. */
function restOf(event: ExchangeEvent): { readonly [Member in keyof ExchangeEvent]?: unknown } {
  const { usage } = event;
  return {
    dialect: event.dialect,
    path: event.path,
    errorCode: unlessClean(event.errorCode),
    errorMessage: event.errorMessage ?? undefined,
    keyAlias: event.keyAlias ?? undefined,
    clientIp: event.clientIp ?? undefined,
    userAgent: event.userAgent ?? undefined,
    sessionId: unlessClean(event.sessionId),
    plans: event.plans.length === 0 ? undefined : event.plans.map(packPlan),
    attempts: event.attempts.length === 0 ? undefined : event.attempts,
    passThrough: event.passThrough,
    usage: {
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cacheReadTokens: unlessZero(usage.cacheReadTokens),
      cacheWriteTokens: unlessZero(usage.cacheWriteTokens),
      reasoningTokens: unlessZero(usage.reasoningTokens),
      inputAudioTokens: unlessZero(usage.inputAudioTokens),
      outputAudioTokens: unlessZero(usage.outputAudioTokens),
      source: usage.source,
      raw: usage.raw ?? undefined,
    },
    finishReason: event.finishReason ?? undefined,
    firstByteMs: event.firstByteMs ?? undefined,
    durationMs: event.durationMs,
    requestBytes: event.requestBytes,
    responseBytes: event.responseBytes,
    keyId: unlessClean(event.keyId),
    provider: unlessClean(event.provider),
    priceVersion: unlessClean(event.priceVersion),
    keyHash: unlessClean(event.keyHash),
    userId: unlessClean(event.userId),
    teamId: unlessClean(event.teamId),
    organizationId: unlessClean(event.organizationId),
    projectId: unlessClean(event.projectId),
    endUser: unlessClean(event.endUser),
    requestedModel: unlessClean(event.requestedModel),
    answeredModel: unlessClean(event.answeredModel),
    upstreamId: unlessClean(event.upstreamId),
    deployment: unlessClean(event.deployment),
    upstreamModel: unlessClean(event.upstreamModel),
    clientRequestId: unlessClean(event.clientRequestId),
  };
}

function unlessZero(count: number): number | undefined {
  return count === 0 ? undefined : count;
}

function unlessClean(text: string | null): string | undefined {
  return text === null || isClean(text) ? undefined : text;
}

function isClean(text: string): boolean {
  return text.length <= MAX_TEXT && !text.includes('\0');
}

function clean(text: string | null): string | null {
  return text === null || isClean(text) ? text : text.slice(0, MAX_TEXT).replaceAll('\0', '\u{FFFD}');
}

/** A provider's count may be anything; the books must go on. */
function integer(value: number): number {
  const whole = Math.round(value);
  return Number.isSafeInteger(whole) ? whole : 0;
}
