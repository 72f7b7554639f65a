import type { Ground } from './ground.ts';
import type { SpentBy } from './http/management/index.ts';
import { readPot } from './ledger/index.ts';
import { potIdOf, type Scope, scopeName } from './limits/index.ts';
import type { Rooms } from './pipeline/index.ts';

/** What keys have spent in the windows that now are, from the books; what was settled on this machine counts at once. */
export function spentBy(
  { policies, clock }: Pick<Rooms, 'policies' | 'clock'>,
  { main, drainNow }: Pick<Ground, 'main' | 'drainNow'>,
): SpentBy {
  return async (keyId, model, window) => {
    const scope: Scope = model === null ? { kind: 'key', id: keyId } : { kind: 'key_model', id: `${keyId}\n${model}` };
    const span = policies().calendar.windowAt(window, clock.nowMs());
    // A database that does not take the journals now may answer all the same.
    await drainNow().catch(() => undefined);
    const nanoUsd = await readPot(main, potIdOf(scopeName(scope), span));
    return { nanoUsd, resetsAtMs: Number.isFinite(span.endMs) ? span.endMs : null };
  };
}
