import type { ExchangeEvent } from '../../telemetry/index.ts';
import { csvAnswer } from '../reports/csv.ts';
import { shownRow } from '../reports/shown-call.ts';
import type { RouteAnswer } from '../route.ts';
import type { Reader } from './shown-routing.ts';

const SHOWN = [
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
  'organization',
  'customer',
  'session',
  'prompt_tokens',
  'completion_tokens',
  'spend_usd',
  'duration_ms',
] as const;

/** Calls as a table. */
export function spendLogCsv(events: readonly ExchangeEvent[], reader: Reader): RouteAnswer {
  const rows = events.map((event) => shownRow(event, reader));
  return csvAnswer(
    'spend-logs',
    [...SHOWN, 'tags'],
    rows.map((row) => [...SHOWN.map((column) => row[column]), row.tags.join(' ')]),
  );
}
