import type { OtherShare } from '../../store/index.ts';
import { type Claim, fairShare } from './fair-share.ts';
import type { Share, Sharer } from './share.ts';

/** Those who run calls at the same time take turns in this time, where there is less than one place for each. */
const TURN_MS = 5_000;
/** Without calls for so long, a share keeps nothing in store for others that need it. */
const QUIET_MS = 1_000;
/** Kept in store where nobody needs it: an eighth of an even part. */
const STORE_PARTS = 8;

/** How much of its limit a process should have, by what it knows. Never less than what it has in use. */
export function targetOf(share: Share, sharer: Pick<Sharer, 'process' | 'live' | 'aheadMs'>, nowMs: number): number {
  const { limit, others } = share;
  const used = share.usedAt(nowMs);
  const isPressed = isPressedAt(share, nowMs);
  if (!share.isKnown) return Math.min(limit, Math.max(used + share.need, Math.floor(limit / sharer.live)));
  const left = limit - deadWeight(others);
  const want = isPressed ? Number.POSITIVE_INFINITY : used + inStore(share, sharer.live, used, nowMs);
  const own: Claim = { process: sharer.process, used, want, pressed: isPressed ? share.pressed : 0, need: share.need };
  const turn = Math.floor((nowMs + sharer.aheadMs) / (share.windowMs ?? TURN_MS));
  return Math.max(used, Math.min(left, fairShare(left, own, others.filter(isLive).map(claimOf), turn)));
}

export function isPressedAt(share: Share, nowMs: number): boolean {
  return nowMs < share.pressedUntilMs;
}

/** What could be had here: also what nobody has, unless others wait for it. */
export function reachOf({ limit, others, allowed, isKnown }: Share): number {
  if (!isKnown || others.some(({ pressed }) => pressed > 0)) return allowed;
  let elsewhere = 0;
  for (const { cap } of others) elsewhere += cap;
  return Math.max(allowed, limit - elsewhere);
}

/** What is kept ready for calls to come, so that few of them have to wait for an answer of the counters. */
function inStore(share: Share, live: number, used: number, nowMs: number): number {
  const isWanted = share.others.some(({ pressed }) => pressed > 0);
  const isQuiet = nowMs - share.usedMs >= QUIET_MS;
  if (isWanted && isQuiet) return 0;
  const recent = isWanted ? share.takenBefore : 2 * Math.max(share.taken, share.takenBefore);
  const lately = share.windowMs === null ? Math.max(1, share.peak, share.peakBefore) - used : recent;
  const ready = Math.max(0, Math.ceil(lately));
  return isWanted ? ready : Math.max(ready, Math.ceil(share.limit / (STORE_PARTS * live)));
}

function claimOf({ process, cap, used, pressed, need }: OtherShare): Claim {
  return { process, used, want: pressed > 0 ? Number.POSITIVE_INFINITY : Math.max(cap, used), pressed, need };
}

function isLive(other: OtherShare): boolean {
  return other.isLive;
}

function deadWeight(others: readonly OtherShare[]): number {
  let weight = 0;
  for (const other of others) if (!other.isLive) weight += other.cap;
  return weight;
}
