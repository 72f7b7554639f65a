import type { Database, Statement } from './database.ts';

/**
 * Writes a fact about this installation (the fingerprint of its secret key) unless it is there already, and answers
 * what the database then says: the first value wins.
 */
export async function keepFact(database: Database, name: string, value: string): Promise<string> {
  const results = await database.write([
    { sql: 'INSERT INTO store_fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING', values: [name, value] },
    { sql: 'SELECT value FROM store_fact WHERE name = ?', values: [name] },
  ]);
  return String(results[1]?.rows[0]?.['value']);
}

/** Such a fact is another from now on. */
export function factIs(name: string, value: string): Statement {
  return { sql: 'UPDATE store_fact SET value = ? WHERE name = ?', values: [value, name] };
}
