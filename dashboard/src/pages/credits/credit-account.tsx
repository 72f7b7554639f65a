import { Alert } from '@mantine/core';
import type { CreditAccount, CreditRow, OpenGrant } from '../../api/credits.ts';
import { EmptyState } from '../../app/page-states.tsx';
import { Tile, Tiles } from '../../app/tiles.tsx';
import { decimalUsd, nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';

const words = m.credits;

const FIGURES = ['balance', 'granted', 'used', 'refunded', 'expired', 'leased'] as const;

/** An organization's account: what it has, and every transfer that made it so. */
export function CreditAccountView({ account }: { readonly account: CreditAccount | undefined }) {
  return (
    <>
      {account === undefined || account.pays === 'credits' ? null : <Alert variant="light">{words.metered}</Alert>}
      {account === undefined ? null : (
        <Tiles>
          {FIGURES.map((figure) => (
            <Tile key={figure} name={words[figure]}>
              <MoneyText nano={nanoOf(account[figure])} />
            </Tile>
          ))}
        </Tiles>
      )}
      <DataTable
        name={words.transfers}
        rows={account?.credits}
        columns={columnsFor(account?.open ?? [])}
        rowId={({ id }) => id}
        sortedFirst="-time"
        empty={<EmptyState title={words.empty}>{words.emptyHint}</EmptyState>}
      />
    </>
  );
}

/** What went back stands with a minus. */
const signed = ({ kind, amount }: CreditRow): bigint => (kind === 'refund' ? -nanoOf(amount) : nanoOf(amount));

/** Cents, so that amounts stand under one another; more only where there is more. */
function decimalsOf(nano: bigint): number {
  return nano % 10_000_000n === 0n ? 2 : 9;
}

function columnsFor(open: readonly OpenGrant[]): readonly Column<CreditRow>[] {
  const left = new Map(open.map(({ id, remaining }) => [id, nanoOf(remaining)]));
  const leftOf = ({ id, kind }: CreditRow): bigint | null => (kind === 'refund' ? null : (left.get(id) ?? 0n));
  return [
    {
      id: 'time',
      header: words.columns.time,
      value: (row) => row.created_at,
      cell: (row) => <TimeText at={row.created_at} />,
    },
    { id: 'kind', header: words.columns.kind, value: ({ kind }) => words.kinds[kind] },
    { id: 'category', header: words.columns.category, value: ({ category }) => words.categories[category] },
    {
      id: 'amount',
      header: words.columns.amount,
      isNumber: true,
      value: signed,
      csv: (row) => decimalUsd(signed(row)),
      cell: (row) => <MoneyText nano={signed(row)} decimals={decimalsOf(signed(row))} />,
    },
    {
      id: 'left',
      header: words.columns.left,
      isNumber: true,
      value: leftOf,
      csv: (row) => decimalUsdOrNone(leftOf(row)),
      cell: (row) => <Left nano={leftOf(row)} />,
    },
    {
      id: 'expires',
      header: words.columns.expires,
      value: (row) => row.expires_at,
      cell: (row) =>
        row.expires_at === null ? row.kind === 'refund' ? '–' : words.forEver : <TimeText at={row.expires_at} ago />,
    },
    { id: 'note', header: words.columns.note, value: ({ note }) => note },
    { id: 'by', header: words.columns.by, value: (row) => row.created_by },
    { id: 'id', header: words.columns.id, isExtra: true, value: ({ id }) => id },
  ];
}

const decimalUsdOrNone = (nano: bigint | null): string | null => (nano === null ? null : decimalUsd(nano));

function Left({ nano }: { readonly nano: bigint | null }) {
  return nano === null ? '–' : <MoneyText nano={nano} decimals={decimalsOf(nano)} />;
}
