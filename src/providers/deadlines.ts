import type { Clock } from '../std/index.ts';

/** How coarse deadlines are. */
export const TICK_MS = 50;

export type Timed = {
  /** Place in the list, kept by the list; -1 outside. */
  slot: number;
  /** Called every tick with the time of now. */
  readonly sweep: (nowMs: number) => void;
};

export type Deadlines = {
  /** The time of the last tick or `refresh`: up to a tick old. */
  readonly nowMs: () => number;
  readonly refresh: () => number;
  readonly add: (timed: Timed) => void;
  readonly remove: (timed: Timed) => void;
};

/**
 * One timer for all calls in flight instead of several for each; it runs only while there are any. The sweep runs
 * after the poll phase of its turn: when the loop was held up, the bytes that wait in the kernel are read before
 * anybody is told that none came.
 */
export function openDeadlines(clock: Clock): Deadlines {
  const list: Timed[] = [];
  let now = clock.monotonicMs();
  let timer: NodeJS.Timeout | null = null;

  const sweep = (): void => {
    now = clock.monotonicMs();
    // Backwards: whoever removes itself is replaced by one that was swept already.
    for (let index = list.length - 1; index >= 0; index--) list[index]?.sweep(now);
  };
  const start = (): void => {
    timer = setInterval(() => setImmediate(sweep), TICK_MS);
    timer.unref();
  };
  const stop = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };

  return {
    nowMs: () => now,
    refresh: () => {
      now = clock.monotonicMs();
      return now;
    },
    add: (timed) => {
      timed.slot = list.push(timed) - 1;
      if (timer === null) start();
    },
    remove: (timed) => {
      const last = list.pop();
      if (last !== undefined && last !== timed) {
        last.slot = timed.slot;
        list[timed.slot] = last;
      }
      timed.slot = -1;
      if (list.length === 0) stop();
    },
  };
}
