import type { Database, DirectDatabase, Session } from '../../store/index.ts';
import type { JournalCursor, JournalReading } from './journal-reader.ts';

/**
 * Journals that are rows of the database, for machines without a disk of their own. A row is what one write put into it;
 * a writer numbers its rows in their order, and its own row in `telemetry_journal_writer` lets it write: who recovers its
 * journal takes that away first, so that nothing comes after what was recovered.
 */
export type JournalRow = { readonly writer: string; readonly number: number; readonly records: string };

/** Lets a writer of an instance write, unless its journal is being taken over at this moment. */
export async function registerJournalWriter(database: Database, writer: string, instance: string): Promise<void> {
  const sql =
    'INSERT INTO telemetry_journal_writer (writer, instance, ended) VALUES (?, ?, 0) ' +
    'ON CONFLICT (writer) DO UPDATE SET instance = excluded.instance WHERE telemetry_journal_writer.ended = 0';
  await database.write([{ sql, values: [writer, instance] }]);
}

/** False: somebody has taken the journal over, and nothing was written. The same row a second time changes nothing. */
export async function insertJournalRow(database: Database, { writer, number, records }: JournalRow): Promise<boolean> {
  const sql =
    'INSERT INTO telemetry_journal (writer, number, records) ' +
    'SELECT ?::text, ?::bigint, ?::text FROM telemetry_journal_writer WHERE writer = ? AND ended = 0 FOR SHARE ' +
    'ON CONFLICT (writer, number) DO UPDATE SET number = excluded.number RETURNING number';
  return (await database.query(sql, [writer, number, records, writer])).length > 0;
}

/** Writers of one instance. */
export async function listJournalWriters(database: Database, instance: string): Promise<readonly string[]> {
  const sql = 'SELECT writer FROM telemetry_journal_writer WHERE instance = ? ORDER BY writer';
  return (await database.query(sql, [instance])).map((row) => String(row['writer']));
}

/** Of other instances, and of all whose journals somebody has begun to take over. */
export async function listForeignJournalWriters(
  database: Database,
  instance: string,
): Promise<readonly { readonly writer: string; readonly ended: boolean }[]> {
  const sql = 'SELECT writer, ended FROM telemetry_journal_writer WHERE instance <> ? OR ended = 1 ORDER BY writer';
  const rows = await database.query(sql, [instance]);
  return rows.map((row) => ({ writer: String(row['writer']), ended: row['ended'] === 1 }));
}

/**
 * Runs while nobody else can end or take over this journal, whose rows are from then on all that there will be; null, and
 * nothing is run: somebody has done it already.
 */
export function endJournalWriter<T>(
  database: DirectDatabase,
  writer: string,
  run: () => Promise<T>,
): Promise<T | null> {
  return database.transaction(async (session) => {
    await session.query('SELECT pg_advisory_xact_lock(hashtext(?))', [`waybill journal ${writer}`]);
    // On another connection: a lock on the row would keep those who look at it waiting until all is over.
    const sql = 'UPDATE telemetry_journal_writer SET ended = 1 WHERE writer = ? RETURNING writer';
    const [ended] = await database.write([{ sql, values: [writer] }]);
    return ended?.rows.length === 1 ? run() : null;
  });
}

export async function readJournalRows(
  database: Database,
  writer: string,
  cursor: JournalCursor,
  maxRecords: number,
): Promise<JournalReading> {
  const sql = 'SELECT number, records FROM telemetry_journal WHERE writer = ? AND number > ? ORDER BY number LIMIT ?';
  const rows = await database.query(sql, [writer, cursor.segment, maxRecords]);
  const entries: { record: string; segment: number }[] = [];
  let at = cursor;
  for (const row of rows) {
    if (entries.length >= maxRecords) return { entries, cursor: at, atEnd: false, damage: [] };
    const segment = Number(row['number']);
    for (const record of String(row['records']).split('\n')) entries.push({ record, segment });
    at = { segment, offset: 0 };
  }
  return { entries, cursor: at, atEnd: rows.length < maxRecords, damage: [] };
}

/** Where the journal ends at this moment. */
export async function journalRowsEnd(database: Database, writer: string): Promise<JournalCursor> {
  const sql = 'SELECT coalesce(max(number), 0) AS last FROM telemetry_journal WHERE writer = ?';
  return { segment: Number((await database.query(sql, [writer]))[0]?.['last']), offset: 0 };
}

/** Bytes behind the cursor. */
export async function unreadRowBytes(database: Database, writer: string, cursor: JournalCursor): Promise<number> {
  const sql =
    'SELECT coalesce(sum(octet_length(records)), 0) AS bytes FROM telemetry_journal WHERE writer = ? AND number > ?';
  return Number((await database.query(sql, [writer, cursor.segment]))[0]?.['bytes']);
}

/**
 * All that is booked makes room for what is still open, which takes the place of the last row that was read: a call that
 * lasts an hour does not keep the rows of that hour. Not if the journal was taken over meanwhile.
 */
export async function replaceJournalRows(
  database: DirectDatabase,
  writer: string,
  cursor: JournalCursor,
  open: readonly string[],
): Promise<void> {
  await database.transaction(async (session) => {
    const sql = 'SELECT writer FROM telemetry_journal_writer WHERE writer = ? AND ended = 0 FOR SHARE';
    if ((await session.query(sql, [writer])).length === 0) return;
    await session.execute('DELETE FROM telemetry_journal WHERE writer = ? AND number <= ?', [writer, cursor.segment]);
    if (open.length > 0) await insertOpen(session, writer, cursor.segment, open);
  });
}

function insertOpen(session: Session, writer: string, number: number, open: readonly string[]): Promise<number> {
  const sql = 'INSERT INTO telemetry_journal (writer, number, records) VALUES (?, ?, ?)';
  return session.execute(sql, [writer, number, open.join('\n')]);
}

/** Rows that this program does not understand are kept under another name, and nobody reads them. */
export async function setJournalRowAside(database: Database, writer: string, number: number): Promise<void> {
  const sql =
    'INSERT INTO telemetry_journal (writer, number, records) ' +
    "SELECT writer || ' damaged', number, records FROM telemetry_journal WHERE writer = ? AND number = ? " +
    'ON CONFLICT (writer, number) DO NOTHING';
  await database.write([{ sql, values: [writer, number] }]);
}

/** Everything in it is booked. */
export async function removeJournalRows(database: Database, writer: string): Promise<void> {
  await database.write([
    { sql: 'DELETE FROM telemetry_journal WHERE writer = ?', values: [writer] },
    { sql: 'DELETE FROM telemetry_journal_writer WHERE writer = ?', values: [writer] },
  ]);
}
