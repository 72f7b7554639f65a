import type { ReactNode } from 'react';
import type { CsvValue } from './csv.ts';

/** A column of a DataTable. What it sorts by, shows and saves comes from `value`, unless told otherwise. */
export type Column<Row> = {
  readonly id: string;
  readonly header: string;
  readonly value: (row: Row) => CsvValue;
  /** How it is shown; left out: the value as text. */
  readonly cell?: (row: Row) => ReactNode;
  /** What is saved; left out: the value. An amount is saved as a plain decimal. */
  readonly csv?: (row: Row) => CsvValue;
  /** Numbers stand under one another. */
  readonly isNumber?: boolean;
  /** CSS width; left out: a share of what is left. */
  readonly width?: number;
  /** Not shown until it is chosen. */
  readonly isExtra?: boolean;
  readonly isSortable?: boolean;
};

export function compareValues(one: CsvValue, other: CsvValue): number {
  if (one === other) return 0;
  // What is not there stands at the end of whatever is sorted upwards.
  if (one === null || one === undefined) return 1;
  if (other === null || other === undefined) return -1;
  if (typeof one === 'string' && typeof other === 'string')
    return one.localeCompare(other, undefined, { numeric: true });
  return one < other ? -1 : 1;
}
