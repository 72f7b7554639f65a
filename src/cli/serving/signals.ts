import { exitCode } from '../exit-code.ts';

/** A second signal counts only from here on: shells and npm often send the first one twice. */
const SECOND_SIGNAL_AFTER_MS = 1_000;

export type Signals = {
  /** Finishes what is in flight and ends; the process then exits with 0. */
  readonly stop: () => Promise<void>;
  readonly reload: () => void;
};

/** SIGTERM and SIGINT stop, and stop at once the second time; SIGHUP loads the configuration again. */
export function onSignals({ stop, reload }: Signals, nowMs: () => number): void {
  let stoppingSinceMs: number | null = null;
  const onStop = (): void => {
    if (stoppingSinceMs !== null) {
      if (nowMs() - stoppingSinceMs >= SECOND_SIGNAL_AFTER_MS) process.exit(exitCode.failed);
      return;
    }
    stoppingSinceMs = nowMs();
    stop().then(
      () => process.exit(exitCode.stopped),
      (error: unknown) => {
        process.stderr.write(`the gateway did not stop cleanly: ${error instanceof Error ? error.message : error}\n`);
        process.exit(exitCode.failed);
      },
    );
  };
  process.on('SIGTERM', onStop);
  process.on('SIGINT', onStop);
  process.on('SIGHUP', reload);
}
