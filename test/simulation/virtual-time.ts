import type { Clock } from '../../src/std/index.ts';

type Task = { readonly atMs: number; readonly nth: number; readonly run: () => void; gone: boolean };

const [realSetTimeout, realClearTimeout] = [globalThis.setTimeout, globalThis.clearTimeout];

/**
 * Time that jumps to whatever happens next. While it is installed, every `setTimeout` of this process runs on it: a
 * minute of the simulated world takes as long as its events do. A class, for one world's time.
 */
export class VirtualTime {
  #nowMs = 0;
  #nth = 0;
  /** Latest first, so that the next one is popped. */
  readonly #tasks: Task[] = [];

  readonly clock: Clock = { nowMs: () => START_MS + this.#nowMs, monotonicMs: () => this.#nowMs };

  get nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): Task {
    const task = { atMs: this.#nowMs + Math.max(0, ms), nth: this.#nth++, run, gone: false };
    let [low, high] = [0, this.#tasks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comesAfter(this.#tasks[middle], task)) low = middle + 1;
      else high = middle;
    }
    this.#tasks.splice(low, 0, task);
    return task;
  }

  install(): void {
    const set = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): unknown => {
      const task = this.after(ms, () => run(...given));
      return Object.assign(task, { unref: () => task, ref: () => task, hasRef: () => true, refresh: () => task });
    };
    const clear = (task: Task | undefined): void => {
      if (task !== undefined && task !== null) task.gone = true;
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }

  uninstall(): void {
    Object.assign(globalThis, { setTimeout: realSetTimeout, clearTimeout: realClearTimeout });
  }

  /** Until nothing is left to happen; promises settle between any two events. */
  async run(): Promise<void> {
    await settled();
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) {
      if (task.gone) continue;
      this.#nowMs = Math.max(this.#nowMs, task.atMs);
      task.run();
      await settled();
    }
  }
}

/** 2026-01-01. */
const START_MS = 1_767_225_600_000;

function comesAfter(one: Task | undefined, other: Task): boolean {
  return one !== undefined && (one.atMs > other.atMs || (one.atMs === other.atMs && one.nth > other.nth));
}

/** All microtasks have run when the loop comes to its immediates. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
