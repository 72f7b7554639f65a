import type { Database } from '../database.ts';
import { type Counters, LIVE_MS, PRESSED_MS, type ShareRoundAnswer } from './counters.ts';

const SWEEP_EVERY_MS = 60_000;
const FORGOTTEN_AFTER_MS = 86_400_000;
const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** What nothing counts of any more, of processes that are no more. */
const SWEEP = [
  `DELETE FROM store_share AS s USING store_process AS p WHERE p.process = s.process
     AND (p.has_left OR p.heard_at_ms < ${NOW} - ${LIVE_MS})
     AND store_share_weight(s.cap, s.window_ms, FALSE, p.heard_at_ms, ${NOW}) = 0`,
  `DELETE FROM store_process WHERE heard_at_ms < ${NOW} - ${FORGOTTEN_AFTER_MS}`,
  'DELETE FROM store_share AS s WHERE NOT EXISTS (SELECT 1 FROM store_process AS p WHERE p.process = s.process)',
];

/** For instances on one Postgres; every process by its own connections. */
export function openPostgresCounters(database: Database): Counters {
  let sweptMs = 0;
  return {
    kind: 'postgres',
    exchange: async ({ process, op, asks }) => {
      const [row] = await database.query('SELECT store_share_round(?, ?, ?, ?, ?) AS answer', [
        process,
        op,
        JSON.stringify(asks),
        LIVE_MS,
        PRESSED_MS,
      ]);
      const answer = JSON.parse(String(row?.['answer'])) as ShareRoundAnswer;
      if (Math.abs(answer.nowMs - sweptMs) >= SWEEP_EVERY_MS) {
        sweptMs = answer.nowMs;
        await database.write(SWEEP.map((sql) => ({ sql, values: [] })));
      }
      return answer;
    },
    leave: async (process) => {
      await database.write([{ sql: 'UPDATE store_process SET has_left = TRUE WHERE process = ?', values: [process] }]);
    },
    // The database is its owner's to close.
    close: async () => undefined,
  };
}
