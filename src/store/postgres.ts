import type { CustomTypesConfig, Pool, PoolClient, QueryResult } from 'pg';
import { backoffMs, random } from '../std/index.ts';
import type { BulkInsert, DirectDatabase, Session, SqlValue, Statement, StatementResult } from './database.ts';
import { codeOf, databaseError } from './database-error.ts';
import { numberPlaceholders } from './placeholders.ts';
import { bulkInsert } from './postgres-bulk.ts';
import { copyRows } from './postgres-copy.ts';

/** Our own schema: never `public`, where a LiteLLM installation lives. */
export const POSTGRES_SCHEMA = 'waybill';

const CONNECT_TIMEOUT_MS = 5000;
const IDLE_TIMEOUT_MS = 30_000;
const MAX_TRANSACTION_RUNS = 8;
/** Deadlock, serialization failure: the server undid the transaction and asks for another run. */
const RUN_AGAIN: ReadonlySet<string | null> = new Set(['40P01', '40001']);

export type PostgresOptions = { readonly maxConnections: number };

/** A pool of connections; nothing is connected before the first statement. */
export async function openPostgres(url: string, options: PostgresOptions): Promise<DirectDatabase> {
  // Loaded here, so that a gateway on SQLite does not pay for it at start.
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'waybill',
    types: valueTypes(pg.types.getTypeParser),
    // A statement, not a start-up option: connection poolers refuse those.
    onConnect: (client) => client.query(`SET search_path TO ${POSTGRES_SCHEMA}`),
  });
  // An idle connection that the server closed is thrown away by the pool; the next statement opens another one.
  pool.on('error', () => undefined);
  const transaction = <T>(run: (session: Session) => Promise<T>): Promise<T> => transact(pool, run);
  return {
    kind: 'postgres',
    query: async (sql, values = []) => {
      try {
        return (await pool.query(prepared(sql, values))).rows;
      } catch (error) {
        throw databaseError('Postgres', error);
      }
    },
    write: (statements) => transaction((session) => runAll(session, statements)),
    transaction,
    close: () => pool.end(),
  };
}

async function transact<T>(pool: Pool, run: (session: Session) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transactOnce(pool, run);
    } catch (error) {
      if (attempt >= MAX_TRANSACTION_RUNS || !RUN_AGAIN.has(codeOf(error))) throw databaseError('Postgres', error);
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, random()) / 20));
    }
  }
}

async function transactOnce<T>(pool: Pool, run: (session: Session) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  // A connection that breaks between two statements: the next statement fails, but without a listener the process does.
  const onError = (): void => {
    broken = true;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await run(openSession(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

type PostgresSession = Session & {
  readonly run: (sql: string, values: readonly SqlValue[]) => Promise<StatementResult>;
};

function openSession(client: PoolClient): PostgresSession {
  const run = async (sql: string, values: readonly SqlValue[]): Promise<StatementResult> => {
    const result = await client.query(prepared(sql, values));
    return { rows: result.rows, changed: result.rowCount ?? 0 };
  };
  return {
    kind: 'postgres',
    run,
    query: async (sql, values = []) => (await run(sql, values)).rows,
    execute: async (sql, values = []) => (await run(sql, values)).changed,
    insert: async (into, rows) => (rows.length === 0 ? [] : insertAll(client, into, rows)),
    script: async (sql) => {
      await client.query(sql);
    },
  };
}

async function runAll(session: Session, statements: readonly Statement[]): Promise<readonly StatementResult[]> {
  const results: StatementResult[] = [];
  for (const { sql, values } of statements) results.push(await (session as PostgresSession).run(sql, values));
  return results;
}

/** For fewer, the savepoint costs more than it saves. */
const FEWEST_COPIED = 64;

/** One array per column: a single prepared statement for any number of rows. */
async function insertAll(
  client: PoolClient,
  into: BulkInsert,
  rows: readonly (readonly SqlValue[])[],
): Promise<readonly boolean[]> {
  if (into.mostlyNew === true && rows.length >= FEWEST_COPIED && (await copyRows(client, into, rows))) {
    return rows.map(() => true);
  }
  const { text, values } = bulkInsert(into, rows);
  const result: QueryResult<{ first: SqlValue }> = await client.query({ name: statementName(text), text, values });
  const inserted = new Set(result.rows.map((row) => row.first));
  // Taken out as it is found: of two with one name, the first is the one that was inserted.
  return rows.map(([first = null]) => inserted.delete(first));
}

function prepared(sql: string, values: readonly SqlValue[]): { name: string; text: string; values: SqlValue[] } {
  const text = numberPlaceholders(sql);
  return { name: statementName(text), text, values: [...values] };
}

const names = new Map<string, string>();

/** The program's statements are a fixed set, so that names are too. */
function statementName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    name = `waybill_${names.size + 1}`;
    names.set(text, name);
  }
  return name;
}

const INT8 = 20;
const NUMERIC = 1700;

/** BIGINT, and the NUMERIC that sums of it are: a number while exact, a bigint above. */
function valueTypes(standard: CustomTypesConfig['getTypeParser']): CustomTypesConfig {
  const getTypeParser = ((id: number, format?: 'text' | 'binary') => {
    if ((id === INT8 || id === NUMERIC) && format !== 'binary') return readInteger;
    return format === 'binary' ? standard(id, 'binary') : standard(id, 'text');
  }) as CustomTypesConfig['getTypeParser'];
  return { getTypeParser };
}

function readInteger(text: string): number | bigint | string {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  return /^-?\d+$/.test(text) ? BigInt(text) : text;
}
