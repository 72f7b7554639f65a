import { LIVE_MS, type ShareAsk } from './counters.ts';

export type StandingShare = { readonly cap: number; readonly windowMs: number | null };

/**
 * What of a share counts. All of it while its process lives; of a dead one's window less and less, as if it had been
 * used evenly; of its places nothing. `heardMs` is when the process was last heard of; null: it has left them.
 */
export function weightOf({ cap, windowMs }: StandingShare, isLive: boolean, heardMs: number, nowMs: number): number {
  if (isLive) return cap;
  if (windowMs === null) return 0;
  const age = Math.max(0, nowMs - heardMs) / windowMs;
  return age >= 1 ? 0 : Math.ceil(cap * (1 - age));
}

export function isLive(heardMs: number, hasLeft: boolean, nowMs: number): boolean {
  return !hasLeft && nowMs - heardMs < LIVE_MS;
}

/** The asker's new share: what it keeps, and of what it wants as much as the others leave. */
export function decideShare({ limit, keep, want }: Pick<ShareAsk, 'limit' | 'keep' | 'want'>, others: number): number {
  return Math.max(keep, Math.min(want, limit - others), 0);
}
