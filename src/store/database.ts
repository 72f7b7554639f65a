/** Values that go both ways on both stores. */
export type SqlValue = string | number | bigint | null | Uint8Array;

export type Statement = {
  /** Portable SQL with `?` placeholders (Postgres gets `$1` and so on). */
  readonly sql: string;
  readonly values: readonly SqlValue[];
};

export type Row = Readonly<Record<string, SqlValue>>;

export type StatementResult = { readonly rows: readonly Row[]; readonly changed: number };

/**
 * The ground that the rooms' `*-store.ts` files stand on; two implementations, one contract suite. BIGINT columns come
 * back as `number` when they fit 2^53 and as `bigint` above it; use `BigInt(value)` for amounts.
 */
export type Database = {
  readonly kind: 'sqlite' | 'postgres';
  /** One statement outside a transaction; for reads. */
  readonly query: (sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>;
  /** All statements in one transaction, all or nothing, in order. */
  readonly write: (statements: readonly Statement[]) => Promise<readonly StatementResult[]>;
  readonly close: () => Promise<void>;
};

/** Many rows into one table by one statement, whose text does not depend on how many. */
export type BulkInsert = {
  readonly table: string;
  /** Column name to its Postgres type. The first column tells one row from another. */
  readonly columns: Readonly<Record<string, 'text' | 'bigint' | 'integer' | 'double precision' | 'bytea'>>;
  /** `ON CONFLICT …`, the same for both stores. */
  readonly onConflict: string;
  /** Columns that the store numbers itself are given their values, too: for rows that come from elsewhere. */
  readonly asGiven?: true;
  /** With `ON CONFLICT … DO NOTHING`: a row that is there already is a crash's doing, so that a dearer way is kept for it. */
  readonly mostlyNew?: true;
};

/** An open transaction. */
export type Session = {
  readonly kind: Database['kind'];
  readonly query: (sql: string, values?: readonly SqlValue[]) => Promise<readonly Row[]>;
  /** Answers how many rows changed. */
  readonly execute: (sql: string, values?: readonly SqlValue[]) => Promise<number>;
  /** Answers for each row whether it was really inserted (or updated, where `onConflict` says so). */
  readonly insert: (into: BulkInsert, rows: readonly (readonly SqlValue[])[]) => Promise<readonly boolean[]>;
  /** Several statements without values, as in a migration. */
  readonly script: (sql: string) => Promise<void>;
};

/** A database that this very thread holds a connection to. */
export type DirectDatabase = Database & {
  /** Runs again from the start on a deadlock or a serialization failure; `run` must bear that. */
  readonly transaction: <T>(run: (session: Session) => Promise<T>) => Promise<T>;
};
