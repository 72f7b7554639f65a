import {
  type BulkInsert,
  bigintOf,
  type Database,
  type DirectDatabase,
  type Row,
  type Session,
} from '../store/index.ts';
import { decideLease, excessOf, type LeaseAnswer, type LeaseAsk, type LeaseRow, outstanding } from './lease.ts';

const EXCESS =
  'CASE WHEN ledger_pot.posted + excluded.posted + ledger_pot.leased - excluded.leased > ledger_pot.limit_nano ' +
  'THEN ledger_pot.posted + excluded.posted + ledger_pot.leased - excluded.leased - ledger_pot.limit_nano ELSE 0 END';

/** Makes the pots that are not there, and locks them all. */
const potLock: BulkInsert = {
  table: 'ledger_pot',
  columns: { pot: 'text' },
  onConflict: 'ON CONFLICT (pot) DO UPDATE SET pot = excluded.pot',
};

/** `leased` is what goes off it. */
const potMove: BulkInsert = {
  table: 'ledger_pot',
  columns: { pot: 'text', posted: 'bigint', leased: 'bigint' },
  onConflict:
    'ON CONFLICT (pot) DO UPDATE SET posted = ledger_pot.posted + excluded.posted, ' +
    `leased = ledger_pot.leased - excluded.leased, excess = ${EXCESS}`,
};

const leaseMove: BulkInsert = {
  table: 'ledger_lease',
  columns: { pot: 'text', writer: 'text', taken: 'bigint', flushed: 'bigint', op: 'bigint' },
  onConflict: 'ON CONFLICT (pot, writer) DO UPDATE SET flushed = ledger_lease.flushed + excluded.flushed',
};

/** By the database's clock: processes on several machines have no other one in common. */
export const NOW_MS = {
  sqlite: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  postgres: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
} as const;

/** What an expired process held may still be posted for so long, by the calls that it has in flight and its journal. */
export const LONGEST_CALL_MS = 10 * 60_000;

const POTS_PER_STATEMENT = 50;

/** Makes a process known, or known for longer. Answers its epoch: another one than before says that its leases are gone. */
export async function renewWriter(database: Database, writer: string, ttlMs: number): Promise<number> {
  const now = NOW_MS[database.kind];
  const sql =
    `INSERT INTO ledger_writer (writer, epoch, expires_at_ms) VALUES (?, ${now}, ${now} + ?) ` +
    'ON CONFLICT (writer) DO UPDATE SET expires_at_ms = excluded.expires_at_ms RETURNING epoch';
  const [result] = await database.write([{ sql, values: [writer, Math.round(ttlMs)] }]);
  return Number(result?.rows[0]?.['epoch']);
}

/** One statement on Postgres; on SQLite one transaction for all, where the writing is done. */
export async function askLeases(database: Database, asks: readonly LeaseAsk[]): Promise<readonly LeaseAnswer[]> {
  if (database.kind === 'postgres') return Promise.all(asks.map((ask) => askPostgres(database, ask)));
  if (!('transaction' in database)) throw new Error('leases are given where SQLite is written');
  return (database as DirectDatabase).transaction(async (session) => {
    const answers: LeaseAnswer[] = [];
    for (const ask of asks) answers.push(await askSqlite(session, ask));
    return answers;
  });
}

async function askPostgres(database: Database, ask: LeaseAsk): Promise<LeaseAnswer> {
  const { pot, writer, op, limit, keep, need, asked, ample, sole, endsAtMs } = ask;
  const [row = {}] = await database.query('SELECT * FROM ledger_ask_lease(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    pot,
    writer,
    op,
    limit,
    keep,
    need,
    asked,
    ample,
    sole ? 1 : 0,
    endsAtMs,
  ]);
  return {
    pot,
    op,
    epoch: row['epoch'] === null ? null : Number(row['epoch']),
    given: Number(row['given']),
    taken: Number(row['taken'] ?? 0),
    flushed: Number(row['flushed'] ?? 0),
    posted: Number(row['posted'] ?? 0),
    leased: Number(row['leased'] ?? 0),
    free: Number(row['free'] ?? 0),
  };
}

async function askSqlite(session: Session, ask: LeaseAsk): Promise<LeaseAnswer> {
  const { pot, writer, op } = ask;
  const [known] = await session.query('SELECT epoch FROM ledger_writer WHERE writer = ?', [writer]);
  if (known === undefined)
    return { pot, op, epoch: null, given: 0, taken: 0, flushed: 0, posted: 0, leased: 0, free: 0 };
  const [potRow] = await session.query('SELECT limit_nano, posted, leased FROM ledger_pot WHERE pot = ?', [pot]);
  const limit = ask.limit ?? Number(potRow?.['limit_nano'] ?? 0);
  const lease = await readLease(session, pot, writer);
  const count = `SELECT count(*) AS writers FROM ledger_writer WHERE expires_at_ms > ${NOW_MS.sqlite}`;
  const writers = Number((await session.query(count))[0]?.['writers']);
  const row = { posted: Number(potRow?.['posted'] ?? 0), leased: Number(potRow?.['leased'] ?? 0) };
  const decided = decideLease(row, lease, writers, { ...ask, limit });
  await session.execute(
    `INSERT INTO ledger_pot (pot, limit_nano, posted, leased, excess, ends_at_ms) VALUES (?, ?, 0, ?, ?, ?)
     ON CONFLICT (pot) DO UPDATE SET limit_nano = excluded.limit_nano, leased = excluded.leased, excess = excluded.excess,
       ends_at_ms = excluded.ends_at_ms`,
    [pot, limit, decided.leased, excessOf(limit, decided), ask.endsAtMs],
  );
  await session.execute(
    `INSERT INTO ledger_lease (pot, writer, taken, flushed, op) VALUES (?, ?, ?, 0, ?) ON CONFLICT (pot, writer) DO UPDATE SET
       taken = excluded.taken, op = excluded.op`,
    [pot, writer, decided.taken, Math.max(lease.op, op)],
  );
  return { pot, op, epoch: Number(known['epoch']), ...decided };
}

