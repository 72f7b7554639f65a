import { ActionIcon, Checkbox, Popover, Stack, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconColumns3, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Every } from '../api/to-the-end.ts';
import { tellDone } from '../app/toast.ts';
import { formatCount } from '../format/number.ts';
import { m } from '../messages/index.ts';
import type { Column } from './column.ts';
import { CsvButton } from './csv-button.tsx';
import classes from './data-table.module.css';
import type { TableState } from './use-table-state.ts';

const SEARCH_AFTER_MS = 120;

type Props<Row> = {
  readonly name: string;
  readonly state: TableState<Row>;
  readonly columns: readonly Column<Row>[];
  readonly filters: ReactNode;
  readonly total: number;
  readonly everyRow: (() => Promise<Every<Row>>) | undefined;
};

export function TableToolbar<Row>({ name, state, columns, filters, total, everyRow }: Props<Row>) {
  const rowsOf = async (): Promise<readonly Row[]> => {
    const every = await everyRow?.();
    if (every === undefined) return state.rows;
    const rows = state.arrange(every.rows);
    if (every.isCut) tellDone(m.frame.table.cut(formatCount(rows.length)));
    return rows;
  };
  return (
    <div className={classes['toolbar']}>
      <Search state={state} />
      {filters}
      <div className={classes['tools']}>
        <span className={classes['count']} role="status">
          {m.frame.table.rows(formatCount(state.rows.length), formatCount(total))}
        </span>
        <ColumnChoice state={state} columns={columns} />
        <CsvButton name={name} columns={state.shown} rowsOf={rowsOf} />
      </div>
    </div>
  );
}

/** What is typed is shown at once, and searched for when the fingers rest. */
function Search<Row>({ state: { search, setSearch } }: { readonly state: TableState<Row> }) {
  const [text, setText] = useState(search);
  useEffect(() => setText(search), [search]);
  const settle = useDebouncedCallback(setSearch, SEARCH_AFTER_MS);
  return (
    <TextInput
      data-search
      size="xs"
      w={220}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        settle(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      leftSection={<IconSearch size={14} />}
      placeholder={m.frame.table.search}
      aria-label={m.frame.table.search}
    />
  );
}

function ColumnChoice<Row>({
  state: { chosen, toggleColumn },
  columns,
}: {
  readonly state: TableState<Row>;
  readonly columns: readonly Column<Row>[];
}) {
  return (
    <Popover position="bottom-end" shadow="md">
      <Popover.Target>
        <Tooltip label={m.frame.table.columns}>
          <ActionIcon variant="subtle" color="gray" aria-label={m.frame.table.columns}>
            <IconColumns3 size={17} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {columns.map(({ id, header }) => (
            <Checkbox key={id} size="xs" label={header} checked={chosen.has(id)} onChange={() => toggleColumn(id)} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
