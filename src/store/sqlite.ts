import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { BulkInsert, DirectDatabase, Session, SqlValue, StatementResult } from './database.ts';
import { databaseError } from './database-error.ts';

const MAX_CACHED_STATEMENTS = 300;
const BUSY_TIMEOUT_MS = 5000;
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
};

/** One connection, used from one thread; calls are served one at a time, in order. */
export function openSqlite(file: string, options: SqliteOptions = {}): DirectDatabase {
  const connection = connect(file, options);
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
    runNow,
    query: async (sql, values = []) => runNow(sql, values).rows,
    execute: async (sql, values = []) => runNow(sql, values).changed,
    insert: async (into, rows) => insertEach(prepare(insertStatement(into)), rows),
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

function insertStatement({ table, columns, onConflict }: BulkInsert): string {
  const names = Object.keys(columns);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ${onConflict}`;
}

function insertEach(statement: StatementSync, rows: readonly (readonly SqlValue[])[]): ReadonlySet<SqlValue> {
  const inserted = new Set<SqlValue>();
  for (const row of rows) {
    const { changes } = statement.run(...row);
    if (changes !== 0) inserted.add(row[0] ?? null);
  }
  return inserted;
}
