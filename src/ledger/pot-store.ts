import type { NanoUsd } from '../std/index.ts';
import { bigintOf, type Database } from '../store/index.ts';

/** What has been posted to one pot by all. */
export async function readPot(database: Database, pot: string): Promise<NanoUsd> {
  const rows = await database.query('SELECT posted FROM ledger_pot WHERE pot = ?', [pot]);
  return bigintOf(rows[0]?.['posted']);
}

/** What has been posted to each of the pots by all; those that nothing was posted to are left out. */
export async function readPots(database: Database, pots: readonly string[]): Promise<ReadonlyMap<string, NanoUsd>> {
  if (pots.length === 0) return new Map();
  const places = pots.map(() => '?').join(', ');
  const rows = await database.query(`SELECT pot, posted FROM ledger_pot WHERE pot IN (${places})`, pots);
  return new Map(rows.map((row) => [String(row['pot']), bigintOf(row['posted'])]));
}

/** What has been posted to each pot by all. */
export async function loadPots(database: Database): Promise<ReadonlyMap<string, NanoUsd>> {
  const rows = await database.query('SELECT pot, posted FROM ledger_pot');
  return new Map(rows.map((row) => [String(row['pot']), bigintOf(row['posted'])]));
}
