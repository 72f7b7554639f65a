import { Text } from '@mantine/core';
import type { PartyRow } from '../api/parties.ts';
import { StatusDot } from '../app/status-dot.tsx';
import { BudgetBar } from '../budget/budget-bar.tsx';
import { nanoOf } from '../format/money.ts';
import { MoneyText } from '../format/money-text.tsx';
import { formatCount } from '../format/number.ts';
import { TimeText } from '../format/time-text.tsx';
import { m } from '../messages/index.ts';
import type { Column } from '../table/column.ts';
import type { PartyKind } from './party-kind.ts';

const words = m.parties.columns;

const count = (id: 'rpm_limit' | 'tpm_limit' | 'max_parallel_requests', header: string): Column<PartyRow> => ({
  id,
  header,
  isNumber: true,
  isExtra: true,
  value: (row) => row[id],
  cell: (row) => (typeof row[id] === 'number' ? formatCount(row[id]) : '–'),
});

const named: Column<PartyRow> = {
  id: 'name',
  header: words.name,
  value: ({ name, id }) => name ?? id,
  cell: ({ name, id }) => (
    <Text component="span" size="sm" fw={550}>
      {name ?? id}
    </Text>
  ),
};

const state: Column<PartyRow> = {
  id: 'state',
  header: words.state,
  value: ({ blocked }) => (blocked ? m.parties.states.blocked : m.parties.states.active),
  cell: ({ blocked }) => (
    <StatusDot tone={blocked ? 'bad' : 'good'}>
      {blocked ? m.parties.states.blocked : m.parties.states.active}
    </StatusDot>
  ),
};

const money: readonly Column<PartyRow>[] = [
  {
    id: 'spend',
    header: words.spend,
    isNumber: true,
    value: ({ spend }) => spend,
    cell: ({ spend }) => <MoneyText nano={nanoOf(spend)} />,
  },
  {
    id: 'max_budget',
    header: words.budget,
    width: 190,
    value: (row) => row.max_budget,
    cell: (row) =>
      typeof row.max_budget === 'number' ? (
        <BudgetBar of={row} limit={row.max_budget} />
      ) : (
        <Text component="span" size="sm" c="dimmed">
          {m.parties.noLimit}
        </Text>
      ),
  },
];

const rest: readonly Column<PartyRow>[] = [
  {
    id: 'created_at',
    header: words.created,
    value: (row) => row.created_at,
    cell: (row) => <TimeText at={row.created_at} ago />,
  },
  {
    id: 'budget_reset_at',
    header: words.resets,
    isExtra: true,
    value: (row) => row.budget_reset_at,
    cell: (row) => <TimeText at={row.budget_reset_at ?? null} ago />,
  },
  count('rpm_limit', m.form.rpm),
  count('tpm_limit', m.form.tpm),
  count('max_parallel_requests', m.form.parallel),
  { id: 'managed_at', header: words.managed, isExtra: true, value: (row) => row.managed_at },
  { id: 'id', header: words.id, isExtra: true, value: (row) => row.id },
];

const models: Column<PartyRow> = {
  id: 'models',
  header: words.models,
  value: (row) => (row.models.length === 0 ? m.parties.allModels : row.models.join(', ')),
};

export function columnsOf(kind: PartyKind): readonly Column<PartyRow>[] {
  return [
    named,
    ...kind.columns,
    ...(kind.block === undefined ? [] : [state]),
    ...money,
    ...(kind.hasModels ? [models] : []),
    ...rest,
  ];
}
