/** Values that go both ways on both stores. Amounts are BIGINT columns and come back as bigint where `bigints` names them. */
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
