import type { SettingRow } from '../../api/settings.ts';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';

const words = m.settings;

export const settingColumns: readonly Column<SettingRow>[] = [
  { id: 'name', header: words.columns.name, value: ({ name }) => name, cell: ({ name }) => <code>{name}</code> },
  { id: 'value', header: words.columns.value, value: ({ value }) => value ?? words.unset },
  { id: 'source', header: words.columns.source, value: ({ source }) => words.sources[source] },
  { id: 'at', header: words.columns.at, value: ({ at }) => at },
  { id: 'description', header: words.columns.description, value: ({ description }) => description },
];
