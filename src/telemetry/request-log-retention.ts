import type { Clock } from '../std/index.ts';
import type { DirectDatabase } from '../store/index.ts';

const DAY_MS = 86_400_000;
/** So many rows leave at once: some 10 ms, in which the journal waits. */
const ROWS_AT_ONCE = 500;
/** Who reads the log must not wait behind a day that cannot be let go of yet: the next round has another try. */
const LOCK_TIMEOUT_MS = 2_000;
const EVERY_MS = 3_600_000;
/** Between two lots: the journal goes first. */
const PAUSE_MS = 50;
const DAY_PARTITION = /^telemetry_request_log_(\d{4})(\d\d)(\d\d)$/;

export type Retention = { readonly start: () => void; readonly stop: () => Promise<void> };

/** How long rows are kept; null: for ever. */
export type Retained = {
  readonly requestLogKeptMs: number | null;
  /** What requests and answers said, and no longer than the rows of their calls. */
  readonly promptsKeptMs: number | null;
};

/** Lets old rows of the request log go, now and every hour. What fails is told, and tried again an hour later. */
export function openRetention(
  log: DirectDatabase,
  { requestLogKeptMs, promptsKeptMs }: Retained,
  clock: Clock,
  onFailure: (error: Error) => void,
): Retention {
  const contentsKeptMs = Math.min(
    requestLogKeptMs ?? Number.POSITIVE_INFINITY,
    promptsKeptMs ?? Number.POSITIVE_INFINITY,
  );
  if (contentsKeptMs === Number.POSITIVE_INFINITY) return { start: () => undefined, stop: async () => undefined };
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  const next = (afterMs: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = lot();
    }, afterMs).unref();
  };
  const lot = async (): Promise<void> => {
    try {
      const nowMs = clock.nowMs();
      const more = [
        // First what they said: nothing of it outlives its call.
        await removeOldContents(log, nowMs - contentsKeptMs),
        requestLogKeptMs !== null && (await removeOldRequests(log, nowMs - requestLogKeptMs)),
      ];
      next(more.includes(true) ? PAUSE_MS : EVERY_MS);
    } catch (error) {
      onFailure(error instanceof Error ? error : new Error(String(error)));
      next(EVERY_MS);
    }
  };
  return {
    start: () => next(0),
    stop: async () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

/**
 * Removes some rows of calls that began before that moment, or on Postgres the days that lie wholly before it. Answers
 * whether there may be more. The newest day that it touches on Postgres stays whole until it is over.
 */
export async function removeOldRequests(log: DirectDatabase, beforeMs: number): Promise<boolean> {
  if (log.kind === 'sqlite') return removeRows(log, 'telemetry_request_log', 'rowid', beforeMs);
  for (const day of await daysBefore(log, beforeMs)) {
    await log.transaction(async (session) => {
      await session.script(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
      await session.script(`DROP TABLE IF EXISTS ${day}`);
    });
  }
  return removeRows(log, 'telemetry_request_log_other', 'ctid', beforeMs);
}

/** The same for what calls said. */
export function removeOldContents(log: DirectDatabase, beforeMs: number): Promise<boolean> {
  return removeRows(log, 'telemetry_content', log.kind === 'sqlite' ? 'rowid' : 'ctid', beforeMs);
}

/** The partitions that hold nothing younger. */
async function daysBefore(log: DirectDatabase, beforeMs: number): Promise<readonly string[]> {
  const rows = await log.query(
    "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'telemetry_request_log'::regclass",
  );
  return rows.flatMap(({ name }) => {
    const [, year, month, day] = DAY_PARTITION.exec(String(name)) ?? [];
    const endMs = Date.parse(`${year}-${month}-${day}T00:00:00Z`) + DAY_MS;
    return endMs <= beforeMs ? [String(name)] : [];
  });
}

async function removeRows(log: DirectDatabase, table: string, row: string, beforeMs: number): Promise<boolean> {
  const sql = `DELETE FROM ${table} WHERE ${row} IN (SELECT ${row} FROM ${table} WHERE started_at_ms < ? LIMIT ${ROWS_AT_ONCE})`;
  const [result] = await log.write([{ sql, values: [beforeMs] }]);
  return result?.changed === ROWS_AT_ONCE;
}
