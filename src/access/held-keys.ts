import type { Database } from '../store/index.ts';
import type { VirtualKey } from './virtual-key.ts';
import { unpackKey } from './virtual-key-row.ts';
import { type KeyChange, readChangedKeys, readChangeSeq, readPackedPage } from './virtual-key-store.ts';

const PAGE_KEYS = 25_000;
/** A line begins with `["` and the hash's 64 hex digits. */
const HASH_START = 2;
const HASH_END = 66;

/** All keys in use, by what is stored of them; each is decoded when it is first asked for. */
export type HeldKeys = {
  readonly get: (hash: string) => VirtualKey | null;
  readonly size: () => number;
  /** Takes over what changed in the database; answers how many rows that were. */
  readonly refresh: () => Promise<number>;
};

export async function loadHeldKeys(database: Database): Promise<HeldKeys> {
  const keys = new Map<string, VirtualKey | string>();
  // Read before the keys: what commits meanwhile is read twice, never missed.
  let change: KeyChange = { seq: await readChangeSeq(database), id: '￿' };
  await loadAll(database, keys);
  return {
    get: (hash) => {
      const held = keys.get(hash);
      if (typeof held !== 'string') return held ?? null;
      const key = unpackKey(held);
      keys.set(hash, key);
      return key;
    },
    size: () => keys.size,
    refresh: async () => {
      let taken = 0;
      for (;;) {
        const rows = await readChangedKeys(database, change, PAGE_KEYS);
        for (const row of rows) {
          if (row.revoked) keys.delete(row.hash);
          else keys.set(row.hash, row.packed);
        }
        change = rows.at(-1)?.change ?? change;
        taken += rows.length;
        if (rows.length < PAGE_KEYS) return taken;
      }
    },
  };
}

async function loadAll(database: Database, keys: Map<string, VirtualKey | string>): Promise<void> {
  let after: string | null = '';
  while (after !== null) {
    const { lines, lastId } = await readPackedPage(database, after, PAGE_KEYS);
    for (const line of lines.split('\n')) {
      if (line !== '') keys.set(line.slice(HASH_START, HASH_END), line);
    }
    after = lastId;
  }
}
