import { bothResealed, type Resealed, resealTexts, type Vault } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import { listTokenSessions, resealProviderToken, type StoredSession } from '../people/session-store.ts';
import { tokenSealedFor } from '../sign-on/sealed-token.ts';

const AT_ONCE = 500;

/** Puts the tokens of identity providers that sessions keep under the key that new ones are sealed with. */
export async function resealSessions(database: Database, vault: Vault): Promise<Resealed> {
  let done: Resealed = { resealed: 0, shut: [] };
  for (let after = ''; ; ) {
    const sessions = await listTokenSessions(database, after, AT_ONCE);
    const resealed = await resealTexts(vault, sessions.flatMap(tokenOf), async ({ hash, sealed }, next) => {
      await database.write([resealProviderToken(hash, sealed, next)]);
    });
    done = bothResealed(done, resealed);
    const last = sessions.at(-1);
    if (last === undefined || sessions.length < AT_ONCE) return done;
    after = last.hash;
  }
}

function tokenOf({ id, hash, provider }: StoredSession) {
  const sealed = provider?.sealedToken ?? null;
  if (provider === null || sealed === null) return [];
  return [{ name: `session/${id}`, hash, sealed, sealedFor: tokenSealedFor(provider.issuer, provider.subject) }];
}
