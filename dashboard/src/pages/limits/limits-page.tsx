import { Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type LimitRow, limitsQuery } from '../../api/limits.ts';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { formatCount, formatDuration } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { UseMeter } from './use-meter.tsx';

const words = m.limits;

export default function LimitsPage() {
  const { data, error, refetch } = useQuery(limitsQuery);
  const [url, change] = useUrlState();
  const kind = url['kind'] ?? '';
  const rows = kind === '' ? data : data?.filter((row) => row.kind === kind);
  return (
    <PageFrame title={words.title} lead={words.lead}>
      <DataTable
        name={words.title}
        rows={rows}
        columns={columns}
        rowId={rowId}
        sortedFirst="-share"
        error={error}
        retry={() => void refetch()}
        empty={<EmptyState title={words.empty}>{words.emptyHint}</EmptyState>}
        filters={
          <Select
            size="xs"
            aria-label={words.filter}
            data={[
              { value: '', label: words.all },
              ...Object.entries(words.kinds).map(([value, label]) => ({ value, label })),
            ]}
            allowDeselect={false}
            value={kind}
            onChange={(next) => change({ kind: next === '' ? null : next })}
          />
        }
      />
      <Text size="sm" c="dimmed">
        {words.atRest} <Link to="/keys">{words.keys}</Link>, <Link to="/teams">{words.teams}</Link>,{' '}
        <Link to="/users">{words.users}</Link>.
      </Text>
    </PageFrame>
  );
}

const rowId = ({ kind, id, model, measure, per }: LimitRow): string => [kind, id, model, measure, per].join('\n');

function timeText(ms: number | null): string {
  if (ms === null) return words.whenCallsEnd;
  return ms === 0 ? words.now : words.in(formatDuration(ms));
}

const columns: readonly Column<LimitRow>[] = [
  { id: 'kind', header: words.kind, value: ({ kind }) => words.kinds[kind] ?? kind },
  { id: 'id', header: words.id, value: ({ id }) => (id === '' ? words.everything : id) },
  { id: 'model', header: words.model, value: ({ model }) => model ?? words.everything },
  {
    id: 'limit',
    header: words.limit,
    value: ({ limit }) => limit,
    cell: ({ limit, measure, per }) => words.amount(formatCount(limit), words.measures[measure], per),
  },
  {
    id: 'share',
    header: words.share,
    width: 130,
    value: ({ used, limit }) => (limit === 0 ? 1 : used / limit),
    cell: ({ used, limit }) => <UseMeter used={used} limit={limit} />,
  },
  { id: 'used', header: words.used, isNumber: true, value: ({ used }) => used, cell: ({ used }) => formatCount(used) },
  {
    id: 'remaining',
    header: words.remaining,
    isNumber: true,
    value: ({ remaining }) => remaining,
    cell: ({ remaining }) => formatCount(remaining),
  },
  {
    id: 'frees',
    header: words.frees,
    value: ({ frees_in_ms: ms }) => ms,
    cell: ({ used, frees_in_ms: ms }) => (used === 0 ? '–' : timeText(ms)),
  },
  {
    id: 'full',
    header: words.full,
    value: ({ empty_in_ms: ms }) => ms,
    cell: ({ used, empty_in_ms: ms }) => (used === 0 ? words.now : timeText(ms)),
  },
];
