import type { BulkInsert, SqlValue } from '../store/index.ts';
import type { ExchangeEvent } from './event.ts';
import { packPlan } from './plan-record.ts';

/** Text from outside may be of any length and hold NUL, which Postgres refuses and indexes choke on. */
const MAX_TEXT = 256;

/** What is filtered on and summed has a column; `event` is JSON of everything that no column has, or has in full. */
export const requestLogInsert: BulkInsert = {
  table: 'telemetry_request_log',
  columns: {
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
    event: 'text',
  },
  onConflict: 'ON CONFLICT DO NOTHING',
};

/** All but `event`. */
export const REQUEST_LOG_COLUMNS = Object.keys(requestLogInsert.columns).length - 1;

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
  const tags = text(PLACES.tags);
  return {
    userId: text(PLACES.userId),
    teamId: text(PLACES.teamId),
    projectId: text(PLACES.projectId),
    organizationId: text(PLACES.organizationId),
    endUser: text(PLACES.endUser),
    tags: tags === null ? [] : (JSON.parse(tags) as string[]),
  };
}

const COLUMN_NAMES = Object.keys(requestLogInsert.columns);

/** Looked up once: every exchange that is booked is asked. */
const PLACES = {
  userId: COLUMN_NAMES.indexOf('user_id'),
  teamId: COLUMN_NAMES.indexOf('team_id'),
  projectId: COLUMN_NAMES.indexOf('project_id'),
  organizationId: COLUMN_NAMES.indexOf('organization_id'),
  endUser: COLUMN_NAMES.indexOf('end_user'),
  tags: COLUMN_NAMES.indexOf('tags'),
} as const;

/** A settled exchange on its way into the request log. */
export type LoggedExchange = {
  readonly columns: RequestLogColumns;
  /** The column `event`. */
  readonly rest: string;
};

export function loggedExchange(event: ExchangeEvent): LoggedExchange {
  return { columns: columnsOf(event), rest: JSON.stringify(restOf(event)) };
}

export function requestLogRow({ columns, rest }: LoggedExchange): readonly SqlValue[] {
  return [...columns, rest];
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
  ];
}

/** What is undefined here is not written: half of the text would be of members that are null or in a column. */
function restOf(event: ExchangeEvent): { readonly [Member in keyof ExchangeEvent]?: unknown } {
  const { usage } = event;
  return {
    dialect: event.dialect,
    path: event.path,
    errorCode: event.errorCode ?? undefined,
    errorMessage: event.errorMessage ?? undefined,
    keyAlias: event.keyAlias ?? undefined,
    clientIp: event.clientIp ?? undefined,
    userAgent: event.userAgent ?? undefined,
    sessionId: event.sessionId ?? undefined,
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
