import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Loaded into a gateway before its own code: `SIGUSR2` writes how long its loop stood still since the last one. */
const file = process.env['LOOP_WATCH_FILE'];
if (isMainThread && file !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  process.on('SIGUSR2', () => {
    const [p99Ms, largestMs] = [delays.percentile(99), delays.max].map((ns) => ns / 1e6);
    writeFileSync(file, JSON.stringify({ p99Ms, largestMs }));
    delays.reset();
  });
}
