import { Button, Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useUrlState } from '../../app/url-state.ts';
import { useOpen } from '../../app/use-open.ts';
import { m } from '../../messages/index.ts';
import { DataTable } from '../../table/data-table.tsx';
import { RangePicker } from '../../time-range/range-picker.tsx';
import { CallSheet } from './call-sheet.tsx';
import { logColumns } from './log-columns.tsx';
import { LogFilters } from './log-filters.tsx';
import { useLogs } from './use-logs.ts';

const words = m.logs;

export default function LogsPage() {
  const { rows, total, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage, ...asked } = useLogs();
  const { filters, range, setRange, isLive, everyRow } = asked;
  const [, change] = useUrlState();
  const [openId, open] = useOpen('/logs');
  const actions = (
    <>
      <Switch
        size="sm"
        label={words.live}
        checked={isLive}
        disabled={range.kind === 'fixed'}
        onChange={(event) => change({ live: event.currentTarget.checked ? '1' : null })}
      />
      <RangePicker range={range} onChange={setRange} />
    </>
  );
  return (
    <PageFrame title={words.title} lead={words.lead} actions={actions}>
      <DataTable
        name={words.title}
        rows={rows}
        columns={logColumns}
        rowId={({ id }) => id}
        isAsked
        everyRow={everyRow}
        error={error}
        retry={() => void refetch()}
        empty={
          <EmptyState
            title={words.empty}
            action={
              <Button component={Link} to="/playground" variant="light">
                {words.toPlayground}
              </Button>
            }
          >
            {words.emptyHint}
          </EmptyState>
        }
        filters={<LogFilters filters={filters} />}
        onOpen={({ id }) => open(id)}
        openId={openId}
        total={Math.max(total ?? 0, rows?.length ?? 0)}
        onEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
        isFetchingMore={isFetchingNextPage}
      />
      <CallSheet id={openId} onClose={() => open(null)} onOpen={open} />
    </PageFrame>
  );
}
