import { NO_ALLOWANCE } from '../../inference/index.ts';
import type { Database } from '../../store/index.ts';
import { allowancesOf } from '../key-terms.ts';
import { hasTerms, type Party, type PartyKind, type PartyRowKind, termsOfStored } from './party.ts';
import { type PartyChange, readChangedParties } from './party-store.ts';

const PAGE_ROWS = 10_000;

/** Everybody who is not deleted, in memory. */
export type Directory = {
  /** null: nobody of that id was made; what the configuration allows that id holds all the same. */
  readonly party: (kind: PartyKind, id: string) => Party | null;
  /** Grows with each change. */
  readonly version: () => number;
  /** Takes over what changed in the database; answers how many rows that were. */
  readonly refresh: () => Promise<number>;
};

export async function openDirectory(database: Database): Promise<Directory> {
  const held = new Map<PartyRowKind, Map<string, Party>>();
  /** With the terms that they share with others. Made anew after each change of anything: changes are rare. */
  const completed = new Map<PartyRowKind, Map<string, Party>>();
  let change: PartyChange = { seq: 0, kind: '', id: '' };
  let version = 0;
  const refresh = async (): Promise<number> => {
    let taken = 0;
    for (;;) {
      const rows = await readChangedParties(database, change, PAGE_ROWS);
      for (const row of rows) take(held, row);
      const last = rows.at(-1);
      if (last !== undefined) change = { seq: last.changedSeq, kind: last.kind, id: last.id };
      taken += rows.length;
      if (rows.length < PAGE_ROWS) break;
    }
    if (taken > 0) {
      version++;
      completed.clear();
    }
    return taken;
  };
  await refresh();
  return {
    party: (kind, id) => {
      const known = completed.get(kind)?.get(id);
      if (known !== undefined) return known;
      const stored = held.get(kind)?.get(id);
      if (stored === undefined) return null;
      const party = complete(stored, held);
      const ofKind = completed.get(kind) ?? new Map<string, Party>();
      completed.set(kind, ofKind.set(id, party));
      return party;
    },
    version: () => version,
    refresh,
  };
}

function take(held: Map<PartyRowKind, Map<string, Party>>, row: Party): void {
  const ofKind = held.get(row.kind) ?? new Map<string, Party>();
  if (row.deletedAtMs === null) ofKind.set(row.id, row);
  else ofKind.delete(row.id);
  held.set(row.kind, ofKind);
}

/** Its own terms; else those of the budget that it refers to; else, of a member, those that its team gives to members. */
function complete(party: Party, held: ReadonlyMap<PartyRowKind, ReadonlyMap<string, Party>>): Party {
  if (hasTerms(party)) return party;
  const shared = party.budgetId === null ? undefined : held.get('budget')?.get(party.budgetId);
  if (shared !== undefined) return withAllowanceOf(party, shared);
  if (party.kind !== 'member' || party.teamId === null) return party;
  const ofTeam = held.get('team')?.get(party.teamId)?.settings.memberTerms;
  return ofTeam === undefined ? party : withAllowanceOf(party, allowancesOf(termsOfStored(ofTeam)));
}

function withAllowanceOf(
  party: Party,
  { allowance, modelAllowances }: Pick<Party, 'allowance' | 'modelAllowances'>,
): Party {
  if (allowance === NO_ALLOWANCE && modelAllowances.size === 0) return party;
  return Object.freeze({ ...party, allowance, modelAllowances });
}
