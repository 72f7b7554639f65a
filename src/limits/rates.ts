import type { GatewayError, RateMeasure } from '../inference/index.ts';
import { type Gauge, usedOf } from './gauge.ts';
import { rateLimited } from './refusal.ts';
import { addToWindow, correctInWindow, waitForWindow } from './sliding-window.ts';

/** What a call uses, or is expected to. */
export type CallTokens = { readonly inputTokens: number; readonly outputTokens: number };

/** Taken from several gauges at once. */
export type TakenRates = {
  readonly gauges: readonly Gauge[];
  readonly amounts: readonly number[];
  /** The newest bucket of each gauge's window when it was taken. */
  readonly buckets: readonly number[];
};

/** A place is free whenever a call ends. */
const PARALLEL_WAIT_MS = 1_000;

const AMOUNTS: Readonly<Record<RateMeasure, (tokens: CallTokens) => number>> = {
  requests: () => 1,
  parallel: () => 1,
  tokens: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
  input_tokens: ({ inputTokens }) => inputTokens,
  output_tokens: ({ outputTokens }) => outputTokens,
};

/**
 * From all gauges or from none. A call that is expected to use more than a whole limit passes where nothing else is
 * counted: what it uses really is known when it ends. The refusal is that of the limit which takes longest to pass.
 */
export function takeRates(gauges: readonly Gauge[], tokens: CallTokens, nowMs: number): TakenRates | Refused {
  const amounts: number[] = [];
  let refused: Refused | null = null;
  for (const gauge of gauges) {
    const { measure, limit } = gauge.limit;
    const amount = Math.min(limit, AMOUNTS[measure](tokens));
    amounts.push(amount);
    const used = usedOf(gauge, nowMs);
    if (used + amount <= limit) continue;
    const waitMs = gauge.window === null ? PARALLEL_WAIT_MS : waitForWindow(gauge.window, amount, limit, nowMs);
    if (refused === null || waitMs > refused.waitMs) refused = { gauge, used, asked: amount, waitMs };
  }
  if (refused !== null) return refused;
  const buckets: number[] = [];
  for (const [index, gauge] of gauges.entries()) {
    const { window, running } = gauge;
    if (window === null) running.calls++;
    else addToWindow(window, amounts[index] ?? 0, nowMs);
    buckets.push(window?.newest ?? 0);
  }
  return { gauges, amounts, buckets };
}

export type Refused = {
  readonly gauge: Gauge;
  readonly used: number;
  readonly asked: number;
  readonly waitMs: number;
};

export function refusalOf({ gauge, used, asked, waitMs }: Refused, wallMs: number): GatewayError {
  const { described, type, limit } = gauge;
  return rateLimited({ described, type, limit: limit.limit, used, asked, waitMs, wallMs });
}

/** The call was refused after all: it never was. */
export function giveRatesBack({ gauges, amounts, buckets }: TakenRates, nowMs: number): void {
  for (const [index, { window, running }] of gauges.entries()) {
    if (window === null) running.calls--;
    else correctInWindow(window, buckets[index] ?? 0, -(amounts[index] ?? 0), nowMs);
  }
}

/** The call has ended: its place is free, and what was expected of it is replaced by what it used. null: nothing. */
export function settleRates({ gauges, amounts, buckets }: TakenRates, used: CallTokens | null, nowMs: number): void {
  for (const [index, { window, running, limit }] of gauges.entries()) {
    if (window === null) running.calls--;
    else if (limit.measure !== 'requests') {
      const actual = used === null ? 0 : AMOUNTS[limit.measure](used);
      correctInWindow(window, buckets[index] ?? 0, actual - (amounts[index] ?? 0), nowMs);
    }
  }
}
