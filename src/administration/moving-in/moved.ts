import type { MovedKey, MovedParty, PartyRowKind } from '../../access/index.ts';
import type { NanoUsd, TimeWindow } from '../../std/index.ts';

/** In the order in which they come over: nobody before those whom it belongs to. */
export const MOVED_KINDS = [
  'budget',
  'organization',
  'user',
  'team',
  'project',
  'member',
  'organization_member',
  'customer',
  'tag',
  'key',
] as const;

export type MovedKind = (typeof MOVED_KINDS)[number];

/** All that a report counts. */
export const COUNTED_KINDS = [...MOVED_KINDS, 'credential', 'model'] as const;

export type CountedKind = (typeof COUNTED_KINDS)[number];

/** Something that does not come over as it is, and why. */
export type Loss = {
  readonly kind: CountedKind | 'setting';
  /** Of the row there; a member's is `team/user`. */
  readonly id: string;
  readonly field: string;
  readonly reason: string;
  /** Without it more would be let through. */
  readonly restricts: boolean;
};

/** What was spent there of the budget that now holds, and until when it counts. */
export type SpentThere = {
  readonly nanoUsd: NanoUsd;
  /** null: no budget holds for it. */
  readonly window: TimeWindow | null;
  /** null: never. */
  readonly resetAtMs: number | null;
};

/** A row as it is to be here. `leftOut`: why it does not come at all. */
export type Moved<Target> = {
  readonly sourceId: string;
  readonly target: Target;
  readonly spent: SpentThere;
  readonly losses: readonly Loss[];
  readonly leftOut: string | null;
};

export type MovedPartyKind = Exclude<MovedKind, 'key'> & PartyRowKind;
export type MovedPartyRow = Moved<MovedParty>;
export type MovedKeyRow = Moved<MovedKey>;
