import type { Database } from '../../store/index.ts';
import type { Health } from './health.ts';
import { readTold, removeOldTold, storeTold } from './health-store.ts';

/** What processes tell each other of the deployments, through the database. */
export type HealthSharing = {
  /** Tells what has changed here, and takes over what others have told. About once a second; not twice at a time. */
  readonly refresh: () => Promise<void>;
};

const CLEANED_EVERY_MS = 600_000;

/** `monotonicMs` is asked for the time of what was read: the database may have been slow. */
export function openHealthSharing(
  health: Pick<Health, 'tell' | 'hear'>,
  database: Database,
  writer: string,
  monotonicMs: () => number,
): HealthSharing {
  let sinceMs = 0;
  let arrived = true;
  let cleanedMs = monotonicMs();
  return {
    refresh: async () => {
      const own = health.tell(!arrived, monotonicMs());
      arrived = false;
      await storeTold(database, writer, own);
      arrived = true;
      const { told, atMs } = await readTold(database, writer, sinceMs);
      sinceMs = atMs;
      health.hear(told, monotonicMs());
      if (monotonicMs() - cleanedMs < CLEANED_EVERY_MS) return;
      cleanedMs = monotonicMs();
      await removeOldTold(database);
    },
  };
}
