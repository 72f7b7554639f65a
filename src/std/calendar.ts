import { type TimeWindow, type WindowSpan, windowAt } from './time-window.ts';
import { TimeZone } from './time-zone.ts';

/** The windows of one time zone. */
export type Calendar = { readonly windowAt: (window: TimeWindow, nowMs: number) => WindowSpan };

/** Remembers the current window of each kind: to look one up in a zone's history takes some hundred microseconds. */
export function openCalendar(timeZone: string): Calendar {
  const zone = new TimeZone(timeZone);
  const current = new Map<string, WindowSpan>();
  return {
    windowAt: (window, nowMs) => {
      const known = current.get(window.name);
      if (known !== undefined && nowMs >= known.startMs && nowMs < known.endMs) return known;
      const span = windowAt(window, zone, nowMs);
      current.set(window.name, span);
      return span;
    },
  };
}
