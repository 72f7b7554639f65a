import type { Database, Statement } from '../../store/index.ts';

/** A key of this installation, shut away under the secret key of that fingerprint. */
export type WrappedKey = { readonly name: string; readonly wrapped: string };

export async function readWrappedKeys(database: Database, fingerprint: string): Promise<readonly WrappedKey[]> {
  const sql = 'SELECT name, wrapped FROM access_wrapped_key WHERE fingerprint = ? ORDER BY name';
  const rows = await database.query(sql, [fingerprint]);
  return rows.map((row) => ({ name: String(row['name']), wrapped: String(row['wrapped']) }));
}

/** Of all secret keys that open this installation now: one, or two while it is being exchanged. */
export async function readFingerprints(database: Database): Promise<readonly string[]> {
  const rows = await database.query('SELECT DISTINCT fingerprint FROM access_wrapped_key ORDER BY fingerprint');
  return rows.map((row) => String(row['fingerprint']));
}

/** The first one of a name stays. */
export function keepWrappedKey(fingerprint: string, { name, wrapped }: WrappedKey, nowMs: number): Statement {
  return {
    sql: `INSERT INTO access_wrapped_key (fingerprint, name, wrapped, made_at_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (fingerprint, name) DO NOTHING`,
    values: [fingerprint, name, wrapped, nowMs],
  };
}

export function dropAllBut(fingerprint: string): Statement {
  return { sql: 'DELETE FROM access_wrapped_key WHERE fingerprint <> ?', values: [fingerprint] };
}
