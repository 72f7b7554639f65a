import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Query } from '../../api/client.ts';
import { type FilterName, filterNames, readLog, readWholeLog, withNewest } from '../../api/logs.ts';
import { useUrlState } from '../../app/url-state.ts';
import { spanOf } from '../../time-range/time-range.ts';
import { useTimeRange } from '../../time-range/use-time-range.ts';

export type Filters = Readonly<Partial<Record<FilterName, string>>>;

/** The first page is there soon; whoever goes on wants many. */
const FIRST_ROWS = 200;
const MORE_ROWS = 1_000;
const LIVE_EVERY_MS = 2_000;

/** The calls that the address asks for, page after page; while it says `live`, those that come stand on top. */
export function useLogs() {
  const [url] = useUrlState();
  const { range, setRange } = useTimeRange('24h');
  const filters = filtersOf(url);
  const isLive = url['live'] !== undefined && range.kind === 'named';
  const key = ['logs', 'list', { filters, range, text: url['q'] }];
  const asked = (): Query => {
    const { fromMs, toMs } = spanOf(range, Date.now());
    // A range that moves with the clock has no end: what is new belongs to it.
    const end = range.kind === 'fixed' ? { to: toMs } : {};
    return { ...filters, text: url['q'], from: fromMs, ...end, limit: FIRST_ROWS };
  };
  const queries = useQueryClient();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      readLog({ ...asked(), ...(pageParam === null ? {} : { cursor: pageParam, limit: MORE_ROWS }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    // Pages are places in the log: what is loaded stays as it is, and what is new is put before it.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
  });
  useQuery({
    queryKey: [...key, 'live'],
    queryFn: async ({ signal }) => {
      const newest = await readLog(asked(), signal);
      queries.setQueryData(key, (pages: Parameters<typeof withNewest>[0]) => withNewest(pages, newest));
      return newest.data[0]?.id ?? null;
    },
    enabled: isLive && data !== undefined,
    // A tab that nobody looks at asks nothing.
    refetchInterval: LIVE_EVERY_MS,
  });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data), [data]);
  const total = data?.pages[0]?.total_estimate;
  return {
    rows,
    total,
    error,
    refetch,
    hasNextPage,
    isFetchingNextPage,
    fetchNextPage,
    filters,
    range,
    setRange,
    isLive,
    everyRow: () => readWholeLog(asked()),
  };
}

function filtersOf(url: Readonly<Record<string, string | undefined>>): Filters {
  return Object.fromEntries(
    filterNames.flatMap((name) => (url[name] === undefined || url[name] === '' ? [] : [[name, url[name]]])),
  );
}
