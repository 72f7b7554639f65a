const WARM_UP_MS = 300;
const WINDOW_MS = 700;
const ROUNDS = 3;
/** Between two looks at the clock, which is a system call. */
const CALLS_AT_ONCE = 10;

/** Processor time of one call: the best of some windows, for what else the machine does only adds. */
export function microseconds(run: () => unknown): number {
  spend(WARM_UP_MS, run);
  return Math.min(...Array.from({ length: ROUNDS }, () => spend(WINDOW_MS / ROUNDS, run)));
}

function spend(windowMs: number, run: () => unknown): number {
  const begun = process.threadCpuUsage();
  let calls = 0;
  let passedUs = 0;
  while (passedUs < windowMs * 1_000) {
    for (let nth = 0; nth < CALLS_AT_ONCE; nth++) run();
    calls += CALLS_AT_ONCE;
    const { user, system } = process.threadCpuUsage(begun);
    passedUs = user + system;
  }
  return passedUs / calls;
}
