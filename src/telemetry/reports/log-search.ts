import type { Database, SqlValue } from '../../store/index.ts';
import type { ExchangeEvent } from '../event.ts';
import { eventOfRow } from '../request-log-event.ts';
import { requestLogInsert } from '../request-log-row.ts';
import type { ReportScope } from './usage-question.ts';

/** Which calls; members that are left out do not narrow. */
export type LogSearch = {
  readonly id?: string | undefined;
  readonly keyId?: string | undefined;
  readonly keyHash?: string | undefined;
  readonly keyAlias?: string | undefined;
  readonly userId?: string | undefined;
  readonly teamId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly customer?: string | undefined;
  readonly tag?: string | undefined;
  readonly model?: string | undefined;
  readonly upstreamModel?: string | undefined;
  readonly deployment?: string | undefined;
  readonly provider?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly errorCode?: string | undefined;
  /** Part of what is told of the error, in whatever case. */
  readonly errorMessage?: string | undefined;
  readonly outcome?: 'success' | 'failure' | undefined;
  /** HTTP's. */
  readonly status?: number | undefined;
  /** Inclusive, as the charge; nanodollars. */
  readonly minNanoUsd?: bigint | undefined;
  readonly maxNanoUsd?: bigint | undefined;
  /** Part of one of the call's ids. */
  readonly text?: string | undefined;
  /** Inclusive. */
  readonly fromMs?: number | undefined;
  /** Exclusive. */
  readonly toMs?: number | undefined;
};

/** A place between two calls, newest first: after the one that it names. */
export type LogPlace = { readonly atMs: number; readonly id: string };

export type LogStretch = {
  readonly events: readonly ExchangeEvent[];
  /** Where to go on; null: there is nothing further. */
  readonly next: LogPlace | null;
};

/**
 * So many rows are looked at by one statement: a search for what hardly ever is stays short, and tells how far it came.
 * Some 20 ms on SQLite.
 */
const ROWS_PER_LOOK = 20_000;

/** Newest first from a place on, looking no further than the rows of one look: with few matches the page is not full. */
export async function searchLog(
  database: Database,
  search: LogSearch,
  scope: ReportScope,
  after: LogPlace | null,
  limit: number,
): Promise<LogStretch> {
  const within = withinTerms(search, after);
  const filter = [...filterTerms(search), ...scopeTerms(scope)];
  const floorMs = filter.length === 0 ? null : await floorOfLook(database, within);
  const seen = [...within, ...terms([['started_at_ms >= ?', floorMs ?? undefined]]), ...filter];
  const rows = await database.query(
    `SELECT ${COLUMNS} FROM telemetry_request_log ${where(seen)} ${NEWEST_FIRST} LIMIT ?`,
    [...seen.flatMap(({ values }) => values), limit],
  );
  const events = rows.map(eventOfRow);
  const last = events.at(-1);
  if (last !== undefined && events.length === limit) return { events, next: { atMs: last.startedAtMs, id: last.id } };
  return { events, next: floorMs === null ? null : { atMs: floorMs, id: BEFORE_ALL } };
}

/** No id comes before it: all calls of the moment are on this side of the place. */
const BEFORE_ALL = '';

/**
 * When the call began that is a look away; null: there is none so far. By the moment alone, which an index holds: with
 * the id beside it all of the log was sorted, 3.5 s for a million rows.
 */
async function floorOfLook(database: Database, within: readonly Term[]): Promise<number | null> {
  const rows = await database.query(
    `SELECT started_at_ms FROM telemetry_request_log ${where(within)} ORDER BY started_at_ms DESC LIMIT 1 OFFSET ${ROWS_PER_LOOK}`,
    within.flatMap(({ values }) => values),
  );
  const [row] = rows;
  return row === undefined ? null : Number(row['started_at_ms']);
}

/** What pages by number can be ordered by. */
export const LOG_ORDERS = {
  startTime: 'started_at_ms',
  endTime: 'started_at_ms + duration_ms',
  spend: 'charge_nano',
  total_tokens: 'input_tokens + output_tokens',
  request_duration_ms: 'duration_ms',
  ttft_ms: 'first_byte_ms',
  model: 'requested_model',
} as const;

export type LogOrder = { readonly by: keyof typeof LOG_ORDERS; readonly descending: boolean };

/** Pages by number are cut from the newest rows of the time that is asked for, so many. */
export const ROWS_OF_NUMBERED_PAGES = 100_000;

