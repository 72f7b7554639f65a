import type { Database, DirectDatabase } from '../store/index.ts';

const DAY_MS = 86_400_000;
/** Days further away than this are a broken clock; their rows go to the partition of last resort. */
const MAX_DAYS_AHEAD = 2;
const MAX_DAYS_BEHIND = 400;
/** Another instance made the same day at the same moment: duplicate table, duplicate key in the system's catalog. */
const MADE_BY_OTHER: ReadonlySet<string | null> = new Set(['42P07', '23505']);

/** A moment of each day that has rows. */
export async function daysOfRequestLog(log: Database): Promise<readonly number[]> {
  const rows = await log.query(`SELECT DISTINCT started_at_ms / ${DAY_MS} AS day FROM telemetry_request_log`);
  return rows.map(({ day }) => Number(day) * DAY_MS);
}

export type PartitionMaker = (startedAtMs: readonly number[], nowMs: number) => Promise<void>;

/**
 * Makes the day partitions that the rows need, and tomorrow's, so that midnight is no event. In a transaction of its
 * own: a day that cannot be made (rows of it are in the last resort already) does not stop the rows.
 */
export function partitionMaker(database: DirectDatabase): PartitionMaker {
  const made = new Set<number>();
  return async (startedAtMs, nowMs) => {
    if (database.kind === 'sqlite') return;
    const today = Math.floor(nowMs / DAY_MS);
    const days = new Set([today, today + 1, ...startedAtMs.map((ms) => Math.floor(ms / DAY_MS))]);
    for (const day of days) {
      if (made.has(day) || day > today + MAX_DAYS_AHEAD || day < today - MAX_DAYS_BEHIND) continue;
      await makeDay(database, day);
      made.add(day);
    }
  };
}

async function makeDay(database: DirectDatabase, day: number): Promise<void> {
  const name = new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const range = `FROM (${day * DAY_MS}) TO (${(day + 1) * DAY_MS})`;
  const known = await database.query('SELECT to_regclass(?) IS NOT NULL AS known', [`telemetry_request_log_${name}`]);
  if (known[0]?.['known']) return;
  try {
    await database.transaction((session) =>
      session.script(
        `CREATE TABLE IF NOT EXISTS telemetry_request_log_${name} PARTITION OF telemetry_request_log FOR VALUES ${range}`,
      ),
    );
  } catch (error) {
    if (isRefused(error)) return;
    throw error;
  }
}

/** 23514: the last resort holds rows of that day. */
function isRefused(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : null;
  return MADE_BY_OTHER.has(code) || code === '23514';
}
