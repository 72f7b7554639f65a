const DAY_MS = 86_400_000;
/** No zone is further from UTC than 14 hours, and no day begins later than an hour after midnight. */
const FURTHEST_MS = 16 * 3_600_000;

/** The days of one time zone, as numbers: 0 is the first of January 1970 there. A class, for the zone's formatter. */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat | null;

  /** Throws a RangeError for a zone that nobody knows. */
  constructor(name: string) {
    this.name = name;
    // What most gateways count in: a start does not wait 10 ms for a formatter that is not asked.
    if (name === 'UTC') {
      this.#format = null;
      return;
    }
    const options = { timeZone: name, calendar: 'gregory', numberingSystem: 'latn' } as const;
    const format = new Intl.DateTimeFormat('en-US', { ...options, year: 'numeric', month: 'numeric', day: 'numeric' });
    this.#format = format.resolvedOptions().timeZone === 'UTC' ? null : format;
  }

  /** The date that the zone's clocks show. */
  dayAt(ms: number): number {
    if (this.#format === null) return Math.floor(ms / DAY_MS);
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(ms)) parts[type] = Number(value);
    return dayNumber(parts['year'] ?? 1970, (parts['month'] ?? 1) - 1, parts['day'] ?? 1);
  }

  /**
   * The first instant that shows the date or a later one: not always midnight (Beirut's and Cairo's clocks skip it in
   * spring), and the next day's as well where a date was skipped (Samoa, 30 December 2011).
   */
  startOf(day: number): number {
    if (this.#format === null) return day * DAY_MS;
    let [before, from] = [day * DAY_MS - FURTHEST_MS, day * DAY_MS + FURTHEST_MS];
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (this.dayAt(middle) >= day) from = middle;
      else before = middle;
    }
    return from;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new TimeZone(name).name === name;
  } catch {
    return false;
  }
}

/** Months count from 0. */
export function dayNumber(year: number, month: number, day: number): number {
  return Math.round(Date.UTC(year, month, day) / DAY_MS);
}

/** When a date such as 2027-01-01 begins in a zone; null: it is no date. */
export function startOfDate(date: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  const midnightMs = Date.parse(`${date}T00:00:00Z`);
  if (!Number.isFinite(midnightMs) || !new Date(midnightMs).toISOString().startsWith(date)) return null;
  return new TimeZone(zone).startOf(midnightMs / DAY_MS);
}
