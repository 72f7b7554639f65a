import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { tellFailure } from '../app/toast.ts';
import { m } from '../messages/index.ts';
import type { Column } from './column.ts';
import { csvOf, saveFile } from './csv.ts';

type Props<Row> = {
  /** Of what is saved. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rowsOf: () => readonly Row[] | Promise<readonly Row[]>;
};

/** Saves rows as they are when it is pressed, with their columns as they stand. */
export function CsvButton<Row>({ name, columns, rowsOf }: Props<Row>) {
  const [isSaving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      const rows = (await rowsOf()).map((row) => columns.map(({ value, csv = value }) => csv(row)));
      const header = columns.map(({ header: title }) => title);
      saveFile(`${name.toLowerCase().replaceAll(/\W+/g, '-')}.csv`, csvOf(header, rows));
    } catch (error) {
      tellFailure(error);
    } finally {
      setSaving(false);
    }
  };
  return (
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
  );
}
