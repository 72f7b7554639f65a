import { resealSessions } from '../access/index.ts';
import { resealEntries } from '../catalog/index.ts';
import { bothResealed, type Resealed, type Vault } from '../std/index.ts';
import type { Database } from '../store/index.ts';
import { receiverOf } from './stored-models.ts';

/** Puts everything that rooms keep sealed under the key that new texts are sealed with. Begun again, it goes on. */
export async function reseal(database: Database, vault: Vault): Promise<Resealed> {
  const entries = await resealEntries({ database, vault, receiverOf });
  return bothResealed(entries, await resealSessions(database, vault));
}
