import { type Nano, nanoOf } from '../format/money.ts';

/** A budget as the API tells it; amounts in USD, times in ISO 8601. */
export type Budgeted = {
  readonly spend?: number | undefined;
  readonly budget_duration?: string | null | undefined;
  readonly budget_reset_at?: string | null | undefined;
  readonly created_at?: string | null | undefined;
};

/** Before so much of a window is over, its pace says nothing. */
const EARLIEST_SHARE = 0.05;

/**
 * What will be spent at the end of the window, if it goes on as it went since its beginning. null: there is no end, or
 * it is too early to say.
 */
export function forecastOf(budgeted: Budgeted, nowMs: number): Nano | null {
  const endMs = Date.parse(budgeted.budget_reset_at ?? '');
  const beginMs = beginOf(budgeted.budget_duration ?? '', endMs);
  if (beginMs === null || nowMs >= endMs) return null;
  const fromMs = Math.max(beginMs, Date.parse(budgeted.created_at ?? '') || beginMs);
  const [passedMs, wholeMs] = [nowMs - fromMs, endMs - fromMs];
  if (passedMs < wholeMs * EARLIEST_SHARE) return null;
  // Milliseconds fit into a bigint exactly, and money is no float.
  return (nanoOf(budgeted.spend) * BigInt(Math.round(wholeMs))) / BigInt(Math.max(1, Math.round(passedMs)));
}

const WORDS: Readonly<Record<string, string>> = {
  hourly: '1h',
  hour: '1h',
  daily: '1d',
  day: '1d',
  weekly: '1w',
  week: '1w',
  monthly: '1mo',
  month: '1mo',
  '30d': '1mo',
};

const LENGTHS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Where the window that ends then began. A day on which clocks change is off by an hour, which no bar shows. */
function beginOf(duration: string, endMs: number): number | null {
  const found = /^(\d+)(s|mo|m|h|d|w)$/.exec(WORDS[duration] ?? duration);
  if (found === null || Number.isNaN(endMs)) return null;
  const [, count = '1', unit = 'd'] = found;
  const length = LENGTHS_MS[unit];
  if (length !== undefined) return endMs - Number(count) * length;
  const begin = new Date(endMs);
  begin.setUTCMonth(begin.getUTCMonth() - Number(count));
  return begin.getTime();
}
