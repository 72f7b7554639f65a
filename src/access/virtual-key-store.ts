import type { Database, SqlValue, Statement } from '../store/index.ts';
import type { VirtualKey } from './virtual-key.ts';
import { packedRow, unpackKey } from './virtual-key-row.ts';

/** A row of a key's, packed: see virtual-key-row.ts. */
export type KeyRow = {
  readonly hash: string;
  readonly change: KeyChange;
  readonly revoked: boolean;
  readonly packed: string;
};

/** A place in the order of changes; several keys may change by one number. */
export type KeyChange = { readonly seq: number; readonly id: string };

/** Rows that changed after `after`, in the order of their changes, at most `limit`. */
export async function readChangedKeys(database: Database, after: KeyChange, limit: number): Promise<readonly KeyRow[]> {
  const rows = await database.query(
    `SELECT id, hash, changed_seq, revoked_at_ms, ${packedRow(database.kind)} AS packed FROM access_virtual_key
     WHERE (changed_seq, id) > (?, ?) ORDER BY changed_seq, id LIMIT ?`,
    [after.seq, after.id, limit],
  );
  return rows.map((row) => ({
    hash: String(row['hash']),
    change: { seq: Number(row['changed_seq']), id: String(row['id']) },
    revoked: row['revoked_at_ms'] !== null,
    packed: String(row['packed']),
  }));
}

export type PackedPage = { readonly lines: string; readonly lastId: string | null };

/** All keys in use, a page at a time: one text of packed rows, one to a line, and where the next page begins. */
export async function readPackedPage(database: Database, afterId: string, limit: number): Promise<PackedPage> {
  const together = database.kind === 'sqlite' ? 'group_concat(packed, char(10))' : 'string_agg(packed, chr(10))';
  // Chosen first and packed then: Postgres would otherwise pack all keys for each page, and sort them afterwards.
  const rows = await database.query(
    `SELECT ${together} AS lines, max(id) AS last_id FROM (
       SELECT id, ${packedRow(database.kind)} AS packed FROM (
         SELECT * FROM access_virtual_key WHERE id > ? AND revoked_at_ms IS NULL ORDER BY id LIMIT ?) AS chosen) AS page`,
    [afterId, limit],
  );
  const lastId = rows[0]?.['last_id'];
  return { lines: String(rows[0]?.['lines'] ?? ''), lastId: typeof lastId === 'string' ? lastId : null };
}

export async function readChangeSeq(database: Database): Promise<number> {
  const rows = await database.query('SELECT seq FROM access_change WHERE one = 1');
  return Number(rows[0]?.['seq'] ?? 0);
}

export function findKeyByHash(database: Database, hash: string): Promise<VirtualKey | null> {
  return findOne(database, 'hash', hash);
}

export function findKeyById(database: Database, id: string): Promise<VirtualKey | null> {
  return findOne(database, 'id', id);
}

export function findKeyByAlias(database: Database, alias: string): Promise<VirtualKey | null> {
  return findOne(database, 'alias', alias);
}

/** In use only: a key that was brought along, and an alias, are free again when their key is revoked. */ async function findOne(
  database: Database,
  column: 'hash' | 'id' | 'alias',
  value: string,
): Promise<VirtualKey | null> {
  const packed = packedRow(database.kind);
  const rows = await database.query(
    `SELECT ${packed} AS packed FROM access_virtual_key WHERE ${column} = ? AND revoked_at_ms IS NULL`,
    [value],
  );
  return rows[0] === undefined ? null : unpackKey(String(rows[0]['packed']));
}

/** Raises the change counter first: its row stays locked until the commit, so commits come in the counter's order. */
const RAISE: Statement = { sql: 'UPDATE access_change SET seq = seq + 1 WHERE one = 1', values: [] };
const RAISED = '(SELECT seq FROM access_change WHERE one = 1)';

/** False: the id, the hash or the alias is taken, and nothing was written. */
export async function insertKey(database: Database, key: VirtualKey): Promise<boolean> {
  const values: readonly SqlValue[] = [
    key.id,
    key.hash,
    key.hint,
    key.caller.keyAlias,
    key.caller.userId,
    key.caller.teamId,
    JSON.stringify(key.caller.models),
    JSON.stringify(key.metadata),
    key.maxBudgetNanoUsd,
    key.rpmLimit,
    key.expiresAtMs,
    key.blocked ? 1 : 0,
    key.createdAtMs,
    key.createdBy,
    JSON.stringify(key.caller.aliases),
    JSON.stringify(key.terms),
    key.caller.organizationId,
    key.caller.projectId,
  ];
  const sql = `INSERT INTO access_virtual_key (id, hash, hint, alias, user_id, team_id, models, metadata, max_budget_nano,
      rpm_limit, expires_at_ms, blocked, created_at_ms, created_by, aliases, terms, organization_id, project_id,
      revoked_at_ms, changed_seq)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ${RAISED}) ON CONFLICT DO NOTHING`;
  const results = await database.write([RAISE, { sql, values }]);
  return results[1]?.changed === 1;
}

