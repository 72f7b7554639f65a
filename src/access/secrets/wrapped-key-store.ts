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

/** Of the secret key that opens this installation since last. */
export async function readNewestFingerprint(database: Database): Promise<string | null> {
  const sql = `SELECT fingerprint FROM access_wrapped_key WHERE name = 'pepper' ORDER BY made_at_ms DESC LIMIT 1`;
  const [row] = await database.query(sql);
  return row === undefined ? null : String(row['fingerprint']);
}

/** When the keys under a secret key were wrapped first. */
export async function wrappedAtMs(database: Database, fingerprint: string): Promise<number> {
  const sql = 'SELECT min(made_at_ms) AS made FROM access_wrapped_key WHERE fingerprint = ?';
  const [row] = await database.query(sql, [fingerprint]);
  return Number(row?.['made'] ?? 0);
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
