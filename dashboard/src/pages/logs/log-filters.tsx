import { filterNames } from '../../api/logs.ts';
import { m } from '../../messages/index.ts';
import { type UrlFilter, UrlFilters } from '../../table/url-filters.tsx';
import type { Filters } from './use-logs.ts';

const words = m.logs.filters;

const logFilters: readonly UrlFilter[] = filterNames.map((name) => ({
  name,
  label: words.names[name],
  ...(name === 'status' ? { hint: words.statusHint } : {}),
}));

/** What narrows the log. */
export function LogFilters({ filters }: { readonly filters: Filters }) {
  return <UrlFilters filters={logFilters} values={filters} />;
}
