import { type Opening, potOf } from '../../ledger/index.ts';
import { potIdOf, type Scope, scopeName } from '../../limits/index.ts';
import { ALL_TIME, type Calendar } from '../../std/index.ts';
import type { ImportRecord } from './import-store.ts';
import type { MovedKind, SpentThere } from './moved.ts';

/** What is to be posted for a row, and what is then remembered of it. */
export type OpenedRow = Pick<ImportRecord, 'openedNano' | 'openedWindow' | 'openings'> & {
  readonly opening: Opening | null;
  /** Here the budget begins anew at another moment than there; null: at the same, or never. */
  readonly beginsAnewMs: number | null;
};

/** Of a window that is over there already. */
const OVER = 'over';
/** Clocks, and resets at the last millisecond of a day. */
const SAME_MOMENT_MS = 60_000;

/**
 * What was spent there and is not here yet. A budget's spending is posted to the pot of the window that now is, if it is
 * not over there; a key's to its own pot as well, which tells all that it ever spent.
 */
export function openRow(options: {
  readonly source: string;
  readonly kind: MovedKind;
  readonly sourceId: string;
  readonly targetId: string;
  readonly spent: SpentThere;
  readonly before: ImportRecord | null;
  readonly calendar: Calendar;
  readonly nowMs: number;
}): OpenedRow {
  const { source, kind, sourceId, targetId, spent, before, calendar, nowMs } = options;
  const { window, resetAtMs, nanoUsd } = spent;
  const span = window === null ? null : calendar.windowAt(window, nowMs);
  const isOver = resetAtMs !== null && resetAtMs <= nowMs;
  const label = isOver ? OVER : (span?.label ?? '');
  const opened = before?.openedWindow === label ? before.openedNano : 0n;
  const amountNanoUsd = nanoUsd > opened ? nanoUsd - opened : 0n;
  const openings = (before?.openings ?? 0) + 1;
  const scope = scopeOf(kind, targetId);
  const pots = scope === null ? [] : potsOf(scope, span === null || isOver ? null : potIdOf(scopeName(scope), span));
  const isSame = resetAtMs === null || isOver || span === null || Math.abs(resetAtMs - span.endMs) <= SAME_MOMENT_MS;
  const beginsAnewMs = isSame || window === ALL_TIME ? null : (span?.endMs ?? null);
  if (scope === null || pots.length === 0 || amountNanoUsd === 0n) {
    const kept = { openedNano: before?.openedNano ?? 0n, openedWindow: before?.openedWindow ?? '' };
    return { ...kept, openings: before?.openings ?? 0, opening: null, beginsAnewMs };
  }
  const opening: Opening = {
    id: `opening:${source}:${kind}:${sourceId}:${openings}`,
    payer: kind === 'key' ? targetId : null,
    holder: scopeName(scope),
    pots,
    amountNanoUsd,
    atMs: nowMs,
  };
  return { openedNano: nanoUsd, openedWindow: label, openings, opening, beginsAnewMs };
}

function scopeOf(kind: MovedKind, id: string): Scope | null {
  return kind === 'budget' ? null : { kind, id, model: null };
}

function potsOf({ kind, id }: Scope, pot: string | null): readonly string[] {
  return [...new Set([...(kind === 'key' ? [potOf(id)] : []), ...(pot === null ? [] : [pot])])];
}
