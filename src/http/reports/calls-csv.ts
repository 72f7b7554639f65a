import type { RouteAnswer } from '../route.ts';
import { csvAnswer } from './csv.ts';
import type { shownRow } from './shown-call.ts';

const COLUMNS = [
  'id',
  'started_at',
  'outcome',
  'status',
  'error_code',
  'model',
  'upstream_model',
  'provider',
  'key',
  'key_alias',
  'user',
  'team',
  'project',
  'organization',
  'customer',
  'session',
  'prompt_tokens',
  'completion_tokens',
  'cache_read_tokens',
  'cache_creation_tokens',
  'spend_usd',
  'first_byte_ms',
  'duration_ms',
] as const;

/** Calls as a table. */
export function callsCsv(name: string, rows: readonly ReturnType<typeof shownRow>[]): RouteAnswer {
  return csvAnswer(
    name,
    [...COLUMNS, 'tags'],
    rows.map((row) => [...COLUMNS.map((column) => row[column]), row.tags.join(' ')]),
  );
}
