import type { Database, Statement } from '../../store/index.ts';

/** As it is stored; null: the user has none. */
export async function readPassword(database: Database, userId: string): Promise<string | null> {
  const [row] = await database.query('SELECT hash FROM access_password WHERE user_id = ?', [userId]);
  return row === undefined ? null : String(row['hash']);
}

export function keepPassword(userId: string, hash: string, nowMs: number): Statement {
  return {
    sql: `INSERT INTO access_password (user_id, hash, changed_at_ms) VALUES (?, ?, ?)
      ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at_ms = excluded.changed_at_ms`,
    values: [userId, hash, nowMs],
  };
}

/** Whether anybody has one: without, nobody can sign in with one. */
export async function hasPasswords(database: Database): Promise<boolean> {
  const rows = await database.query('SELECT user_id FROM access_password LIMIT 1');
  return rows.length > 0;
}
