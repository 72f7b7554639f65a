import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { UpstreamHeaders } from '../upstream.ts';

/** Longer waits are cut: a resting deployment is asked again by then anyway. */
const MAX_WAIT_MS = 3_600_000;

/**
 * How long an upstream asks to be left alone: `retry-after-ms`, or `retry-after` in seconds, as a duration or as a
 * date. A date is read against the answer's own `date`, so that a wrong clock of theirs does no harm, else against
 * `nowMs`.
 */
export function readRetryAfter(headers: UpstreamHeaders, nowMs: number | null): number | null {
  const milliseconds = nonNegative(headers.get('retry-after-ms'));
  if (milliseconds !== null) return bounded(milliseconds);
  const value = headers.get('retry-after');
  if (value === null) return null;
  const seconds = nonNegative(value);
  if (seconds !== null) return bounded(seconds * 1000);
  return readDuration(value) ?? untilDate(value, headers, nowMs);
}

/** Pairs of what is left of a limit and when it is whole again. OpenAI's kin, Groq, Cerebras; Anthropic; the rest. */
const RESETS: readonly (readonly [remaining: string, reset: string])[] = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['x-ratelimit-remaining-requests-minute', 'x-ratelimit-reset-requests-minute'],
  ['x-ratelimit-remaining-tokens-minute', 'x-ratelimit-reset-tokens-minute'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
  ['anthropic-ratelimit-input-tokens-remaining', 'anthropic-ratelimit-input-tokens-reset'],
  ['anthropic-ratelimit-output-tokens-remaining', 'anthropic-ratelimit-output-tokens-reset'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
  ['ratelimit-remaining', 'ratelimit-reset'],
];

/**
 * Where a refusal for a limit has no `retry-after`: what its body says, else when the limit that is used up is whole
 * again, else the first of those named. null: nothing can be read.
 */
export function readReset(headers: UpstreamHeaders | null, body: Buffer, nowMs: number | null): number | null {
  return readBodyWait(body, nowMs) ?? (headers === null ? null : readResetHeaders(headers, nowMs));
}

function readResetHeaders(headers: UpstreamHeaders, nowMs: number | null): number | null {
  const waits: number[] = [];
  const waitsOfUsedUp: number[] = [];
  for (const [remaining, reset] of RESETS) {
    const value = headers.get(reset);
    const wait = value === null ? null : readMoment(value, headers, nowMs);
    if (wait === null) continue;
    waits.push(wait);
    if (nonNegative(headers.get(remaining)) === 0) waitsOfUsedUp.push(wait);
  }
  if (waitsOfUsedUp.length > 0) return Math.max(...waitsOfUsedUp);
  return waits.length === 0 ? null : Math.min(...waits);
}

/** From here on a bare number is a time and no span: seconds since 1970, then milliseconds. */
const FIRST_EPOCH_S = 1_000_000_000;
const FIRST_EPOCH_MS = 1_000_000_000_000;

/** `1m30s`, `120ms`, `7.66` (seconds), seconds or milliseconds since 1970, a date. */
function readMoment(value: string, headers: UpstreamHeaders | null, nowMs: number | null): number | null {
  const number = nonNegative(value);
  if (number === null) return readDuration(value) ?? untilDate(value, headers, nowMs);
  if (number < FIRST_EPOCH_S) return bounded(number * 1000);
  const until = number < FIRST_EPOCH_MS ? number * 1000 : number;
  const sent = sentAt(headers, nowMs);
  return sent === null ? null : bounded(until - sent);
}

function untilDate(value: string, headers: UpstreamHeaders | null, nowMs: number | null): number | null {
  // `Date.parse` takes `-5` for a day.
  const until = /\d\d:\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  const sent = sentAt(headers, nowMs);
  return Number.isNaN(until) || sent === null ? null : bounded(until - sent);
}

function sentAt(headers: UpstreamHeaders | null, nowMs: number | null): number | null {
  const sent = Date.parse(headers?.get('date') ?? '');
  return Number.isNaN(sent) ? nowMs : sent;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** As Go writes them: `6m0s`, `1h2m3.5s`, `120ms`. */
function readDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.length > 40 || !DURATION.test(trimmed)) return null;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(DURATION_PART)) total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return bounded(total);
}

/** OpenAI: "Please try again in 1m30s."; Azure: "Please retry after 30 seconds."; Groq: "try again in 7.66s". */
const WORDED =
  /(?:try again|retry)(?: your request)? (?:in|after) (\d+(?:\.\d+)?) ?(ms|milliseconds?|s|seconds?|m|minutes?)\b/i;
const WORDED_DURATION = /(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)/i;

/** As much of a refusal as is looked into. */
const EXCERPT_BYTES = 64 * 1024;

/** Google's RetryInfo (`"retryDelay": "34s"`), OpenRouter's copy of headers in the body, and what is said in words. */
function readBodyWait(body: Buffer, nowMs: number | null): number | null {
  const text = body.toString('utf8', 0, EXCERPT_BYTES);
  const error = errorIn(text);
  if (error === null) return null;
  const details = Array.isArray(error['details']) ? error['details'].filter(isJsonObject) : [];
  for (const { retryDelay } of details) {
    const delay = typeof retryDelay === 'string' ? readDuration(retryDelay) : null;
    if (delay !== null) return delay;
  }
  const metadata = isJsonObject(error['metadata']) ? error['metadata'] : {};
  const copied = isJsonObject(metadata['headers']) ? metadata['headers']['X-RateLimit-Reset'] : undefined;
  if (typeof copied === 'string' || typeof copied === 'number') return readMoment(String(copied), null, nowMs);
  return typeof error['message'] === 'string' ? readWords(error['message'].slice(0, 2_000)) : null;
}

function readWords(message: string): number | null {
  const compact = WORDED_DURATION.exec(message)?.[1];
  if (compact !== undefined) return readDuration(compact);
  const [, amount, unit = ''] = WORDED.exec(message) ?? [];
  if (amount === undefined) return null;
  const name = unit.toLowerCase();
  const length = name === 'ms' || name.startsWith('milli') ? 1 : name.startsWith('m') ? 60_000 : 1_000;
  return bounded(Number(amount) * length);
}

function errorIn(text: string): JsonObject | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const outer: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isJsonObject(outer)) return null;
  return isJsonObject(outer['error']) ? outer['error'] : outer;
}

function nonNegative(text: string | null): number | null {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null;
}

function bounded(ms: number): number {
  return Math.min(Math.max(0, Math.ceil(ms)), MAX_WAIT_MS);
}
