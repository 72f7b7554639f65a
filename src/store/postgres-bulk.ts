import type { BulkInsert, SqlValue } from './database.ts';

type Rows = readonly (readonly SqlValue[])[];

/** Unit and record separator: what stands between the values of a column, and what stands for null. */
const [BETWEEN, NULL] = ['\x1f', '\x1e'];
const SPLIT = "E'\\x1f', E'\\x1e'";

/**
 * One parameter for each column. As text with separators in it: the driver's arrays look at every character twice, for
 * quotes and backslashes, which was a third of what the flush of settled exchanges cost. Where a value has a separator in
 * itself, as arrays.
 */
export function bulkInsert(into: BulkInsert, rows: Rows): { text: string; values: (string | null | SqlValue[])[] } {
  const names = Object.keys(into.columns);
  const joined = names.map((_, column) => joinColumn(rows, column));
  if (joined.every((column) => column !== null)) return { text: statement(into, split), values: joined };
  const values = names.map((_, column) => rows.map((row) => row[column] ?? null));
  return { text: statement(into, (parameter, type) => `${parameter}::${type}[]`), values };
}

function split(parameter: string, type: string): string {
  const texts = `string_to_array(${parameter}::text, ${SPLIT})`;
  return type === 'text' ? texts : `${texts}::${type}[]`;
}

function statement(
  { table, columns, onConflict, asGiven }: BulkInsert,
  read: (parameter: string, type: string) => string,
) {
  const names = Object.keys(columns);
  const arrays = Object.values(columns).map((type, index) => read(`$${index + 1}`, type));
  return (
    `INSERT INTO ${table} (${names.join(', ')}) ${asGiven === true ? 'OVERRIDING SYSTEM VALUE ' : ''}SELECT * FROM unnest(${arrays.join(', ')}) ` +
    `${onConflict} RETURNING ${names[0]} AS first`
  );
}

/** null: it cannot be told apart again. */
function joinColumn(rows: Rows, column: number): string | null {
  let joined = '';
  for (let nth = 0; nth < rows.length; nth++) {
    const value = rows[nth]?.[column] ?? null;
    if (nth > 0) joined += BETWEEN;
    if (value === null) joined += NULL;
    else if (typeof value === 'string') {
      if (value.includes(BETWEEN) || value.includes(NULL)) return null;
      joined += value;
    } else if (typeof value === 'object') return null;
    else joined += String(value);
  }
  // Of an empty text Postgres makes no value, and not an empty one.
  return joined === '' ? null : joined;
}
