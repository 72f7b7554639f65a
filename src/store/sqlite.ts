import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { BulkInsert, DirectDatabase, Session, SqlValue, StatementResult } from './database.ts';
import { databaseError } from './database-error.ts';

const MAX_CACHED_STATEMENTS = 300;
const BUSY_TIMEOUT_MS = 5000;
/** One statement for so many rows: half a microsecond less for each than one at a time. */
const ROWS_PER_STATEMENT = 20;
/** Under load the same pages change again and again, and each checkpoint writes them once. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;

export type SqliteOptions = {
  /**
   * `full`: a commit survives power loss. `normal`: the last commits may be lost with the power, never with the
   * process; for what the journal can bring back.
   */
  readonly synchronous?: 'full' | 'normal';
  /** Of a file that is new. Large ones are for rows that come in order and many at a time. */
  readonly pageBytes?: number;
  /** Of a file that is there, beside whoever writes to it; long reads have room for what they sort. */
  readonly readOnly?: boolean;
};

/** One connection, used from one thread; calls are served one at a time, in order. */
export function openSqlite(file: string, options: SqliteOptions = {}): DirectDatabase {
  const connection = options.readOnly === true ? connectReader(file) : connect(file, options);
  const session = openSession(connection);
  const inTurn = queue();
  const transaction = async <T>(run: (session: Session) => Promise<T>): Promise<T> => {
    try {
      connection.exec('BEGIN IMMEDIATE');
      const result = await run(session);
      connection.exec('COMMIT');
      return result;
    } catch (error) {
      if (connection.isTransaction) connection.exec('ROLLBACK');
      throw databaseError('SQLite', error);
    }
  };
  return {
    kind: 'sqlite',
    query: (sql, values = []) => inTurn(() => session.query(sql, values)).catch(rethrow),
    write: (statements) =>
      inTurn(() => transaction(async () => statements.map(({ sql, values }) => session.runNow(sql, values)))),
    transaction: (run) => inTurn(() => transaction(run)),
    close: () => inTurn(async () => connection.close()),
  };
}

function rethrow(error: unknown): never {
  throw databaseError('SQLite', error);
}

function connect(file: string, { synchronous = 'full', pageBytes = 4096 }: SqliteOptions): DatabaseSync {
  try {
    const connection = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    connection.exec(`PRAGMA page_size = ${pageBytes}`);
    connection.exec('PRAGMA journal_mode = WAL');
    const pages = connection.prepare('PRAGMA page_size').get();
    connection.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_BYTES / Number(pages?.['page_size'])}`);
    connection.exec(`PRAGMA synchronous = ${synchronous.toUpperCase()}`);
    return connection;
  } catch (error) {
    throw databaseError(`cannot open ${file}`, error);
  }
}

const READER_CACHE_KIB = 32_768;

function connectReader(file: string): DatabaseSync {
  try {
    const connection = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    connection.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}`);
    connection.exec('PRAGMA temp_store = MEMORY');
    return connection;
  } catch (error) {
    throw databaseError(`cannot open ${file}`, error);
  }
}

/** A transaction has awaits in it: what comes in between waits, so that it neither joins it nor reads its middle. */
function queue(): <T>(run: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return (run) => {
    const result = tail.then(run);
    tail = result.catch(() => undefined);
    return result;
  };
}

type SqliteSession = Session & { readonly runNow: (sql: string, values: readonly SqlValue[]) => StatementResult };

function openSession(connection: DatabaseSync): SqliteSession {
  const prepare = statementCache(connection);
  const runNow = (sql: string, values: readonly SqlValue[]): StatementResult => run(prepare(sql), values);
  return {
    kind: 'sqlite',
    runNow,
    query: async (sql, values = []) => runNow(sql, values).rows,
    execute: async (sql, values = []) => runNow(sql, values).changed,
    insert: async (into, rows) => insertAll(prepare, into, rows),
    script: async (sql) => connection.exec(sql),
  };
}

function statementCache(connection: DatabaseSync): (sql: string) => StatementSync {
  const cache = new Map<string, StatementSync>();
  return (sql) => {
    const known = cache.get(sql);
    if (known !== undefined) return known;
    if (cache.size >= MAX_CACHED_STATEMENTS) cache.clear();
    const statement = connection.prepare(sql);
    cache.set(sql, statement);
    return statement;
  };
}

function run(statement: StatementSync, values: readonly SqlValue[]): StatementResult {
  if (statement.columns().length === 0) {
    return { rows: [], changed: Number(statement.run(...values).changes) };
  }
  // Read as bigints always: a first number beyond 2^53 would otherwise throw halfway through a RETURNING.
  statement.setReadBigInts(true);
  const rows = statement.all(...values) as Record<string, SqlValue>[];
  for (const row of rows) narrow(row);
  return { rows, changed: rows.length };
}

function narrow(row: Record<string, SqlValue>): void {
  for (const column in row) {
    const value = row[column];
    if (typeof value !== 'bigint') continue;
    const number = Number(value);
    if (Number.isSafeInteger(number)) row[column] = number;
  }
}

type Rows = readonly (readonly SqlValue[])[];

function insertAll(prepare: (sql: string) => StatementSync, into: BulkInsert, rows: Rows): readonly boolean[] {
  const isNew: boolean[] = [];
  const whole = rows.length - (rows.length % ROWS_PER_STATEMENT);
  const insertOne = prepare(insertStatement(into, 1));
  const insertSome = whole === 0 ? null : insertTogether(prepare, into);
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    const some = rows.slice(start, start + ROWS_PER_STATEMENT);
    const isAllNew = start < whole && insertSome?.(some) === true;
    for (const row of some) isNew.push(isAllNew || insertOne.run(...row).changes !== 0);
  }
  return isNew;
}

/** Inserts all of the rows, or none if not all are new: which of them, the count of changes does not say. */
function insertTogether(prepare: (sql: string) => StatementSync, into: BulkInsert): (rows: Rows) => boolean {
  const insert = prepare(insertStatement(into, ROWS_PER_STATEMENT));
  const begin = prepare('SAVEPOINT together');
  const undo = prepare('ROLLBACK TO together');
  const end = prepare('RELEASE together');
  return (rows) => {
    const values: SqlValue[] = [];
    for (const row of rows) for (const value of row) values.push(value);
    begin.run();
    const isAllNew = insert.run(...values).changes === ROWS_PER_STATEMENT;
    if (!isAllNew) undo.run();
    end.run();
    return isAllNew;
  };
}

function insertStatement({ table, columns, onConflict }: BulkInsert, rows: number): string {
  const names = Object.keys(columns);
  const row = `(${names.map(() => '?').join(', ')})`;
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')} ${onConflict}`;
}