/** Answers the ids of those that were in use until now. */
export async function revokeKeysById(
  database: Database,
  ids: readonly string[],
  nowMs: number,
): Promise<readonly string[]> {
  const sql = `UPDATE access_virtual_key SET revoked_at_ms = ?, changed_seq = ${RAISED} WHERE id = ? AND revoked_at_ms IS NULL`;
  const results = await database.write([RAISE, ...ids.map((id) => ({ sql, values: [nowMs, id] }))]);
  return ids.filter((_, index) => results[index + 1]?.changed === 1);
}

export async function setKeyBlocked(database: Database, id: string, blocked: boolean): Promise<boolean> {
  const sql = `UPDATE access_virtual_key SET blocked = ?, changed_seq = ${RAISED} WHERE id = ? AND revoked_at_ms IS NULL`;
  const results = await database.write([RAISE, { sql, values: [blocked ? 1 : 0, id] }]);
  return results[1]?.changed === 1;
}

/** What of a key may be changed; what is undefined stays. */
export type KeyColumns = {
  readonly alias?: string | null | undefined;
  readonly user_id?: string | null | undefined;
  readonly team_id?: string | null | undefined;
  readonly organization_id?: string | null | undefined;
  readonly project_id?: string | null | undefined;
  readonly models?: string | undefined;
  readonly aliases?: string | undefined;
  readonly metadata?: string | undefined;
  readonly max_budget_nano?: bigint | null | undefined;
  readonly rpm_limit?: number | null | undefined;
  readonly expires_at_ms?: number | null | undefined;
  readonly blocked?: number | undefined;
  readonly terms?: string | undefined;
};

/** False: the key is not in use, its alias is taken, or its terms are no longer `termsBefore`; nothing was written. */
export async function updateKey(
  database: Database,
  id: string,
  columns: KeyColumns,
  termsBefore: string,
): Promise<boolean> {
  const changes = Object.entries(columns as Readonly<Record<string, SqlValue | undefined>>).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  const alias = columns.alias ?? null;
  const sql = `UPDATE access_virtual_key SET ${changes.map(({ name }) => `${name} = ?, `).join('')}changed_seq = ${RAISED}
    WHERE id = ? AND revoked_at_ms IS NULL AND terms = ?
    AND NOT EXISTS (SELECT 1 FROM access_virtual_key AS other WHERE other.alias = ? AND other.revoked_at_ms IS NULL AND other.id <> ?)`;
  const values = [...changes.map(({ value }) => value), id, termsBefore, alias, id];
  const results = await database.write([RAISE, { sql, values }]);
  return results[1]?.changed === 1;
}

export type KeyFilter = {
  readonly userId?: string | undefined;
  readonly teamId?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly alias?: string | undefined;
  readonly hash?: string | undefined;
};

export type KeyPage = { readonly keys: readonly VirtualKey[]; readonly total: number };

/** Keys in use, newest first. `page` counts from 1. */
export async function listKeyPage(database: Database, filter: KeyFilter, page: number, size: number): Promise<KeyPage> {
  const asked: readonly (readonly [string, string | undefined])[] = [
    ['user_id = ?', filter.userId],
    ['team_id = ?', filter.teamId],
    ['organization_id = ?', filter.organizationId],
    ['project_id = ?', filter.projectId],
    ['alias = ?', filter.alias],
    ['hash = ?', filter.hash],
  ];
  const terms = asked.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
  const where = ['revoked_at_ms IS NULL', ...terms.map(({ sql }) => sql)].join(' AND ');
  const values = terms.map(({ value }) => value);
  const counted = await database.query(`SELECT count(*) AS total FROM access_virtual_key WHERE ${where}`, values);
  const rows = await database.query(
    `SELECT ${packedRow(database.kind)} AS packed FROM access_virtual_key WHERE ${where}
     ORDER BY created_at_ms DESC, id DESC LIMIT ? OFFSET ?`,
    [...values, size, (page - 1) * size],
  );
  return { keys: rows.map((row) => unpackKey(String(row['packed']))), total: Number(counted[0]?.['total'] ?? 0) };
}
