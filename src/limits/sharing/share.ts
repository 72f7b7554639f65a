import type { OtherShare, ShareRound, ShareRoundAnswer } from '../../store/index.ts';

/** A process's part of one limit. */
export type Share = {
  readonly name: string;
  /** null: places of calls that run at the same time. */
  readonly windowMs: number | null;
  limit: number;
  usedAt: (nowMs: number) => number;
  /** What the counters have granted. */
  cap: number;
  /** What may be used of it: less, while others are to have some. */
  allowed: number;
  /** What could be had here: with what was free when the counters last answered. */
  reach: number;
  /** Whether the counters have answered since it was last given up. */
  isKnown: boolean;
  others: readonly OtherShare[];
  /** The weight of those whom it had to refuse, the largest amount among them, and until when that counts. */
  pressed: number;
  need: number;
  pressedUntilMs: number;
  /** Since the last look, in the time before it, and when. */
  taken: number;
  takenBefore: number;
  peak: number;
  peakBefore: number;
  usedMs: number;
  lookedMs: number;
  toldMs: number;
  /** Too little was free: it is no use to ask again at once. */
  askAgainAtMs: number;
};

/** All shares of a process, and what it knows of the others. */
export type Sharer = {
  readonly process: string;
  readonly shares: Map<string, Share>;
  /** To be told and asked with the next round. */
  readonly due: Set<Share>;
  /** Looked at in each tick: somebody has too little. */
  readonly watched: Set<Share>;
  /** The round that is under way; one at a time. */
  asking: { readonly round: ShareRound; readonly shares: readonly Share[]; readonly sinceMs: number } | null;
  op: number;
  live: number;
  /** The store's clock is ahead of this process's by so much. */
  aheadMs: number;
  /** The counters did not answer the last time. */
  isDown: boolean;
  stopped: boolean;
  sweeping: Iterator<Share> | null;
};

export type SharerEvent =
  /** A call of this amount did not fit. */
  | { readonly kind: 'short'; readonly share: Share; readonly amount: number; readonly weight: number }
  /** Somebody has waited long enough for the counters. */
  | { readonly kind: 'presume'; readonly share: Share }
  /** A call has taken this amount. */
  | { readonly kind: 'took'; readonly share: Share; readonly amount: number }
  /** Once a second. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'answered'; readonly op: number; readonly answer: ShareRoundAnswer }
  | { readonly kind: 'failed'; readonly op: number }
  | { readonly kind: 'stop' };

export type SharerEffect =
  | { readonly kind: 'ask'; readonly round: ShareRound }
  /** Whoever waits for any of these may try again. */
  | { readonly kind: 'changed'; readonly shares: readonly Share[] };

export function openSharer(process: string): Sharer {
  return {
    process,
    shares: new Map(),
    due: new Set(),
    watched: new Set(),
    asking: null,
    op: 0,
    live: 1,
    aheadMs: 0,
    isDown: false,
    stopped: false,
    sweeping: null,
  };
}

/** The share of that name, with the limit that it now has and the meter that now counts. */
export function openShare(
  sharer: Sharer,
  { name, windowMs, limit, usedAt }: Pick<Share, 'name' | 'windowMs' | 'limit' | 'usedAt'>,
): Share {
  const known = sharer.shares.get(name);
  if (known !== undefined) {
    known.limit = limit;
    known.usedAt = usedAt;
    known.allowed = Math.min(known.allowed, limit);
    return known;
  }
  return {
    name,
    windowMs,
    limit,
    usedAt,
    cap: 0,
    allowed: 0,
    reach: 0,
    isKnown: false,
    others: [],
    pressed: 0,
    need: 0,
    pressedUntilMs: Number.NEGATIVE_INFINITY,
    taken: 0,
    takenBefore: 0,
    peak: 0,
    peakBefore: 0,
    usedMs: Number.NEGATIVE_INFINITY,
    lookedMs: Number.NEGATIVE_INFINITY,
    toldMs: Number.NEGATIVE_INFINITY,
    askAgainAtMs: Number.NEGATIVE_INFINITY,
  };
}
