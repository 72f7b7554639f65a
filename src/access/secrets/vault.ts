import { createSecretKey, type KeyObject } from 'node:crypto';
import { type Clock, seal, unseal, type Vault } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import { currentOf, firstBundle, type KeyBundle, unwrapBundle, wrapBundle } from './key-bundle.ts';
import { secretKeyFingerprint } from './secret-key.ts';
import { keepWrappedKey, readFingerprints, readWrappedKeys } from './wrapped-key-store.ts';

export type VaultOptions = { readonly database: Database; readonly secretKey: string; readonly clock: Clock };

export type OpenedVault = Vault & {
  /** What virtual keys are stored under. */
  readonly pepper: KeyObject;
};

/** `wb<generation>.<what was sealed>`. */
const SEALED = /^wb([1-9]\d{0,8})\.([\w-]+)$/;

/** Rejects where the secret key is not this installation's. A new installation's keys are made; the first to do so wins. */
export async function openVault(options: VaultOptions): Promise<OpenedVault> {
  let { pepper, generations } = await openBundle(options);
  const refresh = async (): Promise<void> => {
    const bundle = await readBundle(options.database, options.secretKey);
    // None: the secret key was exchanged, and this process goes on with what it has until it is started anew.
    if (bundle !== null) ({ pepper, generations } = bundle);
  };
  const current = async (): Promise<number> => {
    await refresh();
    return currentOf(generations);
  };
  return {
    pepper: createSecretKey(pepper),
    seal: async (plain, sealedFor) => {
      const generation = await current();
      const key = generations.get(generation);
      if (key === undefined) throw new Error('there is no key to seal with');
      return `wb${generation}.${seal(key, plain, sealedFor)}`;
    },
    open: async (sealed, sealedFor) => {
      const [, generation = '', body = ''] = SEALED.exec(sealed) ?? [];
      if (generation === '') return null;
      if (!generations.has(Number(generation))) await refresh();
      const key = generations.get(Number(generation));
      return key === undefined ? null : (unseal(key, body, sealedFor)?.toString('utf8') ?? null);
    },
    isCurrent: async (sealed) => Number(SEALED.exec(sealed)?.[1]) === (await current()),
  };
}

/** What virtual keys are stored under, or would be; null: the secret key is not this installation's. Writes nothing. */
export async function readPepper({ database, secretKey }: Omit<VaultOptions, 'clock'>): Promise<KeyObject | null> {
  const kept = await readBundle(database, secretKey);
  if (kept !== null) return createSecretKey(kept.pepper);
  return (await readFingerprints(database)).length === 0 ? createSecretKey(firstBundle(secretKey).pepper) : null;
}

/** null: there are none under this secret key. */
export async function readBundle(database: Database, secretKey: string): Promise<KeyBundle | null> {
  return unwrapBundle(await readWrappedKeys(database, secretKeyFingerprint(secretKey)), secretKey);
}

async function openBundle({ database, secretKey, clock }: VaultOptions): Promise<KeyBundle> {
  const kept = await readBundle(database, secretKey);
  if (kept !== null) return kept;
  const fingerprint = secretKeyFingerprint(secretKey);
  const known = await readFingerprints(database);
  // Ours is among them where another process of a new installation has made the keys since they were looked for.
  if (known.length > 0 && !known.includes(fingerprint)) throw new Error("the secret key is not this installation's");
  const wrapped = wrapBundle(firstBundle(secretKey), secretKey);
  await database.write(wrapped.map((key) => keepWrappedKey(fingerprint, key, clock.nowMs())));
  const made = await readBundle(database, secretKey);
  if (made === null) throw new Error('the keys of this installation were not kept');
  return made;
}
