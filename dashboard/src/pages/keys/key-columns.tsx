import { Text } from '@mantine/core';
import type { KeyRow } from '../../api/keys.ts';
import { StatusDot } from '../../app/status-dot.tsx';
import { BudgetBar } from '../../budget/budget-bar.tsx';
import { Sparkline } from '../../chart/sparkline.tsx';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatCount } from '../../format/number.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';
import { stateOf } from './key-state.ts';
import { type KeyUsage, USAGE_DAYS } from './use-key-usage.ts';
import { SORTED_BY } from './use-keys.ts';

const words = m.keys.columns;

const count = (id: 'rpm_limit' | 'tpm_limit' | 'max_parallel_requests', header: string): Column<KeyRow> => ({
  id,
  header,
  isNumber: true,
  isExtra: true,
  value: (row) => row[id],
  cell: (row) => {
    const value = row[id];
    return value === null ? '–' : formatCount(value);
  },
});

const time = (
  id: 'created_at' | 'expires' | 'last_rotation_at' | 'budget_reset_at',
  header: string,
  isExtra = true,
): Column<KeyRow> => ({
  id,
  header,
  isExtra,
  value: (row) => row[id],
  cell: (row) => <TimeText at={row[id]} ago />,
});

const columns: readonly Column<KeyRow>[] = [
  {
    id: 'key_alias',
    header: words.name,
    value: ({ key_alias: alias }) => alias,
    cell: ({ key_alias: alias }) =>
      alias === null ? (
        <Text component="span" size="sm" c="dimmed">
          {m.keys.unnamed}
        </Text>
      ) : (
        <Text component="span" size="sm" fw={550}>
          {alias}
        </Text>
      ),
  },
  { id: 'key_name', header: words.key, value: (row) => row.key_name, cell: (row) => <code>{row.key_name}</code> },
  {
    id: 'state',
    header: words.state,
    value: (row) => stateOf(row, Date.now())[1],
    cell: (row) => {
      const [tone, word] = stateOf(row, Date.now());
      return <StatusDot tone={tone}>{word}</StatusDot>;
    },
  },
  {
    id: 'spend',
    header: words.spend,
    isNumber: true,
    value: (row) => row.spend,
    cell: (row) => <MoneyText nano={nanoOf(row.spend)} />,
  },
  {
    id: 'max_budget',
    header: words.budget,
    width: 190,
    value: (row) => row.max_budget,
    cell: (row) =>
      row.max_budget === null ? (
        <Text component="span" size="sm" c="dimmed">
          {m.keys.noLimit}
        </Text>
      ) : (
        <BudgetBar of={row} limit={row.max_budget} />
      ),
  },
  {
    id: 'models',
    header: words.models,
    value: ({ models }) => (models.length === 0 ? m.keys.allModels : models.join(', ')),
  },
  time('created_at', words.created, false),
  time('expires', words.expires),
  { id: 'team_id', header: words.team, isExtra: true, value: (row) => row.team_id },
  { id: 'user_id', header: words.user, isExtra: true, value: (row) => row.user_id },
  count('rpm_limit', words.rpm),
  count('tpm_limit', words.tpm),
  count('max_parallel_requests', words.parallel),
  time('last_rotation_at', words.rotated),
  { id: 'tags', header: words.tags, isExtra: true, value: ({ tags }) => tags.join(', ') },
  { id: 'token_id', header: words.id, isExtra: true, value: (row) => row.token_id },
];

/** `usage` undefined: whoever looks may not see it. */
export function keyColumns(usage: KeyUsage | undefined): readonly Column<KeyRow>[] {
  const [head, tail] = [columns.slice(0, USAGE_AT), columns.slice(USAGE_AT)];
  const all = usage === undefined ? columns : [...head, usageColumn(usage), ...tail];
  return all.map((column) => ({ ...column, isSortable: SORTED_BY.has(column.id) }));
}

const USAGE_AT = columns.findIndex(({ id }) => id === 'spend');
const NO_DAYS: readonly number[] = Array<number>(USAGE_DAYS).fill(0);

function usageColumn(usage: KeyUsage): Column<KeyRow> {
  const daysOf = ({ token_id: id }: KeyRow): readonly number[] => usage.get(id) ?? NO_DAYS;
  const callsOf = (row: KeyRow): number => daysOf(row).reduce((sum, calls) => sum + calls, 0);
  return {
    id: 'usage',
    header: words.usage(USAGE_DAYS),
    value: callsOf,
    cell: (row) => <Sparkline values={daysOf(row)} label={words.calls(formatCount(callsOf(row)), USAGE_DAYS)} />,
  };
}
