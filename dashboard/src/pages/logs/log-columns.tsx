import type { LoggedRow, Outcome } from '../../api/logs.ts';
import { StatusDot, type Tone } from '../../app/status-dot.tsx';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatCount, formatDuration } from '../../format/number.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';

const words = m.logs.columns;

export const outcomeTones: Readonly<Record<Outcome, Tone>> = {
  completed: 'good',
  refused: 'warn',
  failed: 'bad',
  disconnected: 'quiet',
  orphaned: 'bad',
};

type Counted = 'prompt_tokens' | 'completion_tokens' | 'cache_read_tokens' | 'reasoning_tokens';
type Named = 'provider' | 'deployment' | 'team' | 'user' | 'customer' | 'session' | 'id' | 'error_code';

const count = (id: Counted, header: string, isExtra = false): Column<LoggedRow> => ({
  id,
  header,
  isNumber: true,
  isExtra,
  value: (row) => row[id],
  cell: (row) => formatCount(row[id]),
});

const time = (id: 'first_byte_ms' | 'duration_ms', header: string): Column<LoggedRow> => ({
  id,
  header,
  isNumber: true,
  value: (row) => row[id],
  cell: (row) => formatDuration(row[id]),
});

const text = (id: Named, header: string, isExtra = true): Column<LoggedRow> => ({
  id,
  header,
  isExtra,
  value: (row) => row[id],
});

const columns: readonly Column<LoggedRow>[] = [
  {
    id: 'started_at',
    header: words.time,
    value: (row) => row.started_at,
    cell: (row) => <TimeText at={row.started_at} />,
  },
  {
    id: 'outcome',
    header: words.outcome,
    value: (row) => m.logs.outcomes[row.outcome],
    cell: (row) => <StatusDot tone={outcomeTones[row.outcome]}>{m.logs.outcomes[row.outcome]}</StatusDot>,
  },
  { id: 'status', header: words.status, isNumber: true, isExtra: true, value: (row) => row.status },
  { id: 'model', header: words.model, value: (row) => row.model },
  text('provider', words.provider, false),
  { id: 'key', header: words.key, value: (row) => row.key_alias ?? row.key },
  count('prompt_tokens', words.input),
  count('completion_tokens', words.output),
  count('cache_read_tokens', words.cached, true),
  {
    id: 'spend',
    header: words.spend,
    isNumber: true,
    value: (row) => row.spend_usd,
    cell: (row) => <MoneyText nano={nanoOf(row.spend_usd)} />,
  },
  time('first_byte_ms', words.firstByte),
  time('duration_ms', words.duration),
  text('error_code', words.error),
  text('deployment', words.deployment),
  text('team', words.team),
  text('user', words.user),
  text('customer', words.customer),
  text('session', words.session),
  { id: 'tags', header: words.tags, isExtra: true, value: (row) => row.tags.join(', ') },
  count('reasoning_tokens', words.reasoning, true),
  text('id', words.id),
];

/** Newest first is the order of the log: another would be that of what happens to be loaded. */
export const logColumns = columns.map((column) => ({ ...column, isSortable: false }));
