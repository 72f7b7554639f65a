import type { Clock } from '../std/index.ts';
import type { Database } from '../store/index.ts';
import type { VirtualKey } from './virtual-key.ts';
import { findKeyByHash } from './virtual-key-store.ts';

const LOOKUPS_PER_SECOND = 50;
const REMEMBERED_MS = 1000;
const MAX_REMEMBERED = 10_000;

export type LookUp = (hash: string) => Promise<VirtualKey | null>;

/**
 * One look in the database for a key that memory does not know: it may have been made elsewhere a moment ago. A flood
 * of made-up keys costs 50 statements a second at most; beyond that, and for a second after a miss, the answer is null.
 */
export function openLookUp(database: Database, clock: Clock): LookUp {
  const missedUntilMs = new Map<string, number>();
  const running = new Map<string, Promise<VirtualKey | null>>();
  let allowance = LOOKUPS_PER_SECOND;
  let filledMs = clock.monotonicMs();
  const takeOne = (nowMs: number): boolean => {
    allowance = Math.min(LOOKUPS_PER_SECOND, allowance + ((nowMs - filledMs) * LOOKUPS_PER_SECOND) / 1000);
    filledMs = nowMs;
    if (allowance < 1) return false;
    allowance--;
    return true;
  };
  const look = async (hash: string): Promise<VirtualKey | null> => {
    // A database that is down must not refuse a request whose other credential is known.
    const key = await findKeyByHash(database, hash).catch(() => null);
    if (key === null) remember(missedUntilMs, hash, clock.monotonicMs() + REMEMBERED_MS);
    running.delete(hash);
    return key;
  };
  return async (hash) => {
    const already = running.get(hash);
    if (already !== undefined) return already;
    const nowMs = clock.monotonicMs();
    if ((missedUntilMs.get(hash) ?? 0) > nowMs || !takeOne(nowMs)) return null;
    const asked = look(hash);
    running.set(hash, asked);
    return asked;
  };
}

/** Oldest first out; at 50 a second it holds three minutes' worth. */
function remember(missedUntilMs: Map<string, number>, hash: string, untilMs: number): void {
  missedUntilMs.delete(hash);
  missedUntilMs.set(hash, untilMs);
  if (missedUntilMs.size <= MAX_REMEMBERED) return;
  const oldest = missedUntilMs.keys().next();
  if (oldest.done !== true) missedUntilMs.delete(oldest.value);
}
