import { Text } from '@mantine/core';
import type { Dimension, UsageGroup, UsageTotals } from '../../api/usage.ts';
import { LogAnchor, type LogSearch } from '../../app/log-link.tsx';
import { decimalUsd, type Nano, nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatCount, formatDuration, formatShare } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';
import { labelOf } from './chart-data.ts';

const words = m.overview;

const number = (
  id: string,
  header: string,
  of: (totals: UsageTotals) => number | null,
  format: (value: number) => string = formatCount,
): Column<UsageGroup> => ({
  id,
  header,
  isNumber: true,
  value: ({ totals }) => of(totals),
  cell: ({ totals }) => {
    const value = of(totals);
    return value === null ? '–' : format(value);
  },
});

type Asked = {
  readonly by: Dimension;
  /** What all of them spent. */
  readonly whole: Nano;
  /** The time of the report, as the log's address has it. */
  readonly time: LogSearch;
};

/** The groups of a report as a table, each with a way to its calls. */
export function groupColumns({ by, whole, time }: Asked): readonly Column<UsageGroup>[] {
  return [
    {
      id: 'name',
      header: words.dimensions[by],
      value: (group) => labelOf(group, words.none),
      cell: (group) => (
        <Text component="span" size="sm" fw={550}>
          {group.name === '' ? (
            words.none
          ) : (
            <LogAnchor search={{ ...time, [by]: group.name }}>{labelOf(group, words.none)}</LogAnchor>
          )}
        </Text>
      ),
    },
    {
      id: 'spend',
      header: words.metrics.spend,
      isNumber: true,
      value: ({ totals }) => nanoOf(totals.spend_usd),
      csv: ({ totals }) => decimalUsd(nanoOf(totals.spend_usd)),
      cell: ({ totals }) => <MoneyText nano={nanoOf(totals.spend_usd)} />,
    },
    number(
      'share',
      words.share,
      ({ spend_usd: usd }) => (whole === 0n ? 0 : Number((nanoOf(usd) * 10_000n) / whole) / 10_000),
      formatShare,
    ),
    number('requests', words.metrics.requests, ({ requests }) => requests),
    number('tokens', words.metrics.tokens, ({ total_tokens: tokens }) => tokens),
    { ...number('input', words.inputTokens, ({ prompt_tokens: tokens }) => tokens), isExtra: true },
    { ...number('output', words.outputTokens, ({ completion_tokens: tokens }) => tokens), isExtra: true },
    number('cached', words.metrics.cached, ({ cache_read_tokens: tokens }) => tokens),
    number('failed', words.failed, ({ failed_requests: failed }) => failed),
    {
      ...number(
        'failed_share',
        words.failedShare,
        ({ failed_requests: failed, requests }) => (requests === 0 ? 0 : failed / requests),
        formatShare,
      ),
      isExtra: true,
    },
    number('median', words.median, ({ first_byte_ms: { p50 } }) => p50, formatDuration),
    { ...number('p95', words.p95, ({ first_byte_ms: { p95 } }) => p95, formatDuration), isExtra: true },
  ];
}
