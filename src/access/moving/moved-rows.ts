import type { Database, Row, Session, SqlValue } from '../../store/index.ts';
import { RAISE } from '../change-counter.ts';

/** Whatever reads: the database, or a transaction that is open. */
export type Reader = Pick<Database, 'query'>;

/** A row that is there, as far as whoever brings rows over must know it. */
export type RowNow = { readonly id: string; readonly changedSeq: number; readonly isInUse: boolean };

const AT_ONCE = 250;
const PLACES = Array(AT_ONCE).fill('?').join(', ');

/** The rows whose `column` is one of the values, in statements of one text. */
export async function selectIn(
  reader: Reader,
  select: string,
  column: string,
  values: readonly string[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < values.length; start += AT_ONCE) {
    const some: SqlValue[] = values.slice(start, start + AT_ONCE);
    while (some.length < AT_ONCE) some.push(some[0] ?? '');
    rows.push(...(await reader.query(`${select} ${column} IN (${PLACES})`, some)));
  }
  return rows;
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
