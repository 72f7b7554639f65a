import type { Clock } from '../../std/index.ts';
import type { StoredAdministration } from './stored-administration.ts';
import type { StoredEntries, StoredSnapshot } from './stored-entries.ts';
import type { StoredEntry } from './stored-entry.ts';

type Named = Pick<StoredEntry, 'kind' | 'id'>;

export type Rehearsal = {
  readonly entries: StoredEntries;
  readonly administration: (changed: () => Promise<void>) => StoredAdministration;
};

/** What is stored, with changes that nobody else sees and that end with this process: nothing is written. */
export function rehearse(real: StoredEntries, clock: Clock): Rehearsal {
  let snapshot = real.now();
  let hasChanged = false;
  const replace = (named: Named, next: readonly StoredEntry[]): void => {
    const isOther = ({ kind, id }: StoredEntry): boolean => kind !== named.kind || id !== named.id;
    snapshot = withEntries(snapshot, [...snapshot.entries.filter(isOther), ...next]);
    hasChanged = true;
  };
  return {
    entries: {
      now: () => snapshot,
      refresh: async () => {
        const changed = hasChanged;
        hasChanged = false;
        return changed;
      },
    },
    administration: (changed) => ({
      create: async (given, by) => {
        if (snapshot.find(given.kind, given.id) !== null) return null;
        const nowMs = clock.nowMs();
        const stamps = { createdAtMs: nowMs, createdBy: by, updatedAtMs: nowMs, updatedBy: by };
        const entry = { ...given, ...stamps, changedSeq: 0 };
        replace(given, [entry]);
        await changed();
        return entry;
      },
      change: async (named, by, change) => {
        const before = snapshot.find(named.kind, named.id);
        if (before === null) return null;
        const entry = { ...before, ...(await change(before)), updatedAtMs: clock.nowMs(), updatedBy: by };
        replace(named, [entry]);
        await changed();
        return entry;
      },
      remove: async (named) => {
        if (snapshot.find(named.kind, named.id) === null) return false;
        replace(named, []);
        await changed();
        return true;
      },
    }),
  };
}

function withEntries({ shut }: StoredSnapshot, entries: readonly StoredEntry[]): StoredSnapshot {
  return { entries, shut, find: (kind, id) => entries.find((each) => each.kind === kind && each.id === id) ?? null };
}
