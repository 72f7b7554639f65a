import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type KeyPage, keysKey, listEveryKey, listKeys } from '../../api/keys.ts';
import { useUrlState } from '../../app/url-state.ts';

/** What the API can sort by; another column's order would be that of one page only. */
export const SORTED_BY: ReadonlySet<string> = new Set([
  'key_alias',
  'max_budget',
  'created_at',
  'expires',
  'user_id',
  'team_id',
]);

export const FIRST_SORT = '-created_at';

/** The keys that the address asks for, page after page: searched and sorted by the gateway, as there may be a million. */
export function useKeys() {
  const [{ q = '', sort = FIRST_SORT, team, user }] = useUrlState();
  const by = sort.replace(/^-/, '');
  const order = SORTED_BY.has(by) ? { sort_by: by, sort_order: sort.startsWith('-') ? 'desc' : 'asc' } : {};
  const search = q === '' ? {} : { key_alias: q, substring_matching: true };
  const asked = { team_id: team, user_id: user, ...order, ...search };
  const found = useInfiniteQuery({
    queryKey: [...keysKey, 'list', { q, sort, team, user }],
    queryFn: ({ pageParam, signal }) => listKeys({ page: pageParam, ...asked }, signal),
    initialPageParam: 1,
    getNextPageParam: (last: KeyPage) => (last.current_page < last.total_pages ? last.current_page + 1 : undefined),
  });
  const rows = useMemo(() => found.data?.pages.flatMap(({ keys }) => keys), [found.data]);
  return {
    ...found,
    pages: found.data?.pages,
    rows,
    total: found.data?.pages[0]?.total_count,
    everyRow: () => listEveryKey(asked),
  };
}
