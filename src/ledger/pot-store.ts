import type { NanoUsd } from '../std/index.ts';
import { bigintOf, type Database, type DirectDatabase } from '../store/index.ts';
import { NOW_MS } from './lease-store.ts';

/** What has been posted to one pot by all. */
export async function readPot(database: Database, pot: string): Promise<NanoUsd> {
  const rows = await database.query('SELECT posted FROM ledger_pot WHERE pot = ?', [pot]);
  return bigintOf(rows[0]?.['posted']);
}

/** What has been posted to each of the pots by all; those that nothing was posted to are left out. */
export async function readPots(database: Database, pots: readonly string[]): Promise<ReadonlyMap<string, NanoUsd>> {
  const posted = new Map<string, NanoUsd>();
  for (let start = 0; start < pots.length; start += MOST_AT_ONCE) {
    const some = pots.slice(start, start + MOST_AT_ONCE);
    const size = LIST_SIZES.find((each) => each >= some.length) ?? some.length;
    const padded = [...some, ...Array<null>(size - some.length).fill(null)];
    const places = padded.map(() => '?').join(', ');
    const rows = await database.query(`SELECT pot, posted FROM ledger_pot WHERE pot IN (${places})`, padded);
    for (const row of rows) posted.set(String(row['pot']), bigintOf(row['posted']));
  }
  return posted;
}

/** Lengths of lists that there are statements for. */
const LIST_SIZES = [1, 10, 100, 1_000] as const;
const MOST_AT_ONCE = 1_000;

/**
 * The names of the pots of all time that begin so, the one with the most in front. A window's pot has a slash in its name,
 * and so has that of one model.
 */
export async function rankPots(database: Database, prefix: string, limit: number): Promise<readonly string[]> {
  const rows = await database.query(
    `SELECT pot FROM ledger_pot WHERE pot LIKE ? AND pot NOT LIKE '%/%' AND posted > 0
     ORDER BY posted DESC, pot LIMIT ?`,
    [`${prefix}%`, limit],
  );
  return rows.map((row) => String(row['pot']));
}

/** What has been posted by all to each pot that has a limit and has not ended. */
export async function loadPots(database: Database): Promise<Map<string, NanoUsd>> {
  const rows = await database.query(
    `SELECT pot, posted FROM ledger_pot WHERE limit_nano IS NOT NULL AND coalesce(ends_at_ms > ${NOW_MS[database.kind]}, true)`,
  );
  return new Map(rows.map((row) => [String(row['pot']), bigintOf(row['posted'])]));
}

/** What is known of a budget's window stays for so long after its end. Sums of days are the request log's to tell. */
export const KEPT_AFTER_END_MS = 35 * 86_400_000;
const REMOVED_AT_ONCE = 5_000;

/** Pots that ended long ago, and leases on them of which nothing is out. Answers how many pots went. */
export async function removeEndedPots(database: DirectDatabase): Promise<number> {
  const longAgo = `SELECT pot FROM ledger_pot WHERE ends_at_ms + ${KEPT_AFTER_END_MS} < ${NOW_MS[database.kind]} AND leased = 0 ORDER BY pot LIMIT ${REMOVED_AT_ONCE}`;
  return database.transaction(async (session) => {
    const lock = database.kind === 'postgres' ? ' FOR UPDATE SKIP LOCKED' : '';
    const pots = (await session.query(longAgo + lock)).map((row) => String(row['pot']));
    for (const pot of pots) {
      await session.execute('DELETE FROM ledger_lease WHERE pot = ?', [pot]);
      await session.execute('DELETE FROM ledger_pot WHERE pot = ?', [pot]);
    }
    return pots.length;
  });
}
