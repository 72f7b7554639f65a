import type { Clock } from './std/index.ts';
import type { DirectDatabase } from './store/index.ts';
import { removeOldRequests } from './telemetry/index.ts';

const EVERY_MS = 3_600_000;
/** Between two lots: the journal goes first. */
const PAUSE_MS = 50;

export type Retention = { readonly start: () => void; readonly stop: () => Promise<void> };

/** Lets old rows of the request log go, now and every hour. What fails is told, and tried again an hour later. */
export function openRetention(
  log: DirectDatabase,
  retentionMs: number | null,
  clock: Clock,
  onFailure: (error: Error) => void,
): Retention {
  if (retentionMs === null) return { start: () => undefined, stop: async () => undefined };
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  const next = (afterMs: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = lot();
    }, afterMs).unref();
  };
  const lot = async (): Promise<void> => {
    try {
      next((await removeOldRequests(log, clock.nowMs() - retentionMs)) ? PAUSE_MS : EVERY_MS);
    } catch (error) {
      onFailure(error instanceof Error ? error : new Error(String(error)));
      next(EVERY_MS);
    }
  };
  return {
    start: () => next(0),
    stop: async () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
