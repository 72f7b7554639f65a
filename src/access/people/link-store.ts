import type { Database, Row, Statement } from '../../store/index.ts';
import type { InvitationBounds, Link, LinkPurpose } from './link.ts';

const COLUMNS =
  'id, purpose, user_id, created_at_ms, created_by, updated_at_ms, updated_by, expires_at_ms, used_at_ms, bounds';

export async function findLink(
  database: Database,
  by: { readonly hash: string } | { readonly id: string },
): Promise<Link | null> {
  const [column, value] = 'hash' in by ? ['hash', by.hash] : ['id', by.id];
  const [row] = await database.query(`SELECT ${COLUMNS} FROM access_link WHERE ${column} = ?`, [value]);
  return row === undefined ? null : linkInRow(row);
}

/** Newest first. */
export async function listLinks(
  database: Database,
  { purpose, userId }: { readonly purpose: LinkPurpose; readonly userId: string | null },
  limit: number,
): Promise<readonly Link[]> {
  const rows = await database.query(
    `SELECT ${COLUMNS} FROM access_link WHERE purpose = ? ${userId === null ? '' : 'AND user_id = ?'}
      ORDER BY created_at_ms DESC, id LIMIT ?`,
    [purpose, ...(userId === null ? [] : [userId]), limit],
  );
  return rows.map(linkInRow);
}

export function insertLink(link: Link, hash: string): Statement {
  const values = [
    link.id,
    link.purpose,
    link.userId,
    link.createdAtMs,
    link.createdBy,
    link.updatedAtMs,
    link.updatedBy,
    link.expiresAtMs,
    link.usedAtMs,
    link.bounds === null ? null : JSON.stringify(link.bounds),
    hash,
  ];
  return {
    sql: `INSERT INTO access_link (${COLUMNS}, hash) VALUES (${values.map(() => '?').join(', ')})`,
    values,
  };
}

const IS_ADMINISTRATOR = "kind = 'user' AND role = 'proxy_admin' AND deleted_at_ms IS NULL";

/** Changes nothing where it was used, is too old, or would make a first administrator where there is one. */
export function useLink(hash: string, nowMs: number): Statement {
  return {
    sql: `UPDATE access_link SET used_at_ms = ?, updated_at_ms = ?
      WHERE hash = ? AND used_at_ms IS NULL AND expires_at_ms > ?
      AND (purpose <> 'setup' OR NOT EXISTS (SELECT 1 FROM access_party WHERE ${IS_ADMINISTRATOR}))`,
    values: [nowMs, nowMs, hash, nowMs],
  };
}

export function closeLink(id: string, by: string, nowMs: number): Statement {
  return {
    sql: 'UPDATE access_link SET used_at_ms = ?, updated_at_ms = ?, updated_by = ? WHERE id = ? AND used_at_ms IS NULL',
    values: [nowMs, nowMs, by, id],
  };
}

export function dropLink(id: string): Statement {
  return { sql: 'DELETE FROM access_link WHERE id = ?', values: [id] };
}

/** Those that nobody can open any more and nobody is told of: links to set up, and what is long over. */
export function dropOldLinks(nowMs: number, keptMs: number): Statement {
  return {
    sql: "DELETE FROM access_link WHERE expires_at_ms <= ? OR (purpose <> 'invitation' AND expires_at_ms <= ?)",
    values: [nowMs - keptMs, nowMs],
  };
}

export async function hasAdministrator(database: Database): Promise<boolean> {
  const rows = await database.query(`SELECT id FROM access_party WHERE ${IS_ADMINISTRATOR} LIMIT 1`);
  return rows.length > 0;
}

function linkInRow(row: Row): Link {
  return {
    id: String(row['id']),
    purpose: String(row['purpose']) as LinkPurpose,
    userId: typeof row['user_id'] === 'string' ? row['user_id'] : null,
    createdAtMs: Number(row['created_at_ms']),
    createdBy: String(row['created_by']),
    updatedAtMs: Number(row['updated_at_ms']),
    updatedBy: String(row['updated_by']),
    expiresAtMs: Number(row['expires_at_ms']),
    usedAtMs: row['used_at_ms'] === null ? null : Number(row['used_at_ms']),
    bounds: typeof row['bounds'] === 'string' ? (JSON.parse(row['bounds']) as InvitationBounds) : null,
  };
}
