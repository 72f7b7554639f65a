import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import { useUrlState } from '../app/url-state.ts';
import { type Column, compareValues } from './column.ts';

const features = tableFeatures({
  columnVisibilityFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

export type TableState<Row> = {
  /** In the order that is shown, what the search leaves of them. */
  readonly rows: readonly Row[];
  /** Others in the same way: searched and sorted. */
  readonly arrange: (others: readonly Row[]) => readonly Row[];
  readonly shown: readonly Column<Row>[];
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly sort: Sort | null;
  readonly toggleSort: (id: string) => void;
  readonly chosen: ReadonlySet<string>;
  readonly toggleColumn: (id: string) => void;
};

/**
 * Sorting, choice of columns and search, all of it in the address: `?sort=-spend&cols=a,b&q=text`. `isAsked`: whoever
 * gives the rows reads it there as well and has searched and sorted already.
 */
export function useTableState<Row extends object>(
  data: readonly Row[],
  columns: readonly Column<Row>[],
  { sortedFirst, isAsked }: { readonly sortedFirst: string | null; readonly isAsked: boolean },
): TableState<Row> {
  const [url, change] = useUrlState();
  const search = url['q'] ?? '';
  const sort = readSort(url['sort'] ?? sortedFirst, columns);
  const chosen = useMemo(() => readChoice(url['cols'], columns), [url, columns]);
  const found = useMemo(
    () => (isAsked ? data : data.filter((row) => matches(row, columns, search))),
    [data, columns, search, isAsked],
  );
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  const sorting: SortingState = sort === null ? [] : [sort];
  const table = useTable({
    features,
    columns: definitions,
    data: found,
    manualSorting: isAsked,
    state: {
      sorting,
      columnVisibility: Object.fromEntries(columns.map(({ id }) => [id, chosen.has(id)])),
    },
  });
  const shownIds = new Set(table.getVisibleLeafColumns().map(({ id }) => id));
  return {
    rows: table.getRowModel().rows.map(({ original }) => original),
    arrange: (others) => (isAsked ? others : arranged(others, columns, search, sort)),
    shown: columns.filter(({ id }) => shownIds.has(id)),
    search,
    setSearch: (text) => change({ q: text === '' ? null : text }),
    sort,
    toggleSort: (id) => change({ sort: nextSort(sort, id) }),
    chosen,
    toggleColumn: (id) => change({ cols: writeChoice(chosen, id, columns) }),
  };
}

type Sort = { readonly id: string; readonly desc: boolean };

function arranged<Row>(rows: readonly Row[], columns: readonly Column<Row>[], search: string, sort: Sort | null) {
  const found = rows.filter((row) => matches(row, columns, search));
  const value = columns.find(({ id }) => id === sort?.id)?.value;
  if (value === undefined) return found;
  const sign = sort?.desc ? -1 : 1;
  return found.toSorted((one, other) => sign * compareValues(value(one), value(other)));
}

function definitionOf<Row extends object>({ id, value }: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id,
    accessorFn: value,
    sortFn: (one, other) => compareValues(value(one.original), value(other.original)),
  };
}

export function readSort<Row>(
  text: string | null,
  columns: readonly Column<Row>[],
): { id: string; desc: boolean } | null {
  if (text === null) return null;
  const desc = text.startsWith('-');
  const id = desc ? text.slice(1) : text;
  return columns.some((column) => column.id === id) ? { id, desc } : null;
}

/** Numbers are wanted greatest first, so a first click sorts downwards; a second one turns it round. */
function nextSort(sort: { id: string; desc: boolean } | null, id: string): string {
  return sort?.id === id && sort.desc ? id : `-${id}`;
}

function readChoice<Row>(text: string | undefined, columns: readonly Column<Row>[]): ReadonlySet<string> {
  const usual = columns.filter(({ isExtra = false }) => !isExtra).map(({ id }) => id);
  const asked = text?.split(',').filter((id) => columns.some((column) => column.id === id)) ?? [];
  return new Set(asked.length > 0 ? asked : usual);
}

function writeChoice<Row>(
  chosen: ReadonlySet<string>,
  toggled: string,
  columns: readonly Column<Row>[],
): string | null {
  const next = columns.filter(({ id }) => chosen.has(id) !== (id === toggled)).map(({ id }) => id);
  const usual = columns.filter(({ isExtra = false }) => !isExtra).map(({ id }) => id);
  return next.length === 0 || next.join() === usual.join() ? null : next.join(',');
}

function matches<Row>(row: Row, columns: readonly Column<Row>[], search: string): boolean {
  if (search === '') return true;
  const words = search.toLowerCase().split(/\s+/);
  const text = columns.map(({ value }) => String(value(row) ?? '').toLowerCase()).join(' ');
  return words.every((word) => text.includes(word));
}
