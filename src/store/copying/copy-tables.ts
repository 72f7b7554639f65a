import type { BulkInsert, DirectDatabase, Session, SqlValue } from '../database.ts';
import { DatabaseError } from '../database-error.ts';
import { migrate, migrationsFolder } from '../migrate.ts';
import { openSqlite } from '../sqlite.ts';

const ROWS_AT_ONCE = 1_000;

type ColumnType = BulkInsert['columns'][string];

/** A table as both stores have it: the migrations give both the same names. */
export type CopiedTable = {
  readonly name: string;
  readonly columns: readonly string[];
  /** What its rows are told apart and put in order by. */
  readonly key: readonly string[];
  /** Migrations put rows there, which those of the copy take the place of. */
  readonly isSeeded: boolean;
};

/** The tables that a set of migrations makes, but for the store's own list of them, which each database has itself. */
export async function copiedTables(set: 'sqlite' | 'sqlite-log'): Promise<readonly CopiedTable[]> {
  const fresh = openSqlite(':memory:');
  await migrate(fresh, migrationsFolder(set));
  const names = await fresh.query(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'store_migration' ORDER BY name",
  );
  const tables: CopiedTable[] = [];
  for (const { name } of names) tables.push(await describe(fresh, String(name)));
  await fresh.close();
  return tables;
}

async function describe(fresh: DirectDatabase, name: string): Promise<CopiedTable> {
  const columns = await fresh.query('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid', [name]);
  const key = columns.filter(({ pk }) => Number(pk) > 0).sort((one, other) => Number(one['pk']) - Number(other['pk']));
  if (key.length === 0) throw new DatabaseError(`${name} has no primary key to copy it by`);
  const [columnNames, keyNames] = [columns, key].map((list) => list.map((column) => String(column['name'])));
  return { name, columns: columnNames ?? [], key: keyNames ?? [], isSeeded: await hasRows(fresh, name) };
}

async function hasRows(database: DirectDatabase, name: string): Promise<boolean> {
  return (await database.query(`SELECT 1 AS one FROM ${name} LIMIT 1`)).length > 0;
}

/** The first of the tables that has rows, other than what migrations put there; null: nobody has used the database. */
export async function firstFilled(to: DirectDatabase, tables: readonly CopiedTable[]): Promise<string | null> {
  for (const { name, isSeeded } of tables) if (!isSeeded && (await hasRows(to, name))) return name;
  return null;
}

export type CopyEnds = {
  /** A copy of its own, or a transaction that sees one moment. */
  readonly from: Pick<Session, 'query'>;
  readonly to: Session;
  readonly toKind: DirectDatabase['kind'];
};

/** All rows of a table, some at a time, in the order of its key, into one that nobody has used. Answers how many. */
export async function copyTable({ from, to, toKind }: CopyEnds, table: CopiedTable): Promise<number> {
  const types = toKind === 'postgres' ? await typesIn(to, table) : new Map<string, string>();
  const columns = Object.fromEntries(table.columns.map((column) => [column, typeOf(types, table, column)]));
  if (table.isSeeded) await to.execute(`DELETE FROM ${table.name}`);
  let copied = 0;
  let after: readonly SqlValue[] | null = null;
  for (;;) {
    const rows = await from.query(pageOf(table, after !== null), after ?? []);
    await to.insert(
      { table: table.name, columns, onConflict: '', asGiven: true },
      rows.map((row) => table.columns.map((column) => row[column] ?? null)),
    );
    copied += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) break;
    after = table.key.map((column) => last[column] ?? null);
  }
  if (toKind === 'postgres') await numberOn(to, table);
  return copied;
}

/** What Postgres numbers itself goes on after the highest that came. */
async function numberOn(to: Session, { name }: CopiedTable): Promise<void> {
  const sql =
    'SELECT column_name AS name FROM information_schema.columns ' +
    "WHERE table_schema = current_schema() AND table_name = ? AND is_identity = 'YES'";
  for (const row of await to.query(sql, [name])) {
    const column = String(row['name']);
    await to.query(
      `SELECT setval(pg_get_serial_sequence(?, ?), coalesce(max(${column}), 0) + 1, false) AS next FROM ${name}`,
      [name, column],
    );
  }
}

function pageOf({ name, columns, key }: CopiedTable, goesOn: boolean): string {
  const order = key.join(', ');
  const where = goesOn ? `WHERE (${order}) > (${key.map(() => '?').join(', ')})` : '';
  return `SELECT ${columns.join(', ')} FROM ${name} ${where} ORDER BY ${order} LIMIT ${ROWS_AT_ONCE}`;
}

/** SQLite asks for none. */
async function typesIn(to: Session, { name }: CopiedTable): Promise<ReadonlyMap<string, string>> {
  const sql =
    'SELECT column_name AS name, data_type AS type FROM information_schema.columns ' +
    'WHERE table_schema = current_schema() AND table_name = ?';
  const rows = await to.query(sql, [name]);
  return new Map(rows.map((row) => [String(row['name']), String(row['type'])]));
}

const TYPES: ReadonlySet<string> = new Set([
  'text',
  'bigint',
  'integer',
  'double precision',
  'bytea',
] satisfies readonly ColumnType[]);

function typeOf(types: ReadonlyMap<string, string>, { name }: CopiedTable, column: string): ColumnType {
  const type = types.get(column) ?? 'text';
  if (isCopied(type)) return type;
  throw new DatabaseError(`${name}.${column} is of the type ${type}, which is not copied`);
}

function isCopied(type: string): type is ColumnType {
  return TYPES.has(type);
}
