import type { Database, Row, SqlValue, Statement } from '../../store/index.ts';
import { type AuditEntry, type ChainEnd, FIRST_HASH, hashOf } from './audit-entry.ts';

const COLUMNS =
  'seq, at_ms, actor, changed_by, ip, action, kind, target, before_value, after_value, previous_hash, hash';

export async function readChainEnd(database: Pick<Database, 'query'>): Promise<ChainEnd> {
  const [row] = await database.query('SELECT seq, hash FROM telemetry_audit ORDER BY seq DESC LIMIT 1');
  return row === undefined ? { seq: 0, hash: FIRST_HASH } : { seq: Number(row['seq']), hash: String(row['hash']) };
}

/** Something that a row may depend on, as SQL. */
export type Condition = { readonly sql: string; readonly values: readonly SqlValue[] };

export function auditInsert(entry: AuditEntry, when: Condition | null, kind: Database['kind']): Statement {
  const values: readonly SqlValue[] = [
    entry.seq,
    entry.atMs,
    entry.actor,
    entry.changedBy,
    entry.ip,
    entry.action,
    entry.kind,
    entry.target,
    entry.before,
    entry.after,
    entry.previousHash,
    entry.hash,
  ];
  // Postgres takes a value of a SELECT for text unless it is told.
  const places = values.map((_, index) => (index < 2 && kind === 'postgres' ? '?::bigint' : '?')).join(', ');
  const sql = `INSERT INTO telemetry_audit (${COLUMNS}) SELECT ${places} WHERE ${when?.sql ?? '1 = 1'}`;
  return { sql, values: [...values, ...(when?.values ?? [])] };
}

export type AuditFilter = {
  readonly seq?: number | undefined;
  readonly actor?: string | undefined;
  readonly changedBy?: string | undefined;
  /** Either of the two. */
  readonly who?: string | undefined;
  /** Part of what it is about, of who it was or of what was done. */
  readonly text?: string | undefined;
  /** Entries that are older than this one. */
  readonly beforeSeq?: number | undefined;
  /** The last part of the action: `change`. */
  readonly verb?: string | undefined;
  readonly kind?: string | undefined;
  readonly target?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
};

export type AuditPage = { readonly entries: readonly AuditEntry[]; readonly total: number };

/** Newest first. `page` counts from 1. */
export async function listAudit(
  database: Database,
  filter: AuditFilter,
  { page, size }: { readonly page: number; readonly size: number },
): Promise<AuditPage> {
  const like = filter.text === undefined ? undefined : `%${filter.text.toLowerCase().replaceAll(/[%_~]/g, '~$&')}%`;
  const asked: readonly (readonly [string, SqlValue | undefined])[] = [
    ['seq = ?', filter.seq],
    ['seq < ?', filter.beforeSeq],
    ['(actor = ? OR changed_by = ?)', filter.who],
    [`lower(target || ' ' || actor || ' ' || coalesce(changed_by, '') || ' ' || action) LIKE ? ESCAPE '~'`, like],
    ['actor = ?', filter.actor],
    ['changed_by = ?', filter.changedBy],
    ['action LIKE ?', filter.verb === undefined ? undefined : `%.${filter.verb}`],
    ['kind = ?', filter.kind],
    ['target = ?', filter.target],
    ['at_ms >= ?', filter.fromMs],
    ['at_ms < ?', filter.toMs],
  ];
  const terms = asked.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  const where = ['1 = 1', ...terms.map(({ sql }) => sql)].join(' AND ');
  const values = terms.flatMap(({ sql, value }) => Array.from(sql.matchAll(/\?/g), () => value));
  const counted = await database.query(`SELECT count(*) AS total FROM telemetry_audit WHERE ${where}`, values);
  const rows = await database.query(
    `SELECT ${COLUMNS} FROM telemetry_audit WHERE ${where} ORDER BY seq DESC LIMIT ? OFFSET ?`,
    [...values, size, (page - 1) * size],
  );
  return { entries: rows.map(entryInRow), total: Number(counted[0]?.['total'] ?? 0) };
}

export type AuditVerdict = {
  readonly entries: number;
  /** Of the last entry: whoever wrote it down elsewhere can tell whether the end was cut off. */
  readonly hash: string;
  /** The first entry that is not as it was written, or whose predecessor is gone; null: all are. */
  readonly brokenAt: number | null;
};

const ENTRIES_PER_PAGE = 1_000;

/** Reads the whole chain. */
export async function verifyAudit(database: Database): Promise<AuditVerdict> {
  let end: ChainEnd = { seq: 0, hash: FIRST_HASH };
  for (;;) {
    const rows = await database.query(`SELECT ${COLUMNS} FROM telemetry_audit WHERE seq > ? ORDER BY seq LIMIT ?`, [
      end.seq,
      ENTRIES_PER_PAGE,
    ]);
    for (const entry of rows.map(entryInRow)) {
      const follows = entry.seq === end.seq + 1 && entry.previousHash === end.hash;
      if (!follows || hashOf(entry) !== entry.hash) {
        return { entries: end.seq, hash: end.hash, brokenAt: end.seq + 1 };
      }
      end = entry;
    }
    if (rows.length < ENTRIES_PER_PAGE) return { entries: end.seq, hash: end.hash, brokenAt: null };
  }
}

function entryInRow(row: Row): AuditEntry {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  return {
    seq: Number(row['seq']),
    atMs: Number(row['at_ms']),
    actor: String(row['actor']),
    changedBy: text('changed_by'),
    ip: text('ip'),
    action: String(row['action']),
    kind: String(row['kind']),
    target: String(row['target']),
    before: text('before_value'),
    after: text('after_value'),
    previousHash: String(row['previous_hash']),
    hash: String(row['hash']),
  };
}
