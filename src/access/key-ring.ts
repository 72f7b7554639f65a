import { type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Authority } from '../inference/index.ts';
import type { Clock } from '../std/index.ts';
import { type Database, oneAtATime } from '../store/index.ts';
import { loadHeldKeys } from './held/held-keys.ts';
import { openEarlyLookUp, openLookUp } from './held/key-lookup.ts';
import { openRecentEntries } from './held/recent-entries.ts';
import { isWellFormed } from './key-format.ts';
import { openDirectory } from './parties/directory.ts';
import type { Party, PartyRowKind } from './parties/party.ts';
import { openStandings } from './parties/standing.ts';
import { personKey } from './roles/person.ts';
import { innerDigest, storedHash } from './secrets/secret-key.ts';
import { masterVirtualKey, type VirtualKey } from './virtual-key.ts';

/** Digests of keys that were found lately, so that the HMAC is done once per key and not once per request. */
const MAX_RECENT = 20_000;
/** A start waits this long for the keys to be read, half a million of them; then calls are taken all the same. */
const READ_WITHIN_MS = 1_000;

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
  /**
   * One look in the database for a key that `find` does not know but that is well formed. Limited once all keys are
   * held; until then rejects with a GatewayError (503) if it cannot look.
   */
  readonly lookUp: (secret: string) => Promise<VirtualKey | null>;
  /** An entry that is not stored, such as a token's, as its holders stand now. */
  readonly standing: (key: VirtualKey) => VirtualKey;
  /** Somebody who is signed in, as a key stands for its user; null: there is no such user. Says nothing of blocks. */
  readonly person: (userId: string) => VirtualKey | null;
  /** Somebody who is not of the key: a customer, a tag, a budget. null: nobody of that id was made. */
  readonly party: (kind: PartyRowKind, id: string) => Party | null;
  /** What a user is, and where; null: there is no such user. */
  readonly authorityOf: (userId: string) => Authority | null;
  readonly hashOf: (secret: string) => string;
  /** As imported from LiteLLM, which stores the plain sha256. */
  readonly hashOfInner: (inner: string) => string;
  readonly size: () => number;
  /** False: keys are still being read, and `size` counts those that have been. */
  readonly isComplete: () => boolean;
  /** Takes over what changed in the database; answers how many rows that were. */
  readonly refresh: () => Promise<number>;
  readonly startRefreshing: (everyMs: number, onFailure: (error: unknown) => void) => void;
  readonly stopRefreshing: () => void;
};

/**
 * Reads whom keys belong to, and all keys in use, for a second at least; what is left then is read while calls are
 * answered.
 */
export async function createKeyRing({ database, pepper, masterKey, clock }: KeyRingOptions): Promise<KeyRing> {
  const [keys, directory] = await Promise.all([loadHeldKeys(database, clock), openDirectory(database)]);
  const standings = openStandings(directory);
  await atMost(READ_WITHIN_MS, keys.complete);
  const lookUpHash = openLookUp(database, clock);
  const lookUpEarly = openEarlyLookUp(database, keys.take);
  const recent = openRecentEntries<string>(MAX_RECENT);
  const master = masterKey === null ? null : Buffer.from(innerDigest(masterKey));
  const findOwn = (secret: string): VirtualKey | null => {
    const inner = innerDigest(secret);
    const known = recent.get(inner);
    if (known !== undefined) return keys.get(known);
    if (master !== null && timingSafeEqual(Buffer.from(inner), master)) return masterVirtualKey;
    const hash = storedHash(pepper, inner);
    const key = keys.get(hash);
    if (key === null) return null;
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
      const hash = storedHash(pepper, innerDigest(secret));
      if (!keys.isComplete()) {
        await lookUpEarly(keys.ownHash(hash));
        const early = keys.get(hash);
        if (early !== null) return standings.of(early);
        if (!keys.isComplete()) return null;
      }
      if (!(await lookUpHash(hash))) return null;
      await refresh().catch(() => 0);
      const key = keys.get(hash);
      return key === null ? null : standings.of(key);
    },
    standing: standings.of,
    person: (userId) => (directory.authorityOf(userId) === null ? null : standings.of(personKey(userId))),
    party: directory.party,
    authorityOf: directory.authorityOf,
    hashOf: (secret) => storedHash(pepper, innerDigest(secret)),
    hashOfInner: (inner) => storedHash(pepper, inner),
    size: keys.size,
    isComplete: keys.isComplete,
    refresh,
    ...refreshing(refresh),
  };
}

async function atMost(ms: number, done: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms);
  try {
    await Promise.race([done, late.promise]);
  } finally {
    clearTimeout(timer);
  }
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
