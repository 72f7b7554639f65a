import type { Ground } from './ground.ts';
import type { SpentBy } from './http/management/index.ts';
import { readPot } from './ledger/index.ts';
import { potIdOf, scopeName } from './limits/index.ts';
import type { Rooms } from './pipeline/index.ts';

/** What somebody has spent in the window that now is, from the books; what was settled on this machine counts at once. */
export function spentBy(
  { policies, clock }: Pick<Rooms, 'policies' | 'clock'>,
  { main, drainNow }: Pick<Ground, 'main' | 'drainNow'>,
): SpentBy {
  return async (scope, window) => {
    const span = policies().calendar.windowAt(window, clock.nowMs());
    // A database that does not take the journals now may answer all the same.
    await drainNow().catch(() => undefined);
    const nanoUsd = await readPot(main, potIdOf(scopeName(scope), span));
    return { nanoUsd, resetsAtMs: Number.isFinite(span.endMs) ? span.endMs : null };
  };
}
