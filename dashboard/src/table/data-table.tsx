import { Button, Skeleton, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import type { Every } from '../api/to-the-end.ts';
import { Failure } from '../app/failure.tsx';
import { EmptyState } from '../app/page-states.tsx';
import { m } from '../messages/index.ts';
import type { Column } from './column.ts';
import classes from './data-table.module.css';
import { TableToolbar } from './table-toolbar.tsx';
import { type TableState, useTableState } from './use-table-state.ts';

const ROW_PX = 40;
const OVERSCAN = 12;
/** As many rows before the end more are fetched: whoever scrolls by the wheel waits for nothing. */
const AHEAD = 40;

type Props<Row> = {
  /** Says what the rows are: the label of the table, and the name of what is saved. */
  readonly name: string;
  /** undefined: still on their way. */
  readonly rows: readonly Row[] | undefined;
  readonly columns: readonly Column<Row>[];
  readonly rowId: (row: Row) => string;
  readonly sortedFirst?: string;
  /** The rows come searched and sorted by what the address asks for (`q`, `sort`): there are more than are here. */
  readonly isAsked?: boolean;
  readonly error?: unknown;
  readonly retry?: () => void;
  /** What to say, and to do, where there is nothing yet. */
  readonly empty: ReactNode;
  readonly onOpen?: (row: Row) => void;
  readonly openId?: string | null;
  /** Of rows that come page after page: all of them, to be saved. Left out: what is here is all. */
  readonly everyRow?: (() => Promise<Every<Row>>) | undefined;
  /** At the end of each row: where else it leads. */
  readonly links?: ((row: Row) => ReactNode) | undefined;
  /** Filters, at the left of the toolbar. */
  readonly filters?: ReactNode;
  /** The end is near: more may be fetched. */
  readonly onEnd?: (() => void) | undefined;
  readonly isFetchingMore?: boolean;
  /** How many there are beyond those that are here. */
  readonly total?: number | undefined;
};

/** The one table: sorted, searched and chosen in the address, only what is seen is drawn, saved as CSV. */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { name, rows, columns, error, retry, empty, filters, total, everyRow, sortedFirst = null } = props;
  const { isAsked = false } = props;
  const state = useTableState(rows ?? NOTHING, columns, { sortedFirst, isAsked });
  if (error !== undefined && error !== null && rows === undefined) {
    return <Failure error={error} {...(retry === undefined ? {} : { retry })} />;
  }
  // Where the search was made elsewhere, nothing found is not nothing there.
  const isEmpty = rows !== undefined && rows.length === 0 && !(isAsked && state.search !== '');
  return (
    <div className={classes['table']}>
      {isEmpty && filters === undefined ? null : (
        <TableToolbar
          name={name}
          state={state}
          columns={columns}
          filters={filters}
          total={total ?? rows?.length ?? 0}
          everyRow={everyRow}
        />
      )}
      {rows === undefined ? <Waiting /> : null}
      {isEmpty ? empty : null}
      {rows !== undefined && !isEmpty && state.rows.length === 0 ? <NoMatch state={state} /> : null}
      {state.rows.length === 0 ? null : <Rows {...props} state={state} />}
    </div>
  );
}

const NOTHING: readonly never[] = [];

const WAITING_WIDTHS = ['92%', '75%', '84%', '61%', '88%', '70%', '79%', '66%'];

function Waiting() {
  return (
    <div role="status" aria-label={m.frame.loading} className={classes['waiting']}>
      {WAITING_WIDTHS.map((width) => (
        <Skeleton key={width} height={14} width={width} radius="sm" />
      ))}
    </div>
  );
}

function NoMatch<Row>({ state }: { readonly state: TableState<Row> }) {
  const clear = (
    <Button variant="light" onClick={() => state.setSearch('')}>
      {m.frame.table.clear}
    </Button>
  );
  return <EmptyState title={m.frame.table.none} action={clear} />;
}

