import type { Database, Statement } from '../../store/index.ts';

export type Identity = { readonly userId: string; readonly claimsAtMs: number };

export async function findIdentity(database: Database, issuer: string, subject: string): Promise<Identity | null> {
  const sql = 'SELECT user_id, claims_at_ms FROM access_identity WHERE issuer = ? AND subject = ?';
  const [row] = await database.query(sql, [issuer, subject]);
  return row === undefined ? null : { userId: String(row['user_id']), claimsAtMs: Number(row['claims_at_ms']) };
}

/** Whose it is already, it stays; what was said of it before what is known stays unheard. */
export async function hasIdentity(database: Database, userId: string): Promise<boolean> {
  return (await database.query('SELECT 1 AS one FROM access_identity WHERE user_id = ? LIMIT 1', [userId])).length > 0;
}

export function keepIdentity(
  { issuer, subject, saidAtMs }: { readonly issuer: string; readonly subject: string; readonly saidAtMs: number },
  userId: string,
  nowMs: number,
): Statement {
  return {
    sql: `INSERT INTO access_identity (issuer, subject, user_id, linked_at_ms, claims_at_ms) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (issuer, subject) DO UPDATE SET claims_at_ms = excluded.claims_at_ms
      WHERE access_identity.user_id = excluded.user_id AND access_identity.claims_at_ms <= excluded.claims_at_ms`,
    values: [issuer, subject, userId, nowMs, saidAtMs],
  };
}

/** For what is taken once only. Changes nothing where it was seen before. */
export function seeOnce(hash: string, untilMs: number): Statement {
  return {
    sql: 'INSERT INTO access_seen (hash, until_ms) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING',
    values: [hash, untilMs],
  };
}

export function forgetSeen(nowMs: number): Statement {
  return { sql: 'DELETE FROM access_seen WHERE until_ms <= ?', values: [nowMs] };
}
