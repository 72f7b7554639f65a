import type { HoldRow, InstanceRow, UncertainRow } from '../../api/ledger.ts';
import { StatusDot, type Tone } from '../../app/status-dot.tsx';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatCount } from '../../format/number.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';

const words = m.ledger;

/** On SQLite there is one process that leases, and its lease has no end that matters. */
const FAR_MS = 365 * 86_400_000;

const TONES: Readonly<Record<InstanceRow['state'], Tone>> = { live: 'good', silent: 'warn', suspended: 'bad' };

export const instanceColumns: readonly Column<InstanceRow>[] = [
  {
    id: 'id',
    header: words.instance,
    value: ({ id }) => id,
    cell: ({ id, own }) => (
      <>
        <code>{id}</code>
        {own ? ` · ${words.own}` : null}
      </>
    ),
  },
  {
    id: 'state',
    header: words.state,
    value: ({ state }) => words.states[state],
    cell: ({ state }) => <StatusDot tone={TONES[state]}>{words.states[state]}</StatusDot>,
  },
  { id: 'since', header: words.since, value: ({ since }) => since, cell: ({ since }) => <TimeText at={since} ago /> },
  {
    id: 'ends',
    header: words.ends,
    value: (row) => row.lease_ends_at,
    cell: (row) =>
      Date.parse(row.lease_ends_at) - Date.now() > FAR_MS ? words.whileItRuns : <TimeText at={row.lease_ends_at} ago />,
  },
  { id: 'pots', header: words.pots, isNumber: true, value: ({ pots }) => pots, cell: ({ pots }) => formatCount(pots) },
  {
    id: 'leased',
    header: words.money,
    isNumber: true,
    value: (row) => nanoOf(row.leased_usd),
    csv: (row) => row.leased_usd,
    cell: (row) => <MoneyText nano={nanoOf(row.leased_usd)} />,
  },
];

export const holdColumns: readonly Column<HoldRow>[] = [
  { id: 'since', header: words.since, value: ({ since }) => since, cell: ({ since }) => <TimeText at={since} ago /> },
  { id: 'call', header: words.call, value: ({ id }) => id, cell: ({ id }) => <code>{id}</code> },
  { id: 'model', header: words.model, value: ({ model }) => model },
  { id: 'key', header: words.key, value: ({ key_alias: alias, key_id: id }) => alias ?? id },
  { id: 'team', header: words.team, isExtra: true, value: (row) => row.team_id },
  { id: 'user', header: words.user, isExtra: true, value: (row) => row.user_id },
  { id: 'instance', header: words.instance, isExtra: true, value: ({ instance }) => instance },
  {
    id: 'held',
    header: words.held,
    isNumber: true,
    value: (row) => nanoOf(row.held_usd),
    csv: (row) => row.held_usd,
    cell: (row) => <MoneyText nano={nanoOf(row.held_usd)} />,
  },
];

const amount = (id: 'charged_usd' | 'corrected_by_usd', header: string): Column<UncertainRow> => ({
  id,
  header,
  isNumber: true,
  value: (row) => nanoOf(row[id]),
  csv: (row) => row[id],
  cell: (row) => <MoneyText nano={nanoOf(row[id])} />,
});

export const uncertainColumns: readonly Column<UncertainRow>[] = [
  { id: 'call', header: words.call, value: ({ id }) => id, cell: ({ id }) => <code>{id}</code> },
  { id: 'kind', header: words.kind, value: ({ kind }) => words.kinds[kind] },
  amount('charged_usd', words.charged),
  amount('corrected_by_usd', words.corrected),
];
