import type { Ground } from './ground.ts';
import type { KeyUsageOf } from './http/account/index.ts';
import type { SpentBy, SpentMost } from './http/management/index.ts';
import { byokPotOf, potOf, rankPots, readPots } from './ledger/index.ts';
import { idInScopeName, potIdOf, scopeName } from './limits/index.ts';
import type { Rooms } from './pipeline/index.ts';
import { ALL_TIME, batching, parseTimeWindow } from './std/index.ts';
import { type SumSince, sumSince } from './telemetry/index.ts';

/**
 * What somebody has spent in the window that now is, from the books; what was settled on this machine counts at once. A
 * list of many asks once.
 */
export function spentBy(
  { policies, clock }: Pick<Rooms, 'policies' | 'clock'>,
  { main, drainNow }: Pick<Ground, 'main' | 'drainNow'>,
): SpentBy {
  const posted = batching(async (pots) => {
    // A database that does not take the journals now may answer all the same.
    await drainNow().catch(() => undefined);
    const known = await readPots(main, pots);
    return (pot) => known.get(pot) ?? 0n;
  });
  return async (scope, window) => {
    const span = policies().calendar.windowAt(window, clock.nowMs());
    const nanoUsd = await posted(potIdOf(scopeName(scope), span));
    return { nanoUsd, resetsAtMs: Number.isFinite(span.endMs) ? span.endMs : null };
  };
}

const MOST_RANKED = 100_000;

/** Who has spent anything at all, whoever has spent most in front. */
export function spentMost({ main, drainNow }: Pick<Ground, 'main' | 'drainNow'>): SpentMost {
  return async (kind) => {
    await drainNow().catch(() => undefined);
    return (await rankPots(main, `${kind}:`, MOST_RANKED)).map(idInScopeName);
  };
}

const UNUSED: SumSince = { charge: 0n, byok: 0n };

const PERIODS = ['daily', 'weekly', 'monthly'] as const;

/** In all from the books, by periods from the request log: no key has a pot for a period that it has no budget for. */
export function keyUsage(
  { policies, clock }: Pick<Rooms, 'policies' | 'clock'>,
  { main, log, drainNow }: Pick<Ground, 'main' | 'log' | 'drainNow'>,
): KeyUsageOf {
  return async (keyIds) => {
    const { calendar } = policies();
    const nowMs = clock.nowMs();
    const begins = PERIODS.map((period) => calendar.windowAt(parseTimeWindow(period) ?? ALL_TIME, nowMs).startMs);
    // A database that does not take the journals now may answer all the same.
    await drainNow().catch(() => undefined);
    const [totals, sums] = await Promise.all([
      readPots(main, [...keyIds.map(potOf), ...keyIds.map(byokPotOf)]),
      sumSince(log, keyIds, begins),
    ]);
    return new Map(
      keyIds.map((id) => {
        const [daily = UNUSED, weekly = UNUSED, monthly = UNUSED] = sums.get(id) ?? [];
        const total = { charge: totals.get(potOf(id)) ?? 0n, byok: totals.get(byokPotOf(id)) ?? 0n };
        return [id, { total, daily, weekly, monthly }];
      }),
    );
  };
}
