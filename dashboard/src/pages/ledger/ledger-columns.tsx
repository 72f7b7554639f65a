import type { InstanceRow, UncertainRow } from '../../api/ledger.ts';
import { StatusDot, type Tone } from '../../app/status-dot.tsx';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatCount } from '../../format/number.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';

const words = m.ledger;

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
    cell: (row) => <TimeText at={row.lease_ends_at} ago />,
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
