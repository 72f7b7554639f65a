import { dayNumber, type TimeZone } from './time-zone.ts';

type Unit = 'span' | 'day' | 'week' | 'month' | 'total';

/** A period that repeats, or all of time. Frozen; `name` tells windows apart: equal ones have equal names. */
export type TimeWindow = {
  readonly name: string;
  readonly unit: Unit;
  /** Of the unit; milliseconds of a span. */
  readonly count: number;
};

/** One window of a kind: the instants from `startMs` to just before `endMs`. */
export type WindowSpan = {
  readonly startMs: number;
  /** Infinity: it never ends. */
  readonly endMs: number;
  /** Names the window among those of all kinds: `2026-11`, `2026-11-24`, `2026-11-23/1w`; empty for all of time. */
  readonly label: string;
};

/** What can be said, for messages. */
export const TIME_WINDOW_FORMS =
  '30s, 30m, 24h, 1d, 7d, 30d, 1w, 1mo, hourly, daily, weekly, monthly, hour, day, week, month or total';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MOST = 100_000;
/** The first Monday of 1970 was the fifth of January. */
const DAYS_BEFORE_MONDAY = 4;

/** LiteLLM's durations, OpenRouter's words and ours. LiteLLM's `7d` and `30d` are the week and the month. */
const WORDS: Readonly<Record<string, string>> = {
  minute: '1m',
  hour: '1h',
  hourly: '1h',
  day: '1d',
  daily: '1d',
  week: '1w',
  weekly: '1w',
  '7d': '1w',
  month: '1mo',
  monthly: '1mo',
  '30d': '1mo',
  year: '12mo',
  yearly: '12mo',
};

const SPANS_MS: Readonly<Record<string, number>> = { s: SECOND_MS, m: 60 * SECOND_MS, h: HOUR_MS };
const UNITS: Readonly<Record<string, Unit>> = { d: 'day', w: 'week', mo: 'month' };

export const ALL_TIME: TimeWindow = Object.freeze({ name: 'total', unit: 'total', count: 1 });

/** null: it is no window. */
export function parseTimeWindow(text: string): TimeWindow | null {
  const asked = text.trim().toLowerCase();
  if (asked === 'total') return ALL_TIME;
  const [, digits, letters = ''] = /^(\d{1,6})(s|mo|m|h|d|w)$/.exec(WORDS[asked] ?? asked) ?? [];
  const count = Number(digits);
  if (!(count >= 1 && count <= MOST)) return null;
  const unit = UNITS[letters];
  if (unit !== undefined) return windowOf(unit, count, `${count}${letters}`);
  const ms = count * (SPANS_MS[letters] ?? 0);
  return ms % DAY_MS === 0
    ? windowOf('day', ms / DAY_MS, `${ms / DAY_MS}d`)
    : windowOf('span', ms, `${ms / SECOND_MS}s`);
}

function windowOf(unit: Unit, count: number, name: string): TimeWindow {
  return Object.freeze({ name, unit, count });
}

/** The one window of the kind that holds the instant. */
export function windowAt(window: TimeWindow, zone: TimeZone, nowMs: number): WindowSpan {
  if (window.unit === 'total') return { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY, label: '' };
  if (window.unit === 'span') return spanAt(window, zone, nowMs);
  const startOf = (index: number): number => zone.startOf(firstDay(window, index));
  const index = indexAt(startOf, indexOfDay(window, zone.dayAt(nowMs)), nowMs);
  return { startMs: startOf(index), endMs: startOf(index + 1), label: labelOf(window, index) };
}

/** From a guess to the index whose window holds the instant: dates that come twice, or never, mislead the guess. */
function indexAt(startOf: (index: number) => number, guess: number, nowMs: number): number {
  let index = guess;
  while (nowMs < startOf(index)) index--;
  while (nowMs >= startOf(index + 1)) index++;
  return index;
}

/**
 * Spans shorter than a day are cut from the zone's day, of which the last one takes what is left or goes without it:
 * a day of 25 hours has two windows of 12 hours, not three. Longer ones are cut from all of time.
 */
function spanAt({ count: lengthMs }: TimeWindow, zone: TimeZone, nowMs: number): WindowSpan {
  const label = (startMs: number): string =>
    `${new Date(startMs).toISOString().slice(0, 19)}Z/${lengthMs / SECOND_MS}s`;
  if (lengthMs > DAY_MS) {
    const startMs = Math.floor(nowMs / lengthMs) * lengthMs;
    return { startMs, endMs: startMs + lengthMs, label: label(startMs) };
  }
  const startOf = (day: number): number => zone.startOf(day);
  const day = indexAt(startOf, zone.dayAt(nowMs), nowMs);
  const [dayStartMs, dayEndMs] = [startOf(day), startOf(day + 1)];
  const inDay = Math.max(1, Math.round((dayEndMs - dayStartMs) / lengthMs));
  const nth = Math.min(Math.floor((nowMs - dayStartMs) / lengthMs), inDay - 1);
  const startMs = dayStartMs + nth * lengthMs;
  return { startMs, endMs: nth === inDay - 1 ? dayEndMs : startMs + lengthMs, label: label(startMs) };
}

function indexOfDay({ unit, count }: TimeWindow, day: number): number {
  if (unit === 'day') return Math.floor(day / count);
  if (unit === 'week') return Math.floor((day - DAYS_BEFORE_MONDAY) / 7 / count);
  const date = new Date(day * DAY_MS);
  return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / count);
}

function firstDay({ unit, count }: TimeWindow, index: number): number {
  if (unit === 'day') return index * count;
  if (unit === 'week') return index * count * 7 + DAYS_BEFORE_MONDAY;
  const month = index * count;
  return dayNumber(Math.floor(month / 12), month % 12, 1);
}

function labelOf(window: TimeWindow, index: number): string {
  const date = new Date(firstDay(window, index) * DAY_MS).toISOString().slice(0, 10);
  if (window.name === '1d') return date;
  if (window.name === '1mo') return date.slice(0, 7);
  return `${date}/${window.name}`;
}
