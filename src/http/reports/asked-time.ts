import { z } from 'zod';
import { GatewayError } from '../../inference/index.ts';

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** As browsers tell it, `getTimezoneOffset`: minutes that UTC is ahead of the clock, 300 in New York in winter. */
export const timezone = z.coerce
  .number()
  .int()
  .min(-840)
  .max(840)
  .default(0)
  .describe('Minutes that UTC is ahead of the clock that days are counted by: 480 for PST. Taken to the full hour.');

/** How many hours the clock is ahead of UTC. Calls are summed by full hours of UTC. */
export function offsetHoursOf(timezoneMinutes: number): number {
  return -Math.round(timezoneMinutes / 60) + 0;
}

/** A moment: a date (that day's start on the clock that is asked for), a date with a time, or epoch milliseconds. */
export function momentOf(text: string, param: string, offsetHours: number): number {
  if (/^\d{12,15}$/.test(text)) return Number(text);
  if (DATE.test(text)) {
    const ms = Date.parse(`${text}T00:00:00Z`);
    if (Number.isFinite(ms)) return ms - offsetHours * HOUR_MS;
  }
  // A plus that was not encoded arrives as a blank; LiteLLM's own form has one, and no zone.
  const spoken = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;
  const ms = /^\d{4}-\d{2}-\d{2}T/.test(spoken) ? Date.parse(spoken.replace(' ', '+')) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new GatewayError(
    'invalid_request',
    `'${param}' must be a date such as 2026-11-24, a time such as 2026-11-24T15:00:00Z, or epoch milliseconds, not '${text}'.`,
    { param },
  );
}

/** The end of a stretch: a date alone stands for all of that day. */
export function endOf(text: string, param: string, offsetHours: number): number {
  const ms = momentOf(text, param, offsetHours);
  return DATE.test(text) ? ms + DAY_MS : ms;
}

export type AskedTime = { readonly fromMs: number; readonly toMs: number; readonly offsetHours: number };

/** Both ends are within so many days of each other: more would be a report of years by hours. */
const MOST_DAYS = 3_660;

/** Left out: from so many days ago until now. */
export function stretchOf(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined; readonly timezone: number },
  names: { readonly from: string; readonly to: string },
  nowMs: number,
  days: number,
): AskedTime {
  const offsetHours = offsetHoursOf(asked.timezone);
  const today = Math.floor((nowMs + offsetHours * HOUR_MS) / DAY_MS) * DAY_MS - offsetHours * HOUR_MS;
  const toMs = asked.to === undefined ? today + DAY_MS : endOf(asked.to, names.to, offsetHours);
  const fromMs = asked.from === undefined ? toMs - days * DAY_MS : momentOf(asked.from, names.from, offsetHours);
  if (toMs <= fromMs)
    throw new GatewayError('invalid_request', `'${names.to}' must be later than '${names.from}'.`, { param: names.to });
  if (toMs - fromMs > MOST_DAYS * DAY_MS)
    throw new GatewayError('invalid_request', `At most ${MOST_DAYS} days can be asked for at once.`, {
      param: names.from,
    });
  return { fromMs, toMs, offsetHours };
}

/** The date that a bucket's start on the asked clock stands for. */
export function dateOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
