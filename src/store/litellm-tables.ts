import type { Database } from './database.ts';

/** Whether a LiteLLM installation lives in the same Postgres database. */
export async function hasLitellmTables(database: Database): Promise<boolean> {
  if (database.kind === 'sqlite') return false;
  const rows = await database.query(
    "SELECT 1 AS found FROM pg_catalog.pg_tables WHERE schemaname = 'public' AND tablename LIKE 'LiteLLM!_%' ESCAPE '!' LIMIT 1",
  );
  return rows.length > 0;
}
