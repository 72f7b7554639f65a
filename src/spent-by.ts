import type { SpentBy } from './http/management/index.ts';
import { potIdOf, scopeName } from './limits/index.ts';
import type { Rooms } from './pipeline/index.ts';
import type { Pots } from './pots.ts';

/** What keys have spent in the windows that now are, from the pots of this process. */
export function spentBy({ policies, clock }: Pick<Rooms, 'policies' | 'clock'>, pots: Pots): SpentBy {
  return (keyId, model, window) => {
    const scope =
      model === null
        ? ({ kind: 'key', id: keyId } as const)
        : ({ kind: 'key_model', id: `${keyId}\n${model}` } as const);
    const span = policies().calendar.windowAt(window, clock.nowMs());
    return {
      nanoUsd: pots.postedTo(potIdOf(scopeName(scope), span)),
      resetsAtMs: Number.isFinite(span.endMs) ? span.endMs : null,
    };
  };
}
