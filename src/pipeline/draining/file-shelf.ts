import { mkdirSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { journalEnd, listSegments, readJournal, segmentFile, unreadBytes } from '../../telemetry/index.ts';
import type { JournalShelf, JournalSource } from './journal-source.ts';

/** Journals in folders of the data folder, one for each writer. */
export function openFileShelf(journalRoot: string): JournalShelf {
  return {
    writers: async () => listFolders(journalRoot),
    open: (writer) => openFileSource(join(journalRoot, writer), writer),
  };
}

function listFolders(root: string): readonly string[] {
  try {
    const entries = readdirSync(root, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function openFileSource(folder: string, writer: string): JournalSource {
  const damaged = new Set<number>();
  const retire = (segment: number): void => {
    const file = segmentFile(folder, segment);
    if (!damaged.has(segment)) {
      unlinkSync(file);
      return;
    }
    const aside = join(folder, '..', '..', 'journal-damaged');
    mkdirSync(aside, { recursive: true });
    renameSync(file, join(aside, `${writer}-${basename(file)}`));
  };
  return {
    size: async () => journalEnd(folder),
    read: async (cursor, maxRecords) => readJournal(folder, cursor, maxRecords),
    unreadBytes: async (cursor) => unreadBytes(folder, cursor),
    setAside: async (segment) => {
      if (damaged.has(segment)) return null;
      damaged.add(segment);
      return segmentFile(folder, segment);
    },
    // Segments go in their order, and none while it keeps a hold that has no settle: after a crash, a hold whose settle
    // is gone would be charged.
    forget: async (cursor, open) => {
      const needed = new Set([...open.values()].map(({ segment }) => segment));
      for (const segment of listSegments(folder)) {
        if (segment >= cursor.segment || needed.has(segment)) return;
        retire(segment);
      }
    },
    end: (run) => run(),
    remove: async () => {
      for (const segment of listSegments(folder)) retire(segment);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
