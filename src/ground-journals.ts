import { liveWriters } from './ledger/index.ts';
import { type Drain, openRowShelf } from './pipeline/drain.ts';
import type { DirectDatabase } from './store/index.ts';
import { listForeignJournalWriters } from './telemetry/index.ts';

const LOOK_EVERY_MS = 5_000;

export type JournalOffice = { readonly close: () => void };

/**
 * Takes over the journals in the database whose writers' leases have ended: an instance without a disk of its own does
 * not come back for them. A writer that was not dead but unheard of cannot write any more, and begins anew.
 */
export function openJournalOffice(main: DirectDatabase, drain: Drain, instance: string): JournalOffice {
  const shelf = openRowShelf(main, instance);
  let looking = false;
  const look = async (): Promise<void> => {
    const writers = await listForeignJournalWriters(main, instance);
    if (writers.length === 0) return;
    const live = await liveWriters(main);
    for (const { writer, ended } of writers) if (ended || !live.has(writer)) await drain.takeOver(writer, shelf);
  };
  const lookAlone = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    // The database may be away: the drain tells of it, and the next look comes.
    await look().catch(() => undefined);
    looking = false;
  };
  const timer = setInterval(() => void lookAlone(), LOOK_EVERY_MS);
  return { close: () => clearInterval(timer) };
}
