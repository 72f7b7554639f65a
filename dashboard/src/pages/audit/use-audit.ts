import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { auditKey, readAudit, readWholeAudit } from '../../api/audit.ts';
import type { Query } from '../../api/client.ts';
import { useUrlState } from '../../app/url-state.ts';
import { useTimeRange } from '../../time-range/use-time-range.ts';
import { auditFilters } from './audit-filters.ts';

const PAGE_ROWS = 100;

/** The entries that the address asks for, page after page. */
export function useAudit() {
  const [url] = useUrlState();
  const { range, span, setRange } = useTimeRange('30d');
  const values = Object.fromEntries(auditFilters.map(({ name }) => [name, url[name]]));
  const asked: Query = {
    ...values,
    q: url['q'],
    start_date: new Date(span.fromMs).toISOString(),
    // A range that moves with the clock has no end: what is new belongs to it.
    ...(range.kind === 'fixed' ? { end_date: new Date(span.toMs).toISOString() } : {}),
  };
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...auditKey, 'list', asked],
    queryFn: ({ pageParam, signal }) => readAudit({ ...asked, before: pageParam, page_size: PAGE_ROWS }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ audit_logs: rows }) => (rows.length < PAGE_ROWS ? null : (rows.at(-1)?.id ?? null)),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => data?.pages.flatMap(({ audit_logs }) => audit_logs), [data]);
  const total = data?.pages[0]?.total;
  const more = hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined;
  const everyRow = () => readWholeAudit(asked);
  return { rows, total, everyRow, error, refetch, more, isFetchingNextPage, values, asked, range, setRange };
}
