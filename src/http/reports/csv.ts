/** What a spreadsheet would take for a formula: it is text all the same. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/i;
const NEEDS_QUOTES = /[",\r\n]/;

export type CsvValue = string | number | boolean | null | undefined;

/** RFC 4180, and an apostrophe in front of what a spreadsheet would otherwise carry out. */
export function encodeCsv(columns: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  const lines = [columns.map(encodeCell).join(',')];
  for (const row of rows) lines.push(row.map(encodeCell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function encodeCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** As a file of that name. */
export function csvAnswer(name: string, columns: readonly string[], rows: Iterable<readonly CsvValue[]>) {
  return {
    body: encodeCsv(columns, rows),
    contentType: 'text/csv; charset=utf-8',
    headers: { 'content-disposition': `attachment; filename="${name}.csv"` },
  };
}
