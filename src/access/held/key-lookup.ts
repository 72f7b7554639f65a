import { GatewayError } from '../../inference/index.ts';
import type { Clock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import { findKeyByHash, HASHES_AT_ONCE, readHeldKeys } from '../virtual-key-store.ts';

const LOOKUPS_PER_SECOND = 50;
const REMEMBERED_MS = 1000;
const MAX_REMEMBERED = 10_000;
/** In line for a look while keys are being read. */
const MAX_WAITING = 5_000;

/** Whether there is a key in use with that hash. */
export type LookUp = (hash: string) => Promise<boolean>;

/**
 * One look in the database for a key that memory does not know: it may have been made elsewhere a moment ago. A flood
 * of made-up keys costs 50 statements a second at most; beyond that, and for a second after a miss, the answer is no.
 */
export function openLookUp(database: Database, clock: Clock): LookUp {
  const missedUntilMs = new Map<string, number>();
  const running = new Map<string, Promise<boolean>>();
  let allowance = LOOKUPS_PER_SECOND;
  let filledMs = clock.monotonicMs();
  const takeOne = (nowMs: number): boolean => {
    allowance = Math.min(LOOKUPS_PER_SECOND, allowance + ((nowMs - filledMs) * LOOKUPS_PER_SECOND) / 1000);
    filledMs = nowMs;
    if (allowance < 1) return false;
    allowance--;
    return true;
  };
  const look = async (hash: string): Promise<boolean> => {
    // A database that is down must not refuse a request whose other credential is known.
    const key = await findKeyByHash(database, hash, clock.nowMs()).catch(() => null);
    if (key === null) remember(missedUntilMs, hash, clock.monotonicMs() + REMEMBERED_MS);
    running.delete(hash);
    return key !== null;
  };
  return async (hash) => {
    const already = running.get(hash);
    if (already !== undefined) return already;
    const nowMs = clock.monotonicMs();
    if ((missedUntilMs.get(hash) ?? 0) > nowMs || !takeOne(nowMs)) return false;
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

export type EarlyLookUp = (hash: string) => Promise<void>;

/**
 * While keys are being read nobody can tell a customer from a made-up key: all are looked for, many by one statement and
 * one statement at a time, so that no flood costs more than that. What is found goes to `take`. Whoever cannot be looked
 * for is told to come again, never that the key is unknown: rejects with a GatewayError (503).
 */
export function openEarlyLookUp(database: Database, take: (hash: string, packed: string) => void): EarlyLookUp {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  let isLooking = false;
  const look = async (): Promise<void> => {
    isLooking = true;
    while (waiting.size > 0) {
      const asked = [...waiting].slice(0, HASHES_AT_ONCE);
      for (const [hash] of asked) waiting.delete(hash);
      try {
        for (const { hash, packed } of await readHeldKeys(
          database,
          asked.map(([hash]) => hash),
        )) {
          take(hash, packed);
        }
        for (const [, each] of asked) each.resolve();
      } catch (error) {
        for (const [, each] of asked) each.reject(notYet(error));
      }
    }
    isLooking = false;
  };
  return async (hash) => {
    const already = waiting.get(hash);
    if (already !== undefined) return already.promise;
    if (waiting.size >= MAX_WAITING) throw notYet();
    const asked = Promise.withResolvers<void>();
    waiting.set(hash, asked);
    if (!isLooking) void look();
    return asked.promise;
  };
}

function notYet(cause?: unknown): GatewayError {
  const why = 'The gateway has just started and is still reading its keys; try again in a second.';
  return new GatewayError('overloaded', why, { retryAfterMs: 1_000, cause });
}
