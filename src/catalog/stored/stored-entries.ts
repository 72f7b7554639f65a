import type { Vault } from '../../std/index.ts';
import { type Database, oneAtATime } from '../../store/index.ts';
import type { ReceiverOf, StoredEntry, StoredKind } from './stored-entry.ts';
import { openSecrets, readChangeSeq, readEntries, type SealedEntry } from './stored-entry-store.ts';

/** All that is stored, as this process knows it; replaced as a whole. In the order in which it was made. */
export type StoredSnapshot = {
  readonly entries: readonly StoredEntry[];
  readonly find: (kind: StoredKind, id: string) => StoredEntry | null;
  /** Entries whose secrets did not open: they are left out. */
  readonly shut: readonly Pick<StoredEntry, 'kind' | 'id'>[];
};

export type StoredEntries = {
  readonly now: () => StoredSnapshot;
  /** Takes over what changed in the database; answers whether anything did. */
  readonly refresh: () => Promise<boolean>;
};

export type StoredEntriesOptions = {
  readonly database: Database;
  readonly vault: Vault;
  readonly receiverOf: ReceiverOf;
};

export async function openStoredEntries(options: StoredEntriesOptions): Promise<StoredEntries> {
  const { database } = options;
  let seq = 0;
  let snapshot = snapshotOf([], []);
  const refresh = oneAtATime(async () => {
    const last = await readChangeSeq(database);
    if (last === seq) return false;
    snapshot = await readSnapshot(options);
    // Of before they were read: what came meanwhile is read again.
    seq = last;
    return true;
  });
  await refresh();
  return { now: () => snapshot, refresh };
}

async function readSnapshot({ database, vault, receiverOf }: StoredEntriesOptions): Promise<StoredSnapshot> {
  const sealed = await readEntries(database);
  const opened = await Promise.all(sealed.map((entry) => opening(entry, vault, receiverOf)));
  const shut = sealed.filter((_, at) => opened[at] === null).map(({ kind, id }) => ({ kind, id }));
  return snapshotOf(
    opened.flatMap((entry) => entry ?? []),
    shut,
  );
}

async function opening(entry: SealedEntry, vault: Vault, receiverOf: ReceiverOf): Promise<StoredEntry | null> {
  const secrets = await openSecrets(entry, vault, receiverOf);
  if (secrets === null) return null;
  const { sealed: _, ...plain } = entry;
  return { ...plain, secrets };
}

function snapshotOf(entries: readonly StoredEntry[], shut: StoredSnapshot['shut']): StoredSnapshot {
  const byId = new Map(entries.map((entry) => [`${entry.kind}/${entry.id}`, entry]));
  return { entries, shut, find: (kind, id) => byId.get(`${kind}/${id}`) ?? null };
}
