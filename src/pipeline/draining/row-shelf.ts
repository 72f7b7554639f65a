import type { DirectDatabase } from '../../store/index.ts';
import {
  endJournalWriter,
  journalRowsEnd,
  lineOfHold,
  listJournalWriters,
  readJournalRows,
  removeJournalRows,
  replaceJournalRows,
  setJournalRowAside,
  unreadRowBytes,
} from '../../telemetry/index.ts';
import type { JournalShelf, JournalSource } from './journal-source.ts';

/** Journals in rows of the database: those of one instance's writers, and any that is asked for by its name. */
export function openRowShelf(database: DirectDatabase, instance: string): JournalShelf {
  return {
    writers: () => listJournalWriters(database, instance),
    open: (writer) => openRowSource(database, writer),
  };
}

function openRowSource(database: DirectDatabase, writer: string): JournalSource {
  const aside = new Set<number>();
  let forgotten = 0;
  return {
    size: () => journalRowsEnd(database, writer),
    read: (cursor, maxRecords) => readJournalRows(database, writer, cursor, maxRecords),
    unreadBytes: (cursor) => unreadRowBytes(database, writer, cursor),
    setAside: async (segment) => {
      if (aside.has(segment)) return null;
      aside.add(segment);
      await setJournalRowAside(database, writer, segment);
      return `row ${segment} of the journal ${writer}`;
    },
    forget: async (cursor, open) => {
      if (cursor.segment === forgotten) return;
      const lines = [...open.values()].map(({ record }) => lineOfHold(record));
      await replaceJournalRows(database, writer, cursor, lines);
      forgotten = cursor.segment;
    },
    end: (run) => endJournalWriter(database, writer, run),
    remove: () => removeJournalRows(database, writer),
  };
}
