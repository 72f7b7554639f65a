import type { ReactNode } from 'react';
import { EmptyState, PageLoading } from '../app/page-states.tsx';
import { SideSheet } from './side-sheet.tsx';

type Props<Row> = {
  /** Of the one that is open; null: none. */
  readonly id: string | null;
  /** undefined: still on their way. */
  readonly rows: readonly Row[] | undefined;
  readonly idOf: (row: Row) => string;
  readonly titleOf: (row: Row) => string;
  /** Where the address names one that is not there. */
  readonly gone: string;
  readonly onClose: () => void;
  readonly children: (row: Row) => ReactNode;
};

/** One row of a list in full, as the address names it. */
export function EntrySheet<Row>({ id, rows, idOf, titleOf, gone, onClose, children }: Props<Row>) {
  const row = rows?.find((each) => idOf(each) === id);
  return (
    <SideSheet isOpen={id !== null} title={row === undefined ? id : titleOf(row)} onClose={onClose}>
      {rows === undefined ? <PageLoading /> : null}
      {rows !== undefined && row === undefined ? <EmptyState title={gone} /> : null}
      {row === undefined ? null : children(row)}
    </SideSheet>
  );
}
