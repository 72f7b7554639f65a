import { m } from '../../messages/index.ts';
import type { UrlFilter } from '../../table/url-filters.tsx';

const words = m.audit.filters;

/** By the names that the API has for them. */
export const auditFilters: readonly UrlFilter[] = [
  { name: 'who', label: words.who, hint: words.whoHint },
  { name: 'action', label: words.action, hint: words.actionHint },
  { name: 'table_name', label: words.table_name, hint: words.kindHint },
  { name: 'object_id', label: words.object_id },
];
