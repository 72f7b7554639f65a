import type { Clock } from '../../std/index.ts';
import { type Database, factIs, keepFact } from '../../store/index.ts';
import { withNextGeneration, wrapBundle } from './key-bundle.ts';
import { secretKeyFingerprint } from './secret-key.ts';
import { openVault, readBundle } from './vault.ts';
import {
  dropAllBut,
  keepWrappedKey,
  readFingerprints,
  readNewestFingerprint,
  wrappedAtMs,
} from './wrapped-key-store.ts';

const FACT = 'secret_key_fingerprint';

/** Whether the secret key opens this installation; that of a new one always does, and is its own from then on. */
export async function isSecretKey(database: Database, secretKey: string): Promise<boolean> {
  const fingerprint = secretKeyFingerprint(secretKey);
  if ((await keepFact(database, FACT, fingerprint)) === fingerprint) return true;
  return (await readFingerprints(database)).includes(fingerprint);
}

/** Whether two secret keys open it: an exchange was begun and not ended. */
export async function isExchanging(database: Database): Promise<boolean> {
  return (await readFingerprints(database)).length > 1;
}

export type Exchange = { readonly from: string; readonly to: string; readonly clock: Clock };

/**
 * From here on both secret keys open this installation, and new texts are sealed under a new key. One transaction:
 * stopped before it, nothing has happened; begun again, it goes on where it was. False: `from` is not its secret key.
 */
export async function beginExchange(database: Database, { from, to, clock }: Exchange): Promise<boolean> {
  if (!(await isSecretKey(database, from))) return false;
  await openVault({ database, secretKey: from, clock });
  const bundle = await readBundle(database, from);
  if (bundle === null) return false;
  if ((await readBundle(database, to)) !== null) return true;
  const next = withNextGeneration(bundle);
  // Later than those of the former, whatever the clocks say: by that they are told apart.
  const nowMs = Math.max(clock.nowMs(), (await wrappedAtMs(database, secretKeyFingerprint(from))) + 1);
  const kept = [from, to].flatMap((secretKey) =>
    wrapBundle(next, secretKey).map((key) => keepWrappedKey(secretKeyFingerprint(secretKey), key, nowMs)),
  );
  await database.write(kept);
  return true;
}

/** From here on only this one opens it. False, and nothing is written: it is not the newest. */
export async function endExchange(database: Database, secretKey: string): Promise<boolean> {
  const fingerprint = secretKeyFingerprint(secretKey);
  if ((await readNewestFingerprint(database)) !== fingerprint) return false;
  await database.write([dropAllBut(fingerprint), factIs(FACT, fingerprint)]);
  return true;
}
