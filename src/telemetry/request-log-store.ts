import { bigintOf, type Database, type DirectDatabase, type Row, type Session, type SqlValue } from '../store/index.ts';
import type { ExchangeEvent } from './event.ts';
import { openUsageBooks, type UsageBooks } from './reports/usage-store.ts';
import { eventOfRow } from './request-log-event.ts';
import { type LoggedExchange, loggedExchange, requestLogInsert, requestLogRow } from './request-log-row.ts';
import { IN_UPSTREAM_PARTS, MAX_ROWS_AT_ONCE, upstreamPartOf } from './upstream-parts.ts';

/**
 * Whose rows may be read: the operator's view, or those of one key, of a user, of some teams and organizations, where
 * that is said only those that are within one of them.
 */
export type LogScope =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'some';
      readonly keyId: string | null;
      readonly userId: string | null;
      readonly teams: readonly string[];
      readonly organizations: readonly string[];
      readonly within: { readonly kind: 'team' | 'organization'; readonly id: string } | null;
    };

/** Idempotent by the event's id; what is new is in the reports' sums with it. Answers how many that were. */
export async function insertRequestLog(
  session: Session,
  logged: readonly LoggedExchange[],
  usage: UsageBooks = openUsageBooks(),
): Promise<number> {
  const fresh: LoggedExchange[] = [];
  for (let start = 0; start < logged.length; start += MAX_ROWS_AT_ONCE) {
    const some = logged.slice(start, start + MAX_ROWS_AT_ONCE);
    const part = await upstreamPartOf(session);
    const isNew = await session.insert(
      requestLogInsert,
      some.map((each) => requestLogRow(each, part)),
    );
    fresh.push(...some.filter((_, nth) => isNew[nth] === true));
  }
  await usage.add(session, fresh);
  return fresh.length;
}

export async function findById(database: Database, id: string, scope: LogScope): Promise<ExchangeEvent | null> {
  const rows = await select(database, [...scopeTerms(scope), term('id = ?', id)], 1, 0);
  return rows[0] ?? null;
}

/** An upstream's id is not unique: all rows that have it, newest first. */
export function findByUpstreamId(
  database: Database,
  upstreamId: string,
  scope: LogScope,
): Promise<readonly ExchangeEvent[]> {
  const terms = [...scopeTerms(scope), term('upstream_id = ?', upstreamId)];
  return select(database, terms, 1000, 0, database.kind === 'sqlite' ? IN_UPSTREAM_PARTS : undefined);
}

export type LogFilter = {
  readonly keyId?: string | undefined;
  readonly keyHash?: string | undefined;
  readonly userId?: string | undefined;
  readonly teamId?: string | undefined;
  readonly endUser?: string | undefined;
  readonly requestedModel?: string | undefined;
  /** Inclusive. */
  readonly startMs?: number | undefined;
  /** Exclusive. */
  readonly endMs?: number | undefined;
};

export type LogPage = LogFilter & { readonly limit: number; readonly offset?: number | undefined };

/** Newest first. */
export function listRequestLog(database: Database, page: LogPage, scope: LogScope): Promise<readonly ExchangeEvent[]> {
  return select(database, [...scopeTerms(scope), ...filterTerms(page)], page.limit, page.offset ?? 0);
}

/** By id, for who reads all: those that come after it. */
export async function listAfter(database: Database, id: string, limit: number): Promise<readonly ExchangeEvent[]> {
  const sql = `SELECT ${COLUMNS} FROM telemetry_request_log WHERE id > ? ORDER BY id LIMIT ?`;
  return (await database.query(sql, [id, limit])).map(eventOfRow);
}

export async function countRequestLog(database: Database, filter: LogFilter, scope: LogScope): Promise<number> {
  const { where, values } = conditions([...scopeTerms(scope), ...filterTerms(filter)]);
  const rows = await database.query(`SELECT count(*) AS rows FROM telemetry_request_log ${where}`, values);
  return Number(rows[0]?.['rows'] ?? 0);
}

/** What an exchange was charged turned out to be another amount: its row and the sums it is in say what is booked. */
export function setRequestLogAmounts(
  database: DirectDatabase,
  id: string,
  nanoUsd: bigint,
  usage: UsageBooks = openUsageBooks(),
): Promise<void> {
  return database.transaction(async (session) => {
    const lock = database.kind === 'postgres' ? ' FOR UPDATE' : '';
    const [row] = await session.query(
      `SELECT ${COLUMNS} FROM telemetry_request_log WHERE id = ? ORDER BY started_at_ms LIMIT 1${lock}`,
      [id],
    );
    if (row === undefined) return;
    const event = eventOfRow(row);
    const sql = 'UPDATE telemetry_request_log SET cost_nano = ?, charge_nano = ? WHERE id = ?';
    await session.execute(sql, [nanoUsd, nanoUsd, id]);
    if (row['summed'] !== 1) return;
    await usage.correct(session, loggedExchange(event), {
      chargeNanoUsd: nanoUsd - BigInt(event.chargeNanoUsd),
      costNanoUsd: nanoUsd - BigInt(event.costNanoUsd),
    });
  });
}

/** Sums of one UTC day, key, user and model; sandbox rows are left out. */
export type DaySum = {
  /** Start of the day, epoch milliseconds. */
  readonly dayMs: number;
  readonly keyId: string | null;
  readonly keyHash: string | null;
  readonly userId: string | null;
  readonly requestedModel: string | null;
  readonly chargeNanoUsd: bigint;
  readonly costNanoUsd: bigint;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
};

