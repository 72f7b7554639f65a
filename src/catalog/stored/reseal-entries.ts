import { type Resealed, resealTexts } from '../../std/index.ts';
import type { StoredEntriesOptions } from './stored-entries.ts';
import { readEntries, resealOf, sealedFor } from './stored-entry-store.ts';

/** Puts the secrets of all entries under the key that new ones are sealed with. */
export async function resealEntries({ database, vault, receiverOf }: StoredEntriesOptions): Promise<Resealed> {
  const texts = (await readEntries(database)).flatMap((entry) => {
    const { kind, id, sealed } = entry;
    return sealed === null ? [] : [{ name: `${kind}/${id}`, sealed, sealedFor: sealedFor(entry, receiverOf), entry }];
  });
  return resealTexts(vault, texts, async ({ entry }, sealed) => {
    await database.write([resealOf(entry, sealed)]);
  });
}