function Rows<Row extends object>(props: Props<Row> & { readonly state: TableState<Row> }) {
  const { name, rowId, onOpen, openId = null, links, onEnd, isFetchingMore = false, state, total } = props;
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: state.rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
  });
  const drawn = virtual.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= state.rows.length - AHEAD) onEnd?.();
  }, [last, state.rows.length, onEnd]);
  const before = drawn[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (drawn.at(-1)?.end ?? 0);
  const span = state.shown.length + (links === undefined ? 0 : 1);
  return (
    <section className={classes['scroll']} ref={frame} aria-label={name}>
      <table className={classes['grid']} aria-rowcount={(total ?? state.rows.length) + 1}>
        <caption className={classes['caption']}>{name}</caption>
        <Head state={state} hasLinks={links !== undefined} />
        <tbody>
          {before > 0 ? <Gap px={before} span={span} /> : null}
          {drawn.map(({ index }) => {
            const row = state.rows[index];
            if (row === undefined) return null;
            const id = rowId(row);
            return (
              <BodyRow
                key={id}
                row={row}
                index={index}
                columns={state.shown}
                links={links}
                onOpen={onOpen}
                isOpen={openId !== null && openId === id}
              />
            );
          })}
          {after > 0 ? <Gap px={after} span={span} /> : null}
        </tbody>
      </table>
      {isFetchingMore ? (
        <Text size="xs" c="dimmed" ta="center" py="xs" role="status">
          {m.frame.table.more}
        </Text>
      ) : null}
    </section>
  );
}

/** Stands for the rows that are not drawn. */
function Gap({ px, span }: { readonly px: number; readonly span: number }) {
  return (
    <tr>
      <td colSpan={span} style={{ height: px, padding: 0, border: 0 }} />
    </tr>
  );
}

type HeadProps<Row> = { readonly state: TableState<Row>; readonly hasLinks: boolean };

function Head<Row>({ state: { shown, sort, toggleSort }, hasLinks }: HeadProps<Row>) {
  return (
    <thead>
      <tr>
        {shown.map(({ id, header, isNumber = false, width, isSortable = true }) => {
          const isSorted = sort?.id === id;
          const direction = isSorted ? (sort.desc ? 'descending' : 'ascending') : undefined;
          return (
            <th
              key={id}
              scope="col"
              data-number={isNumber || undefined}
              aria-sort={direction}
              style={width === undefined ? undefined : { width, minWidth: width }}
            >
              {isSortable ? (
                <UnstyledButton className={classes['sort']} onClick={() => toggleSort(id)}>
                  <span>{header}</span>
                  {isSorted ? sort.desc ? <IconArrowDown size={13} /> : <IconArrowUp size={13} /> : null}
                </UnstyledButton>
              ) : (
                header
              )}
            </th>
          );
        })}
        {hasLinks ? (
          <th scope="col" className={classes['links']}>
            <VisuallyHidden>{m.frame.table.links}</VisuallyHidden>
          </th>
        ) : null}
      </tr>
    </thead>
  );
}

type BodyRowProps<Row> = {
  readonly row: Row;
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly links: ((row: Row) => ReactNode) | undefined;
  readonly onOpen: ((row: Row) => void) | undefined;
  readonly isOpen: boolean;
};

const next = (row: Element): Element | null => row.nextElementSibling;
const previous = (row: Element): Element | null => row.previousElementSibling;

/** From row to row by the keys of a list, or of an editor. */
const NEIGHBOURS: Readonly<Record<string, (row: Element) => Element | null>> = {
  ArrowDown: next,
  j: next,
  ArrowUp: previous,
  k: previous,
};

function BodyRow<Row>({ row, index, columns, links, onOpen, isOpen }: BodyRowProps<Row>) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const neighbour = NEIGHBOURS[event.key]?.(event.currentTarget);
    if (event.key !== 'Enter' && neighbour === undefined) return;
    event.preventDefault();
    if (event.key === 'Enter') onOpen?.(row);
    if (neighbour instanceof HTMLElement) neighbour.focus();
  };
  const opening = onOpen === undefined ? {} : { tabIndex: 0, onClick: () => onOpen(row), onKeyDown };
  return (
    <tr
      className={classes['row']}
      aria-rowindex={index + 2}
      aria-current={isOpen ? 'true' : undefined}
      data-opens={onOpen !== undefined || undefined}
      {...opening}
    >
      {columns.map(({ id, value, cell, isNumber = false }) => (
        <td key={id} data-number={isNumber || undefined}>
          <div className={classes['cell']}>{cell === undefined ? String(value(row) ?? '–') : cell(row)}</div>
        </td>
      ))}
      {links === undefined ? null : <td className={classes['links']}>{links(row)}</td>}
    </tr>
  );
}