/** One page by its number, from 1, and how many calls there are on all of them. */
export async function pageOfLog(
  database: Database,
  search: LogSearch,
  scope: ReportScope,
  order: LogOrder,
  paging: { readonly page: number; readonly size: number },
): Promise<{ readonly events: readonly ExchangeEvent[]; readonly total: number }> {
  const within = withinTerms(search, null);
  const filter = [...filterTerms(search), ...scopeTerms(scope)];
  const values = [...within, ...filter].flatMap((term) => term.values);
  const newest = `(SELECT * FROM telemetry_request_log ${where(within)} ${NEWEST_FIRST} LIMIT ${ROWS_OF_NUMBERED_PAGES}) AS newest`;
  const direction = order.descending ? 'DESC' : 'ASC';
  const [counted, rows] = await Promise.all([
    database.query(`SELECT count(*) AS rows FROM ${newest} ${where(filter)}`, values),
    database.query(
      `SELECT ${COLUMNS} FROM ${newest} ${where(filter)}
       ORDER BY ${LOG_ORDERS[order.by]} ${direction}, started_at_ms ${direction}, id ${direction} LIMIT ? OFFSET ?`,
      [...values, paging.size, (paging.page - 1) * paging.size],
    ),
  ]);
  return { events: rows.map(eventOfRow), total: Number(counted[0]?.['rows'] ?? 0) };
}

const COLUMNS = Object.keys(requestLogInsert.columns).join(', ');
const NEWEST_FIRST = 'ORDER BY started_at_ms DESC, id DESC';

type Term = { readonly sql: string; readonly values: readonly SqlValue[] };

/** What an index leads to. */
function withinTerms(search: LogSearch, after: LogPlace | null): readonly Term[] {
  const place: readonly Term[] =
    after === null
      ? []
      : [
          {
            sql: 'started_at_ms <= ? AND (started_at_ms < ? OR id < ?)',
            values: [after.atMs, after.atMs, after.id],
          },
        ];
  return [
    ...terms([
      ['id = ?', search.id],
      ['key_id = ?', search.keyId],
      ['session_id = ?', search.sessionId],
      ['started_at_ms >= ?', search.fromMs],
      ['started_at_ms < ?', search.toMs],
    ]),
    ...place,
  ];
}

function filterTerms(search: LogSearch): readonly Term[] {
  const { outcome, text } = search;
  return [
    ...terms([
      ['key_hash = ?', search.keyHash],
      ['user_id = ?', search.userId],
      ['team_id = ?', search.teamId],
      ['project_id = ?', search.projectId],
      ['organization_id = ?', search.organizationId],
      ['end_user = ?', search.customer],
      ['requested_model = ?', search.model],
      ['upstream_model = ?', search.upstreamModel],
      ['deployment = ?', search.deployment],
      ['provider = ?', search.provider],
      ['error_code = ?', search.errorCode],
      ['status = ?', search.status],
      ['charge_nano >= ?', search.minNanoUsd],
      ['charge_nano <= ?', search.maxNanoUsd],
      [`tags LIKE ? ESCAPE '!'`, search.tag === undefined ? undefined : containing(JSON.stringify(search.tag))],
      [`event LIKE ? ESCAPE '!'`, search.keyAlias === undefined ? undefined : containing(member(search.keyAlias))],
      [
        `lower(event) LIKE ? ESCAPE '!'`,
        search.errorMessage === undefined ? undefined : `%"errormessage":"%${escaped(quoted(search.errorMessage))}%`,
      ],
    ]),
    ...(outcome === undefined
      ? []
      : [{ sql: outcome === 'success' ? "outcome = 'completed'" : "outcome <> 'completed'", values: [] }]),
    ...(text === undefined
      ? []
      : [
          {
            sql: `(id LIKE ? ESCAPE '!' OR upstream_id LIKE ? ESCAPE '!' OR client_request_id LIKE ? ESCAPE '!' OR session_id LIKE ? ESCAPE '!')`,
            values: Array<string>(4).fill(containing(text)),
          },
        ]),
  ];
}

function member(alias: string): string {
  return `"keyAlias":${JSON.stringify(alias)}`;
}

function quoted(message: string): string {
  return JSON.stringify(message.toLowerCase()).slice(1, -1);
}

function escaped(text: string): string {
  return text.replace(/[!%_]/g, '!$&');
}

function containing(text: string): string {
  return `%${escaped(text)}%`;
}

function scopeTerms(scope: ReportScope): readonly Term[] {
  if (scope.kind === 'all') return [];
  const parts = scope.of.map(({ dimension, ids }) => ({
    sql: ids.length === 0 ? '1 = 0' : `${SCOPE_COLUMNS[dimension]} IN (${ids.map(() => '?').join(', ')})`,
    values: ids,
  }));
  if (parts.length === 0) return [{ sql: '1 = 0', values: [] }];
  return [{ sql: `(${parts.map(({ sql }) => sql).join(' OR ')})`, values: parts.flatMap(({ values }) => values) }];
}

const SCOPE_COLUMNS = {
  key: 'key_id',
  user: 'user_id',
  team: 'team_id',
  project: 'project_id',
  organization: 'organization_id',
} as const;

function terms(asked: readonly (readonly [string, SqlValue | undefined])[]): readonly Term[] {
  return asked.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, values: [value] }]));
}

function where(all: readonly Term[]): string {
  return all.length === 0 ? '' : `WHERE ${all.map(({ sql }) => sql).join(' AND ')}`;
}
