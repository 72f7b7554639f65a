import { type Authority, NO_ALLOWANCE } from '../../inference/index.ts';
import type { Database } from '../../store/index.ts';
import { allowancesOf, completedBy, hasTerms, type KeyAllowances } from '../key-terms.ts';
import { type Party, type PartyRowKind, type PartyTerms, termsOfStored } from './party.ts';
import { type PartyChange, readChangedParties } from './party-store.ts';
import { authorityOf, openSeats } from './seats.ts';

const PAGE_ROWS = 10_000;

/** Everybody who is not deleted, in memory. */
export type Directory = {
  /** null: nobody of that id was made; what the configuration allows that id holds all the same. */
  readonly party: (kind: PartyRowKind, id: string) => Party | null;
  /** What a user is, and where; null: there is no such user. */
  readonly authorityOf: (userId: string) => Authority | null;
  /** Grows with each change. */
  readonly version: () => number;
  /** Takes over what changed in the database; answers how many rows that were. */
  readonly refresh: () => Promise<number>;
};

export async function openDirectory(database: Database): Promise<Directory> {
  const held = new Map<PartyRowKind, Map<string, Party>>();
  /** With the terms that they share with others. Made anew after each change of anything: changes are rare. */
  const completed = new Map<PartyRowKind, Map<string, Party>>();
  const seats = openSeats();
  let change: PartyChange = { seq: 0, kind: '', id: '' };
  let version = 0;
  const refresh = async (): Promise<number> => {
    let taken = 0;
    for (;;) {
      const rows = await readChangedParties(database, change, PAGE_ROWS);
      for (const row of rows) {
        take(held, row);
        seats.take(row);
      }
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
    authorityOf: (userId) => {
      const user = held.get('user')?.get(userId);
      return user === undefined ? null : authorityOf(user, seats.of(userId), held.get('team'));
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

/** Its own terms, completed by the budget that it refers to; else, of a member, those that its team gives to members. */
function complete(party: Party, held: ReadonlyMap<PartyRowKind, ReadonlyMap<string, Party>>): Party {
  const shared = party.budgetId === null ? undefined : held.get('budget')?.get(party.budgetId);
  if (shared !== undefined) return withAllowanceOf(party, sharing(party, shared));
  if (hasTerms(party) || party.kind !== 'member' || party.teamId === null) return party;
  const ofTeam = held.get('team')?.get(party.teamId)?.settings.memberTerms;
  if (ofTeam === undefined) return party;
  const { terms, ...amounts } = termsOfStored(ofTeam);
  const { increase } = party.terms;
  return withAllowanceOf(party, allowancesOf({ ...amounts, terms: { ...terms, increase } }));
}

/** What somebody may use who refers to a budget. Without terms of its own it is the budget's very object. */
export function sharing(own: PartyTerms, budget: Party): KeyAllowances {
  const isBare = !hasTerms(own) && own.terms.increase === undefined;
  return isBare ? budget : allowancesOf(completedBy(own, budget));
}

function withAllowanceOf(party: Party, { allowance, modelAllowances }: KeyAllowances): Party {
  if (allowance === NO_ALLOWANCE && modelAllowances.size === 0) return party;
  return Object.freeze({ ...party, allowance, modelAllowances });
}
