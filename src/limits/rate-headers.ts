import { type Gauge, reachableOf, usedOf } from './gauge.ts';
import { emptyInMs } from './sliding-window.ts';

/** What remains to a call that comes here, in LiteLLM's names for each limit and in OpenAI's for the tightest of its kind. Flat. */
export function rateHeaders(gauges: readonly Gauge[], nowMs: number): string[] {
  const headers: string[] = [];
  const tightest: Record<'requests' | 'tokens', { gauge: Gauge; remaining: number } | null> = {
    requests: null,
    tokens: null,
  };
  for (const gauge of gauges) {
    const { measure, limit } = gauge.limit;
    const remaining = Math.max(0, reachableOf(gauge) - usedOf(gauge, nowMs));
    headers.push(gauge.limitHeader, String(limit), gauge.remainingHeader, String(remaining));
    if (gauge.otherRemainingHeader !== null) headers.push(gauge.otherRemainingHeader, String(remaining));
    if (measure !== 'requests' && measure !== 'tokens') continue;
    const known = tightest[measure];
    if (known === null || remaining < known.remaining) tightest[measure] = { gauge, remaining };
  }
  for (const [kind, found] of Object.entries(tightest)) {
    if (found === null) continue;
    const { gauge, remaining } = found;
    headers.push(`x-ratelimit-limit-${kind}`, String(gauge.limit.limit));
    headers.push(`x-ratelimit-remaining-${kind}`, String(remaining));
    if (gauge.window !== null) headers.push(`x-ratelimit-reset-${kind}`, formatWait(emptyInMs(gauge.window, nowMs)));
  }
  return headers;
}

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** As OpenAI writes it: `1m0s`, `12ms`. */
function formatWait(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  const whole = Math.ceil(ms / 1_000) * 1_000;
  let [text, left] = ['', whole];
  for (const [unit, unitMs] of UNITS) {
    if (whole < unitMs) continue;
    text += `${Math.floor(left / unitMs)}${unit}`;
    left %= unitMs;
  }
  return `${text}${left / 1_000}s`;
}
