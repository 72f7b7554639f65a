import { ActionIcon, Checkbox, Popover, Stack, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconColumns3, IconDownload, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Every } from '../api/to-the-end.ts';
import { tellDone, tellFailure } from '../app/toast.ts';
import { formatCount } from '../format/number.ts';
import { m } from '../messages/index.ts';
import type { Column } from './column.ts';
import { csvOf, saveFile } from './csv.ts';
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
  const [isSaving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      const every = await everyRow?.();
      const rows = (every === undefined ? state.rows : state.arrange(every.rows)).map((row) =>
        state.shown.map(({ value, csv = value }) => csv(row)),
      );
      const header = state.shown.map(({ header: title }) => title);
      saveFile(`${name.toLowerCase().replaceAll(/\W+/g, '-')}.csv`, csvOf(header, rows));
      if (every?.isCut) tellDone(m.frame.table.cut(formatCount(rows.length)));
    } catch (error) {
      tellFailure(error);
    } finally {
      setSaving(false);
    }
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
        <Tooltip label={m.frame.table.csv}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={m.frame.table.csv}
            loading={isSaving}
            onClick={() => void save()}
          >
            <IconDownload size={17} />
          </ActionIcon>
        </Tooltip>
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
