import { Group, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { m } from '../messages/index.ts';
import type { Column } from './column.ts';
import { CsvButton } from './csv-button.tsx';
import classes from './small-table.module.css';

export type SmallColumn<Row> = Column<Row> & {
  /** Above the column in place of its name; what is saved has the name. */
  readonly head?: ReactNode;
  /** Tells rows apart: read out with each cell of its row. */
  readonly isRowName?: boolean;
};

type Props<Row> = {
  /** Says what the rows are: the label of the table, and the name of what is saved. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly SmallColumn<Row>[];
  readonly rowId: (row: Row) => string;
  /** Before the button that saves. */
  readonly heading: ReactNode;
  readonly actions?: ReactNode;
  /** At the end of each row: what can be done with it. */
  readonly doings?: ((row: Row) => ReactNode) | undefined;
  /** As many pixels a column has at least, where there may be many; the rest is scrolled to. */
  readonly leastPx?: number;
};

/** Some rows in full, within something else: neither searched nor sorted, saved as CSV like every table. */
export function SmallTable<Row>(props: Props<Row>) {
  const { name, rows, columns, rowId, heading, actions, doings, leastPx } = props;
  const least = leastPx === undefined ? undefined : { minWidth: leastPx };
  return (
    <section aria-label={name} className={classes['frame']}>
      <Group justify="space-between" wrap="nowrap" gap="xs" mb={4}>
        <div className={classes['heading']}>{heading}</div>
        <Group gap={4} wrap="nowrap">
          {actions}
          <CsvButton name={name} columns={columns} rowsOf={() => rows} />
        </Group>
      </Group>
      <div className={classes['scroll']}>
        <table className={classes['table']}>
          <thead>
            <tr>
              {columns.map(({ id, header, head = header, isNumber = false, width }) => (
                <th key={id} scope="col" data-number={isNumber || undefined} style={width ? { width } : least}>
                  {head}
                </th>
              ))}
              {doings === undefined ? null : (
                <th scope="col" className={classes['doings']}>
                  <VisuallyHidden>{m.frame.table.doings}</VisuallyHidden>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={rowId(row)}>
                {columns.map((column) => (
                  <Cell key={column.id} column={column} row={row} />
                ))}
                {doings === undefined ? null : <td className={classes['doings']}>{doings(row)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Cell<Row>({ column, row }: { readonly column: SmallColumn<Row>; readonly row: Row }) {
  const { value, cell, isNumber = false, isRowName = false } = column;
  const shown = cell === undefined ? String(value(row) ?? '–') : cell(row);
  return isRowName ? <th scope="row">{shown}</th> : <td data-number={isNumber || undefined}>{shown}</td>;
}
