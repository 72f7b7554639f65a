import type { UpstreamHeaders } from '../upstream.ts';

/** Longer waits are cut: a resting deployment is asked again by then anyway. */
const MAX_WAIT_MS = 3_600_000;

/**
 * How long an upstream asks to be left alone: `retry-after-ms`, or `retry-after` in seconds or as a date. A date is
 * read against the answer's own `date`, so that no clock of ours is needed and a wrong one of theirs does no harm.
 */
export function parseRetryAfter(headers: UpstreamHeaders): number | null {
  const milliseconds = nonNegative(headers.get('retry-after-ms'));
  if (milliseconds !== null) return Math.min(milliseconds, MAX_WAIT_MS);
  const value = headers.get('retry-after');
  if (value === null) return null;
  const seconds = nonNegative(value);
  if (seconds !== null) return Math.min(Math.ceil(seconds * 1000), MAX_WAIT_MS);
  const until = Date.parse(value);
  const sent = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(until) || Number.isNaN(sent) ? null : Math.min(Math.max(0, until - sent), MAX_WAIT_MS);
}

function nonNegative(text: string | null): number | null {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null;
}
