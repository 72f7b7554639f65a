const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 2_592_000_000,
};

/** A hundred years: beyond, dates have no usual form. */
const LONGEST_MS = 36_525 * 86_400_000;

export const LIFETIME_FORMS = '30s, 30m, 30h, 30d, 30w or 1mo';

/** LiteLLM's durations, of which a month has 30 days. null: it is none. */
export function durationMs(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,12})(s|mo|m|h|d|w)$/.exec(text.trim()) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  return ms > 0 && ms <= LONGEST_MS ? ms : null;
}

/** A duration, or LiteLLM's word for ever. */
export function isLifetime(text: string): boolean {
  return text === '-1' || durationMs(text) !== null;
}

/** null: for ever. */
export function lifetimeMs(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : durationMs(text);
}
