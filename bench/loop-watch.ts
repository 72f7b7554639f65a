import { openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into a gateway before its own code: `SIGUSR2` writes how long its loop stood still since the last one.
 *
 * A thread that could run and had no core stands as still as one that computes. Linux counts the former
 * (`/proc/self/schedstat`: on a core, waiting for one, in nanoseconds): what is left without it is the process's own,
 * whether it computed, collected garbage or waited for the disk. `npm run bench:dashboard` starts the same watch over a
 * loop that does nothing, so that what a virtual machine loses unseen can be told as well.
 */
export type LoopStalls = {
  /** The longest time between two turns beyond the millisecond that was asked for. */
  readonly longestMs: number;
  /** The longest of such times without those in which there was no core for it. */
  readonly longestOwnMs: number;
  /** Turns of more than 5 ms that were its own. */
  readonly ownOver5Ms: number;
};

const TURN_MS = 1;
const NONE: LoopStalls = { longestMs: 0, longestOwnMs: 0, ownOver5Ms: 0 };
const file = process.env['LOOP_WATCH_FILE'];

if (isMainThread && file !== undefined) watch(file);

function watch(path: string): void {
  const waited = openWaited();
  let stalls: LoopStalls = NONE;
  let last = { atMs: performance.now(), waitedMs: waited() };
  const take = (): void => {
    const now = { atMs: performance.now(), waitedMs: waited() };
    const lateMs = now.atMs - last.atMs - TURN_MS;
    const ownMs = lateMs - (now.waitedMs - last.waitedMs);
    last = now;
    if (lateMs <= stalls.longestMs && ownMs <= stalls.longestOwnMs && ownMs <= 5) return;
    stalls = {
      longestMs: Math.max(stalls.longestMs, lateMs),
      longestOwnMs: Math.max(stalls.longestOwnMs, ownMs),
      ownOver5Ms: stalls.ownOver5Ms + (ownMs > 5 ? 1 : 0),
    };
  };
  setInterval(take, TURN_MS);
  process.on('SIGUSR2', () => {
    writeFileSync(path, JSON.stringify(stalls));
    stalls = NONE;
    last = { atMs: performance.now(), waitedMs: waited() };
  });
}

/** How long this thread has waited for a core so far; always 0 where the system does not say. */
function openWaited(): () => number {
  const buffer = Buffer.alloc(96);
  try {
    const fd = openSync('/proc/self/schedstat', 'r');
    return () => {
      const length = readSync(fd, buffer, 0, buffer.length, 0);
      return Number(buffer.toString('latin1', 0, length).split(' ')[1] ?? 0) / 1e6;
    };
  } catch {
    return () => 0;
  }
}

export function readStalls(path: string): LoopStalls {
  return JSON.parse(readFileSync(path, 'utf8')) as LoopStalls;
}
