import { parentPort, workerData } from 'node:worker_threads';
import { nowUs } from './window.ts';

export type Beat = { readonly startUs: number; readonly intervalUs: number; readonly count: number };

/**
 * Runs in a thread of its own: the timers of the event loop have steps of a millisecond, and spinning between them would
 * take the core that the upstream needs. A blocked wait wakes within some tens of microseconds.
 */
function run(beat: Beat): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let index = 0; index < beat.count; index += 1) {
    const waitMs = (beat.startUs + index * beat.intervalUs - nowUs()) / 1e3;
    if (waitMs > 0) Atomics.wait(never, 0, 0, waitMs);
    parentPort?.postMessage(null);
  }
}

run(workerData as Beat);
