import { type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../std/index.ts';
import { type Database, oneAtATime } from '../store/index.ts';
import { loadHeldKeys } from './held-keys.ts';
import { isWellFormed } from './key-format.ts';
import { openLookUp } from './key-lookup.ts';
import { openDirectory } from './parties/directory.ts';
import type { Party, PartyKind } from './parties/party.ts';
import { openStandings } from './parties/standing.ts';
import { innerDigest, storedHash } from './secret-key.ts';
import { masterVirtualKey, type VirtualKey } from './virtual-key.ts';

/** Digests of keys that were found lately, so that the HMAC is done once per key and not once per request. */
const MAX_RECENT = 20_000;

export type KeyRingOptions = {
  readonly database: Database;
  readonly pepper: KeyObject;
  /** null: there is none; nobody is the master. */
  readonly masterKey: string | null;
  readonly clock: Clock;
};

export type KeyRing = {
  /** At once and from memory, as its holders stand. Says nothing of expiry and blocks: `checkKey` does. */
  readonly find: (secret: string) => VirtualKey | null;
  /** One look in the database, limited, for a key that `find` does not know but that is well formed. */
  readonly lookUp: (secret: string) => Promise<VirtualKey | null>;
  /** Somebody who is not of the key: a customer, a tag. null: nobody of that id was made. */
  readonly party: (kind: PartyKind, id: string) => Party | null;
  readonly hashOf: (secret: string) => string;
  /** As imported from LiteLLM, which stores the plain sha256. */
  readonly hashOfInner: (inner: string) => string;
  readonly size: () => number;
  /** Takes over what changed in the database; answers how many rows that were. */
  readonly refresh: () => Promise<number>;
  readonly startRefreshing: (everyMs: number, onFailure: (error: unknown) => void) => void;
  readonly stopRefreshing: () => void;
};

/** Loads all keys in use, and whom they belong to. */
export async function createKeyRing({ database, pepper, masterKey, clock }: KeyRingOptions): Promise<KeyRing> {
  const [keys, directory] = await Promise.all([loadHeldKeys(database), openDirectory(database)]);
  const standings = openStandings(directory);
  const lookUpHash = openLookUp(database, clock);
  const recent = new Map<string, string>();
  const master = masterKey === null ? null : Buffer.from(innerDigest(masterKey));
  const findOwn = (secret: string): VirtualKey | null => {
    const inner = innerDigest(secret);
    const known = recent.get(inner);
    if (known !== undefined) return keys.get(known);
    if (master !== null && timingSafeEqual(Buffer.from(inner), master)) return masterVirtualKey;
    const hash = storedHash(pepper, inner);
    const key = keys.get(hash);
    if (key === null) return null;
    if (recent.size >= MAX_RECENT) recent.clear();
    recent.set(inner, hash);
    return key;
  };
  const find = (secret: string): VirtualKey | null => {
    const key = findOwn(secret);
    return key === null ? null : standings.of(key);
  };
  const refresh = oneAtATime(async () => (await keys.refresh()) + (await directory.refresh()));
  return {
    find,
    lookUp: async (secret) => {
      if (!isWellFormed(secret)) return null;
      const key = await lookUpHash(storedHash(pepper, innerDigest(secret)));
      if (key === null) return null;
      await refresh().catch(() => 0);
      return standings.of(key);
    },
    party: directory.party,
    hashOf: (secret) => storedHash(pepper, innerDigest(secret)),
    hashOfInner: (inner) => storedHash(pepper, inner),
    size: keys.size,
    refresh,
    ...refreshing(refresh),
  };
}

function refreshing(refresh: () => Promise<number>): Pick<KeyRing, 'startRefreshing' | 'stopRefreshing'> {
  let timer: NodeJS.Timeout | null = null;
  return {
    startRefreshing: (everyMs, onFailure) => {
      const again = (): void => {
        refresh()
          .catch(onFailure)
          .finally(() => timer?.refresh());
      };
      timer ??= setTimeout(again, everyMs);
      timer.unref();
    },
    stopRefreshing: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
