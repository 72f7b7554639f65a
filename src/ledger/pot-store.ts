import type { NanoUsd } from '../std/index.ts';
import { bigintOf, type Database, type Row, type Session, type SqlValue } from '../store/index.ts';

/** What was posted to a pot: by the asking writer (in this run and those before), and by all others. */
export type PotPosted = { readonly own: NanoUsd; readonly others: NanoUsd };

export type PostedPots = {
  /** Give it to the next refresh. */
  readonly seq: number;
  readonly pots: ReadonlyMap<string, PotPosted>;
};

/** No writer's name: that of all who are no more. */
const FORMER_WRITERS = '';

const SUMS =
  'SELECT pot, sum(CASE WHEN writer = ? THEN posted ELSE 0 END) AS own, ' +
  'sum(CASE WHEN writer = ? THEN 0 ELSE posted END) AS others FROM ledger_pot';

/** All pots, as one writer sees them: at its start, before it posts anything. */
export async function loadPots(database: Database, writer: string): Promise<PostedPots> {
  return readPots(database, `${SUMS} GROUP BY pot`, [writer, writer]);
}

/** The pots that other writers have posted to since `seq`; the sums are whole ones, not differences. */
export async function refreshPots(database: Database, sinceSeq: number, writer: string): Promise<PostedPots> {
  const changed = 'SELECT pot FROM ledger_pot WHERE changed_seq > ? AND writer <> ?';
  return readPots(database, `${SUMS} WHERE pot IN (${changed}) GROUP BY pot`, [writer, writer, sinceSeq, writer]);
}

/** What has been posted to one pot by all writers. */
export async function readPot(database: Database, pot: string): Promise<NanoUsd> {
  const rows = await database.query('SELECT sum(posted) AS posted FROM ledger_pot WHERE pot = ?', [pot]);
  return bigintOf(rows[0]?.['posted']);
}

/**
 * Adds what a writer that is no more has posted to the row of all such writers: every start of a process is a new
 * writer, and its rows would stay for ever. Sums are as before.
 */
export async function foldPots(session: Session, writer: string): Promise<void> {
  await session.execute('UPDATE ledger_change SET seq = seq + 1 WHERE one = 1');
  await session.execute(
    `INSERT INTO ledger_pot (pot, writer, posted, changed_seq)
     SELECT pot, ?, posted, (SELECT seq FROM ledger_change WHERE one = 1) FROM ledger_pot WHERE writer = ? ORDER BY pot
     ON CONFLICT (pot, writer) DO UPDATE SET posted = ledger_pot.posted + excluded.posted, changed_seq = excluded.changed_seq`,
    [FORMER_WRITERS, writer],
  );
  await session.execute('DELETE FROM ledger_pot WHERE writer = ?', [writer]);
}

/** The counter is read first: what commits in between is seen again by the next refresh, never missed. */
async function readPots(database: Database, sql: string, values: readonly SqlValue[]): Promise<PostedPots> {
  const counter = await database.query('SELECT seq FROM ledger_change WHERE one = 1');
  const rows = await database.query(sql, values);
  return { seq: Number(counter[0]?.['seq'] ?? 0), pots: new Map(rows.map(readPosted)) };
}

function readPosted(row: Row): [string, PotPosted] {
  return [String(row['pot']), { own: bigintOf(row['own']), others: bigintOf(row['others']) }];
}
