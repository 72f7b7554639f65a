const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const moment = {
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const;
const local = new Intl.DateTimeFormat(undefined, { year: 'numeric', ...moment });
const localThisYear = new Intl.DateTimeFormat(undefined, moment);
const localDay = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: '2-digit' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** The year is said where it is another one than now. */
export function formatLocal(ms: number): string {
  const isThisYear = new Date(ms).getFullYear() === new Date().getFullYear();
  return (isThisYear ? localThisYear : local).format(ms);
}

export const formatDay = (ms: number): string => localDay.format(ms);
export const formatUtc = (ms: number): string => `${new Date(ms).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** Further away a day of the calendar says more. */
const FAR = 60 * DAY;

/** "3 minutes ago", "in 2 days", "Jul 01, 2099". */
export function formatAgo(ms: number, nowMs: number): string {
  const away = ms - nowMs;
  const size = Math.abs(away);
  if (size < MINUTE) return relative.format(Math.round(away / 1_000), 'second');
  if (size < HOUR) return relative.format(Math.round(away / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(away / HOUR), 'hour');
  return size < FAR ? relative.format(Math.round(away / DAY), 'day') : formatDay(ms);
}