const DAY_MS = 86_400_000;

/** Newest day first. */
export async function sumByDay(database: Database, filter: LogFilter, scope: LogScope): Promise<readonly DaySum[]> {
  const terms = [...scopeTerms(scope), ...filterTerms(filter), { sql: 'sandbox = 0', values: [] }];
  const { where, values } = conditions(terms);
  const rows = await database.query(
    `SELECT started_at_ms / ${DAY_MS} AS day, key_id, key_hash, user_id, requested_model,
       sum(charge_nano) AS charge, sum(cost_nano) AS cost, count(*) AS requests,
       sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens
     FROM telemetry_request_log ${where}
     GROUP BY day, key_id, key_hash, user_id, requested_model
     ORDER BY day DESC, key_id, user_id, requested_model`,
    values,
  );
  return rows.map(readDaySum);
}

/** Nanodollars. `byok`: of it, for calls by a credential of the caller's own or its team's. */
export type SumSince = { readonly charge: bigint; readonly byok: bigint };

/** What each of the keys was charged since each of the moments, in their order; those without a row are left out. */
export async function sumSince(
  database: Database,
  keyIds: readonly string[],
  sinceMs: readonly number[],
): Promise<ReadonlyMap<string, readonly SumSince[]>> {
  if (keyIds.length === 0 || sinceMs.length === 0) return new Map();
  const sums = sinceMs.map(
    (_, index) =>
      `sum(CASE WHEN started_at_ms >= ? THEN charge_nano ELSE 0 END) AS sum_${index}, ` +
      `sum(CASE WHEN started_at_ms >= ? AND byok = 1 THEN charge_nano ELSE 0 END) AS byok_${index}`,
  );
  const rows = await database.query(
    `SELECT key_id, ${sums.join(', ')} FROM telemetry_request_log
     WHERE key_id IN (${keyIds.map(() => '?').join(', ')}) AND started_at_ms >= ? GROUP BY key_id`,
    [...sinceMs.flatMap((ms) => [ms, ms]), ...keyIds, Math.min(...sinceMs)],
  );
  return new Map(
    rows.map((row) => [
      String(row['key_id']),
      sinceMs.map((_, index) => ({ charge: bigintOf(row[`sum_${index}`]), byok: bigintOf(row[`byok_${index}`]) })),
    ]),
  );
}

function readDaySum(row: Row): DaySum {
  return {
    dayMs: Number(row['day']) * DAY_MS,
    keyId: text(row['key_id']),
    keyHash: text(row['key_hash']),
    userId: text(row['user_id']),
    requestedModel: text(row['requested_model']),
    chargeNanoUsd: bigintOf(row['charge']),
    costNanoUsd: bigintOf(row['cost']),
    requests: Number(row['requests']),
    inputTokens: Number(row['input_tokens']),
    outputTokens: Number(row['output_tokens']),
  };
}

type Term = { readonly sql: string; readonly values: readonly SqlValue[] };

function term(sql: string, value: SqlValue): Term {
  return { sql, values: [value] };
}

function scopeTerms(scope: LogScope): readonly Term[] {
  if (scope.kind === 'all') return [];
  const { keyId, userId, teams, organizations, within } = scope;
  const any: readonly Term[] = [
    ...(keyId === null ? [] : [term('key_id = ?', keyId)]),
    ...(userId === null ? [] : [term('user_id = ?', userId)]),
    ...teams.map((id) => term('team_id = ?', id)),
    ...organizations.map((id) => term('organization_id = ?', id)),
  ];
  const values = any.flatMap((each) => each.values);
  const anyOf = any.length === 0 ? '1 = 0' : `(${any.map(({ sql }) => sql).join(' OR ')})`;
  if (within === null) return [{ sql: anyOf, values }];
  const column = within.kind === 'team' ? 'team_id' : 'organization_id';
  return [{ sql: `${anyOf} AND (${column} = ? OR key_id = ?)`, values: [...values, within.id, keyId ?? ''] }];
}

function filterTerms(filter: LogFilter): readonly Term[] {
  const asked: readonly (readonly [string, SqlValue | undefined])[] = [
    ['key_id = ?', filter.keyId],
    ['key_hash = ?', filter.keyHash],
    ['user_id = ?', filter.userId],
    ['team_id = ?', filter.teamId],
    ['end_user = ?', filter.endUser],
    ['requested_model = ?', filter.requestedModel],
    ['started_at_ms >= ?', filter.startMs],
    ['started_at_ms < ?', filter.endMs],
  ];
  return asked.flatMap(([sql, value]) => (value === undefined ? [] : [term(sql, value)]));
}

function conditions(terms: readonly Term[]): { readonly where: string; readonly values: readonly SqlValue[] } {
  if (terms.length === 0) return { where: '', values: [] };
  return { where: `WHERE ${terms.map(({ sql }) => sql).join(' AND ')}`, values: terms.flatMap(({ values }) => values) };
}

const COLUMNS = Object.keys(requestLogInsert.columns).join(', ');

async function select(
  database: Database,
  terms: readonly Term[],
  limit: number,
  offset: number,
  from = 'telemetry_request_log',
): Promise<readonly ExchangeEvent[]> {
  const { where, values } = conditions(terms);
  const rows = await database.query(
    `SELECT ${COLUMNS} FROM ${from} ${where} ORDER BY started_at_ms DESC, id DESC LIMIT ? OFFSET ?`,
    [...values, limit, offset],
  );
  return rows.map(eventOfRow);
}

function text(value: SqlValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
