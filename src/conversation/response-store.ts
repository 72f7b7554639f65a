import type { Database, Row } from '../store/index.ts';
import type { StoredResponse } from './stored-response.ts';

const COLUMNS = 'id, tenant, previous_id, deployment, created_at_ms, input, response';

/** The second one with the same id is the same one. */
export async function insertResponse(database: Database, stored: StoredResponse, expiresAtMs: number): Promise<void> {
  const { id, tenant, previousId, deployment, createdAtMs, input, response } = stored;
  await database.write([
    {
      sql: `INSERT INTO conversation_response (${COLUMNS}, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      values: [
        id,
        tenant,
        previousId,
        deployment,
        createdAtMs,
        JSON.stringify(input),
        JSON.stringify(response),
        expiresAtMs,
      ],
    },
  ]);
}

/** The response and those before it, oldest first, `limit` at most; none: it does not exist for this tenant. */
export async function findChain(
  database: Database,
  tenant: string,
  id: string,
  nowMs: number,
  limit: number,
): Promise<readonly StoredResponse[]> {
  const rows = await database.query(
    `WITH RECURSIVE chain AS (
       SELECT ${COLUMNS}, 1 AS place FROM conversation_response WHERE id = ? AND tenant = ? AND expires_at_ms > ?
       UNION ALL
       SELECT ${COLUMNS.split(', ')
         .map((column) => `earlier.${column}`)
         .join(', ')}, chain.place + 1
       FROM chain JOIN conversation_response AS earlier ON earlier.id = chain.previous_id AND earlier.tenant = chain.tenant
       WHERE chain.place < ?)
     SELECT ${COLUMNS} FROM chain ORDER BY place DESC`,
    [id, tenant, nowMs, limit],
  );
  return rows.map(readRow);
}

/** Whether there was one to delete. */
export async function deleteResponse(database: Database, tenant: string, id: string): Promise<boolean> {
  const [result] = await database.write([
    { sql: 'DELETE FROM conversation_response WHERE id = ? AND tenant = ?', values: [id, tenant] },
  ]);
  return (result?.changed ?? 0) > 0;
}

/** How many went. */
export async function deleteExpired(database: Database, nowMs: number): Promise<number> {
  const [result] = await database.write([
    { sql: 'DELETE FROM conversation_response WHERE expires_at_ms <= ?', values: [nowMs] },
  ]);
  return result?.changed ?? 0;
}

function readRow(row: Row): StoredResponse {
  return {
    id: String(row['id']),
    tenant: String(row['tenant']),
    previousId: textOrNull(row['previous_id']),
    deployment: textOrNull(row['deployment']),
    createdAtMs: Number(row['created_at_ms']),
    input: JSON.parse(String(row['input'])) as StoredResponse['input'],
    response: JSON.parse(String(row['response'])) as StoredResponse['response'],
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
