import type { GatewayError, RateMeasure } from '../inference/index.ts';
import { allowedOf, type Gauge, reachableOf, usedOf } from './gauge.ts';
import { rateLimited } from './refusal.ts';
import type { Share } from './sharing/share.ts';
import { addToWindow, correctInWindow, countInWindow, waitForWindow } from './sliding-window.ts';

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
/** Within two rounds of the processes a share that others do not need comes here. */
const SHARE_WAIT_MS = 2_000;

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
  let refused: Omit<Refused, 'short'> | null = null;
  let short: Refused['short'] = NOBODY;
  for (const gauge of gauges) {
    const { measure, limit } = gauge.limit;
    const amount = Math.min(limit, AMOUNTS[measure](tokens));
    amounts.push(amount);
    const used = usedOf(gauge, nowMs);
    const allowed = allowedOf(gauge);
    if (used + amount <= allowed) continue;
    const waitMs = waitOf(gauge, amount, allowed, nowMs);
    if (gauge.share !== null) short = [...short, { share: gauge.share, amount }];
    if (refused !== null && waitMs <= refused.waitMs) continue;
    // What others have counts as used, or what is over the limit here.
    const elsewhere = gauge.share === null ? 0 : limit - Math.max(allowed, reachableOf(gauge));
    refused = { gauge, used: used + elsewhere, asked: amount, waitMs };
  }
  if (refused !== null) return { ...refused, short };
  const buckets: number[] = [];
  for (const [index, gauge] of gauges.entries()) {
    const { window, running } = gauge;
    if (window === null) running.calls++;
    else addToWindow(window, amounts[index] ?? 0, nowMs);
    buckets.push(window?.newest ?? 0);
  }
  return { gauges, amounts, buckets };
}

const NOBODY: Refused['short'] = [];

/** Milliseconds. Where others have the rest of the limit: what is known, or when on average as much of it is free again. */
function waitOf({ window, share, limit: { limit } }: Gauge, amount: number, allowed: number, nowMs: number): number {
  if (window === null) return PARALLEL_WAIT_MS;
  const waitMs = waitForWindow(window, amount, allowed, nowMs);
  if (Number.isFinite(waitMs) || share === null || amount > limit) return waitMs;
  const isUsedUp = share.others.reduce((sum, { used }) => sum + used, countInWindow(window, nowMs)) + amount > limit;
  return isUsedUp ? Math.max(SHARE_WAIT_MS, ((share.windowMs ?? 0) * amount) / limit) : SHARE_WAIT_MS;
}

export type Refused = {
  readonly gauge: Gauge;
  readonly used: number;
  readonly asked: number;
  readonly waitMs: number;
  /** Whose shares were too small: others may have what is missing. */
  readonly short: readonly { readonly share: Share; readonly amount: number }[];
};

export function refusalOf({ gauge, used, asked, waitMs }: Omit<Refused, 'short'>, wallMs: number): GatewayError {
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
