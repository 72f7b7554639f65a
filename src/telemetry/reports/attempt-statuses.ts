import type { Database, SqlValue } from '../../store/index.ts';
import { ROWS_OF_NUMBERED_PAGES } from './log-search.ts';

/** How many attempts at a deployment an upstream answered with one status on one day (UTC). */
export type AttemptStatuses = { readonly deployment: string; readonly atMs: number; readonly attempts: number };

const DAY_MS = 86_400_000;

/**
 * Attempts are not summed: those of the newest 100,000 calls of the time are read, of which few have the status. Play
 * money of the sandbox is left out.
 */
export async function countAttemptsOfStatus(
  database: Database,
  asked: { readonly fromMs: number; readonly toMs: number; readonly model: string; readonly status: number },
): Promise<readonly AttemptStatuses[]> {
  const { attempts, deployment, status } = JSON_OF[database.kind];
  const values: readonly SqlValue[] = [asked.fromMs, asked.toMs, `%"status":${asked.status}%`, asked.model];
  const rows = await database.query(
    `SELECT ${deployment} AS deployment, seen.started_at_ms / ${DAY_MS} AS day, count(*) AS attempts
     FROM (SELECT * FROM (
         SELECT started_at_ms, requested_model, sandbox, event FROM telemetry_request_log
         WHERE started_at_ms >= ? AND started_at_ms < ? ORDER BY started_at_ms DESC LIMIT ${ROWS_OF_NUMBERED_PAGES}
       ) AS newest WHERE event LIKE ? AND requested_model = ? AND sandbox = 0) AS seen
     CROSS JOIN ${attempts} AS attempt
     WHERE ${status} = ? GROUP BY 1, 2 ORDER BY 1, 2`,
    [...values, asked.status],
  );
  return rows.map((row) => ({
    deployment: String(row['deployment']),
    atMs: Number(row['day']) * DAY_MS,
    attempts: Number(row['attempts']),
  }));
}

/** Both stores keep the event as text. */
const JSON_OF = {
  sqlite: {
    attempts: "json_each(seen.event, '$.attempts')",
    deployment: "attempt.value ->> 'deployment'",
    status: "attempt.value ->> 'status'",
  },
  postgres: {
    attempts: "json_array_elements(seen.event::json -> 'attempts')",
    deployment: "attempt.value ->> 'deployment'",
    status: "(attempt.value ->> 'status')::integer",
  },
} as const satisfies Record<Database['kind'], unknown>;
