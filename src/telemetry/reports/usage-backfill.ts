import type { DirectDatabase, Session } from '../../store/index.ts';
import type { ExchangeEvent } from '../event.ts';
import { eventOfRow } from '../request-log-event.ts';
import { columnOf, loggedExchange } from '../request-log-row.ts';
import type { UsageBooks } from './usage-store.ts';

/** Some 50 ms of work: whatever else wants to write waits no longer. */
const ROWS_PER_STEP = 500;

/**
 * Brings rows that were there before the sums into them, some at a time, each once: a row says whether it is in them,
 * and says so in the transaction that adds it. Answers false when there are none left.
 */
export function backfillUsage(log: DirectDatabase, usage: UsageBooks): Promise<boolean> {
  return log.transaction(async (session) => {
    const lock = log.kind === 'postgres' ? ' FOR UPDATE' : '';
    const [state] = await session.query(`SELECT after_id, done FROM telemetry_usage_backfill WHERE single = 1${lock}`);
    if (state === undefined || state['done'] === 1) return false;
    const rows = await session.query(
      `SELECT * FROM telemetry_request_log WHERE id > ? ORDER BY id LIMIT ${ROWS_PER_STEP}${lock}`,
      [state['after_id'] ?? ''],
    );
    const events = rows.filter((row) => row['summed'] === null).map(eventOfRow);
    for (const event of events) await markSummed(session, event);
    await usage.add(session, events.map(loggedExchange));
    const isDone = rows.length < ROWS_PER_STEP;
    await session.execute('UPDATE telemetry_usage_backfill SET after_id = ?, done = ? WHERE single = 1', [
      rows.at(-1)?.['id'] ?? state['after_id'] ?? '',
      isDone ? 1 : 0,
    ]);
    return !isDone;
  });
}

async function markSummed(session: Session, event: ExchangeEvent): Promise<void> {
  const logged = loggedExchange(event);
  await session.execute(
    `UPDATE telemetry_request_log
     SET summed = 1, error_code = ?, session_id = ?, cache_read_tokens = ?, cache_write_tokens = ?
     WHERE id = ? AND started_at_ms = ?`,
    [
      columnOf(logged, 'error_code'),
      columnOf(logged, 'session_id'),
      columnOf(logged, 'cache_read_tokens'),
      columnOf(logged, 'cache_write_tokens'),
      columnOf(logged, 'id'),
      columnOf(logged, 'started_at_ms'),
    ],
  );
}