async function readLease(session: Session, pot: string, writer: string): Promise<LeaseRow> {
  const [row] = await session.query('SELECT taken, flushed, op FROM ledger_lease WHERE pot = ? AND writer = ?', [
    pot,
    writer,
  ]);
  return {
    taken: Number(row?.['taken'] ?? 0),
    flushed: Number(row?.['flushed'] ?? 0),
    op: Number(row?.['op'] ?? 0),
  };
}

/**
 * Posts charges of a writer to pots, as far as they reach out of what it has leased there. What it has not is posted all
 * the same, and stands in `excess` if it goes over the limit.
 */
export async function postToPots(
  session: Session,
  writer: string,
  charges: ReadonlyMap<string, bigint>,
): Promise<void> {
  const pots = [...charges.keys()].sort();
  await lockPots(session, pots);
  const leases = await readLeases(session, writer, pots);
  const moves = pots.map((pot) => {
    const charge = charges.get(pot) ?? 0n;
    const out = BigInt(leases.get(pot) ?? 0);
    return [pot, charge, charge < 0n ? 0n : charge < out ? charge : out];
  });
  await session.insert(potMove, moves);
  const flushed = pots.filter((pot) => leases.has(pot)).map((pot) => [pot, writer, 0, charges.get(pot) ?? 0n, 0]);
  await session.insert(leaseMove, flushed);
}

/** Gives back all that a writer has leased and not posted: its journal has been replayed, or is given up. */
export async function releaseWriter(session: Session, writer: string): Promise<void> {
  const rows = await session.query('SELECT pot FROM ledger_lease WHERE writer = ? ORDER BY pot', [writer]);
  const pots = rows.map((row) => String(row['pot'])).sort();
  await lockPots(session, pots);
  const leases = await readLeases(session, writer, pots);
  await session.insert(
    potMove,
    [...leases].sort(byPot).map(([pot, out]) => [pot, 0, out]),
  );
  await session.execute('DELETE FROM ledger_lease WHERE writer = ?', [writer]);
  await session.execute('DELETE FROM ledger_writer WHERE writer = ?', [writer]);
}

/** Those that have not renewed for `longerThanMs` after they expired. */
export async function expiredWriters(database: Database, longerThanMs: number): Promise<readonly string[]> {
  const sql = `SELECT writer FROM ledger_writer WHERE expires_at_ms + ? < ${NOW_MS[database.kind]} ORDER BY writer`;
  return (await database.query(sql, [longerThanMs])).map((row) => String(row['writer']));
}

/** What a writer that has not renewed for long has leased and not posted. */
export type Suspense = { readonly writer: string; readonly nanoUsd: bigint; readonly expiredAtMs: number };

/** Of those that expired longer ago than a call takes. */
export async function listSuspense(database: Database): Promise<readonly Suspense[]> {
  const sql =
    'SELECT w.writer, w.expires_at_ms, sum(l.taken - l.flushed) AS amount FROM ledger_writer w ' +
    'JOIN ledger_lease l ON l.writer = w.writer AND l.taken > l.flushed ' +
    `WHERE w.expires_at_ms + ? < ${NOW_MS[database.kind]} GROUP BY w.writer, w.expires_at_ms ORDER BY w.writer`;
  return (await database.query(sql, [LONGEST_CALL_MS])).map((row) => ({
    writer: String(row['writer']),
    nanoUsd: bigintOf(row['amount']),
    expiredAtMs: Number(row['expires_at_ms']),
  }));
}

/** Those whose leases have not ended. */
export async function liveWriters(database: Database): Promise<ReadonlySet<string>> {
  const sql = `SELECT writer FROM ledger_writer WHERE expires_at_ms > ${NOW_MS[database.kind]}`;
  return new Set((await database.query(sql)).map((row) => String(row['writer'])));
}

/** All that are registered. */
export async function listWriters(database: Database): Promise<readonly string[]> {
  const rows = await database.query('SELECT writer FROM ledger_writer ORDER BY writer');
  return rows.map((row) => String(row['writer']));
}

/** In the order of their ids, so that two never wait for each other in a circle. */
async function lockPots(session: Session, sorted: readonly string[]): Promise<void> {
  await session.insert(
    potLock,
    sorted.map((pot) => [pot]),
  );
}

/** What is out on each of the leases that there are. */
async function readLeases(
  session: Session,
  writer: string,
  pots: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const places = Array(POTS_PER_STATEMENT).fill('?').join(', ');
  const sql = `SELECT pot, taken, flushed FROM ledger_lease WHERE writer = ? AND pot IN (${places})`;
  for (let start = 0; start < pots.length; start += POTS_PER_STATEMENT) {
    const some = pots.slice(start, start + POTS_PER_STATEMENT);
    const padding = Array<string>(POTS_PER_STATEMENT - some.length).fill('');
    for (const row of await session.query(sql, [writer, ...some, ...padding])) {
      found.set(String(row['pot']), outstanding(readRow(row)));
    }
  }
  return found;
}

function readRow(row: Row): Pick<LeaseRow, 'taken' | 'flushed'> {
  return { taken: Number(row['taken']), flushed: Number(row['flushed']) };
}

function byPot([one]: readonly [string, number], [other]: readonly [string, number]): number {
  return one < other ? -1 : 1;
}
