import type { WriterDrain } from './drain-writer.ts';

/** What is held for a call that is under way: its answer has not been settled, or its process has died. */
export type OpenHold = {
  readonly id: string;
  readonly writer: string;
  readonly startedAtMs: number;
  readonly heldNanoUsd: string;
  readonly model: string | null;
  readonly keyId: string | null;
  readonly keyAlias: string | null;
  readonly teamId: string | null;
  readonly userId: string | null;
};

/** `after`: the last one of the page before; null: from the oldest on. */
export type HoldsPage = { readonly after: HoldPlace | null; readonly limit: number };
export type HoldPlace = Pick<OpenHold, 'id' | 'startedAtMs'>;
export type OpenHoldsPage = { readonly holds: readonly OpenHold[]; readonly total: number; readonly more: boolean };

/** Oldest first; a call that has ended between two pages moves none of the others to another page. */
export function pageOfHolds(
  writers: ReadonlyMap<string, Pick<WriterDrain, 'openHolds'>>,
  { after, limit }: HoldsPage,
): OpenHoldsPage {
  const all = [...writers].flatMap(([writer, drain]) => holdsOf(writer, drain)).toSorted(byAge);
  const rest = after === null ? all : all.filter((hold) => byAge(hold, after) > 0);
  return { holds: rest.slice(0, limit), total: all.length, more: rest.length > limit };
}

function holdsOf(writer: string, drain: Pick<WriterDrain, 'openHolds'>): readonly OpenHold[] {
  return drain.openHolds().map(({ id, startedAtMs, holdNanoUsd, requestedModel, ...hold }) => ({
    id,
    writer,
    startedAtMs,
    heldNanoUsd: holdNanoUsd,
    model: requestedModel,
    keyId: hold.keyId,
    keyAlias: hold.keyAlias,
    teamId: hold.teamId,
    userId: hold.userId,
  }));
}

function byAge(one: HoldPlace, other: HoldPlace): number {
  return one.startedAtMs - other.startedAtMs || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}
