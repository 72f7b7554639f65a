import type { Clock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import type { VirtualKey } from '../virtual-key.ts';
import { unpackKey } from '../virtual-key-row.ts';
import {
  type KeyChange,
  type KeyRow,
  type PackedPage,
  readChangedKeys,
  readChangeSeq,
  readFormerSecrets,
  readPackedPage,
} from '../virtual-key-store.ts';
import { openPackedKeys, type PackedKeys } from './packed-keys.ts';
import { openRecentEntries } from './recent-entries.ts';

/** Small enough for a statement in between not to wait: 15 ms of SQLite's thread. */
const PAGE_KEYS = 5_000;
const AGAIN_MS = 1_000;
const FORMERS_AT_ONCE = 500;
/** A key that is decoded takes 2 KB. */
const MAX_DECODED = 20_000;

/** All keys in use, by what is stored of them; each is decoded when it is asked for, and those used last stay so. */
export type HeldKeys = {
  /** By a secret's hash: the key's own, or one that it had and whose grace is not over. */
  readonly get: (hash: string) => VirtualKey | null;
  /** What is stored of the key that has, or had, the secret of this hash. */
  readonly ownHash: (hash: string) => string;
  readonly size: () => number;
  /** False while the keys are still being read: then what is not held may be a key all the same. */
  readonly isComplete: () => boolean;
  /** Resolves when all keys are held. Rejects only where not even the first page could be read. */
  readonly complete: Promise<void>;
  /** Takes in a key that was found in the database before its page came, unless it has changed since. */
  readonly take: (hash: string, packed: string) => void;
  /** Takes over what changed in the database; answers how many rows that were. */
  readonly refresh: () => Promise<number>;
};

type Former = { readonly keyHash: string; readonly untilMs: number };

export async function loadHeldKeys(database: Database, clock: Clock): Promise<HeldKeys> {
  const packed = openPackedKeys();
  const decoded = openRecentEntries<VirtualKey>(MAX_DECODED);
  const formers = new Map<string, Former>();
  // Read before the keys: what commits meanwhile is read twice, never missed.
  let change: KeyChange = { seq: await readChangeSeq(database), id: '\uFFFF' };
  /** Hashes that changes have spoken of while keys are read: a page may be older than they are. */
  const changed = new Set<string>();
  let isComplete = false;

  const put = (hash: string, text: string | null): void => {
    if (!isComplete) changed.add(hash);
    decoded.delete(hash);
    if (text === null) packed.delete(hash);
    else packed.set(hash, text);
  };
  const own = (hash: string): VirtualKey | null => {
    const known = decoded.get(hash);
    if (known !== undefined) return known;
    const text = packed.get(hash);
    if (text === null) return null;
    const key = unpackKey(hash, text);
    decoded.set(hash, key);
    return key;
  };
  const takeFormers = async (rotated: readonly KeyRow[]): Promise<void> => {
    for (let from = 0; from < rotated.length; from += FORMERS_AT_ONCE) {
      const keyIds = rotated.slice(from, from + FORMERS_AT_ONCE).map(({ id }) => id);
      for (const { hash, keyHash, untilMs } of await readFormerSecrets(database, { keyIds })) {
        put(hash, null);
        formers.set(hash, { keyHash, untilMs });
      }
    }
    const nowMs = clock.nowMs();
    for (const [hash, { untilMs }] of formers) if (untilMs <= nowMs) formers.delete(hash);
  };
  const complete = load(database, clock, packed, changed, formers).then(() => {
    isComplete = true;
    changed.clear();
  });
  return {
    get: (hash) => {
      const key = own(hash);
      if (key !== null || formers.size === 0) return key;
      const former = formers.get(hash);
      return former === undefined || former.untilMs <= clock.nowMs() ? null : own(former.keyHash);
    },
    ownHash: (hash) => formers.get(hash)?.keyHash ?? hash,
    size: packed.size,
    isComplete: () => isComplete,
    complete,
    take: (hash, text) => {
      if (!isComplete && !changed.has(hash)) packed.set(hash, text);
    },
    refresh: async () => {
      let taken = 0;
      for (;;) {
        const rows = await readChangedKeys(database, change, PAGE_KEYS);
        // First what secrets no longer are, then what they are: one that was given up may be another key's by now.
        await takeFormers(rows.filter(({ rotated, revoked }) => rotated && !revoked));
        for (const row of rows) put(row.hash, row.revoked ? null : row.packed);
        change = rows.at(-1)?.change ?? change;
        taken += rows.length;
        if (rows.length < PAGE_KEYS) return taken;
      }
    },
  };
}

/** Rejects where not even the first page can be read; later on it asks again until there is an answer. */
async function load(
  database: Database,
  clock: Clock,
  packed: PackedKeys,
  changed: ReadonlySet<string>,
  formers: Map<string, Former>,
): Promise<void> {
  for (const { hash, keyHash, untilMs } of await readFormerSecrets(database, { afterMs: clock.nowMs() })) {
    formers.set(hash, { keyHash, untilMs });
  }
  let page = await readPackedPage(database, '', PAGE_KEYS);
  while (page.lastId !== null) {
    // The next one is made while this one is taken in.
    const next = readAgain(database, page.lastId);
    packed.setLines(page.lines, changed);
    page = await next;
  }
}

async function readAgain(database: Database, afterId: string): Promise<PackedPage> {
  for (;;) {
    const page = await readPackedPage(database, afterId, PAGE_KEYS).catch(() => null);
    if (page !== null) return page;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
