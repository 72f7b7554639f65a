import { type Database, ROWS_OF_EACH, type Row, type Session } from '../../store/index.ts';
import { RAISE } from '../change-counter.ts';

/** Whatever reads: the database, or a transaction that is open. */
export type Reader = Pick<Database, 'kind' | 'query'>;

/** A row that is there, as far as whoever brings rows over must know it. */
export type RowNow = { readonly id: string; readonly changedSeq: number; readonly isInUse: boolean };

/** The rows of `table` that have one of the values in a column and meet a condition, which has none of its own. */
export function selectIn(
  reader: Reader,
  { table, column, where }: { readonly table: string; readonly column: string; readonly where: string },
  values: readonly string[],
): Promise<readonly Row[]> {
  return reader.query(ROWS_OF_EACH[reader.kind](table, column, where), [JSON.stringify(values)]);
}

/**
 * The number that all rows take which change in this transaction. Until it ends nobody else changes a key or a party, so
 * what is read after it holds until then.
 */
export async function raiseChange(session: Session): Promise<number> {
  await session.execute(RAISE.sql);
  const [row] = await session.query('SELECT seq FROM access_change WHERE one = 1');
  return Number(row?.['seq']);
}
