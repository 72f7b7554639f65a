import type { Clock } from '../../std/index.ts';
import { type Database, DatabaseError } from '../../store/index.ts';
import { RAISE } from '../change-counter.ts';
import { governedOfParty, isSame, refuseManaged } from '../managed/governed.ts';
import { endSessionsIfBlocked } from '../people/leaving.ts';
import { type AccessChange, partyChanged, partyFacts, type Recording, unrecorded } from '../recording.ts';
import { memberId, type Party, type PartyFacts, type PartyRowKind, partyOf } from './party.ts';
import * as store from './party-store.ts';
import { findManagedOf, removals } from './removals.ts';

/** What is undefined or left out has the kind's default: nothing, or all. */
export type NewParty = Pick<PartyFacts, 'kind' | 'id'> &
  PartyChanges & {
    /** The id of the key or the user that makes it. */
    readonly createdBy: string;
  };

/** What of a party may be changed; what is undefined stays. */
export type PartyChanges = { readonly [Fact in Exclude<keyof PartyFacts, Kept>]?: PartyFacts[Fact] | undefined };

type Kept = 'kind' | 'id' | 'createdAtMs' | 'createdBy' | 'updatedAtMs' | 'updatedBy' | 'deletedAtMs' | 'changedSeq';

export type PartyAdministration = {
  /** All of them or none; null: one of them is there already. */
  readonly createParties: (parties: readonly NewParty[]) => Promise<readonly Party[] | null>;
  /** Worked out again when somebody else changed it meanwhile; null: there is none. */
  readonly changeParty: (
    kind: PartyRowKind,
    id: string,
    by: string,
    change: (before: Party) => PartyChanges,
  ) => Promise<Party | null>;
  /**
   * Answers those that were there. With an organization go its projects, teams and members, with a team its projects
   * and members, with a user its memberships; and the keys of all of them are revoked at once.
   */
  readonly removeParties: (kind: PartyRowKind, ids: readonly string[]) => Promise<readonly Party[]>;
  readonly findParty: (kind: PartyRowKind, id: string) => Promise<Party | null>;
  readonly findUserByEmail: (email: string) => Promise<Party | null>;
  /** By its name in a directory; of a user whom none keeps, by its address or id. */
  readonly findUserByLogin: (login: string) => Promise<Party | null>;
  /** null: never, or somebody has the id again. */
  readonly removedAtMs: (kind: PartyRowKind, id: string) => Promise<number | null>;
  readonly listParties: (
    kind: PartyRowKind,
    filter: store.PartyFilter,
    paging: store.PartyPaging,
  ) => Promise<store.PartyPage>;
  /** How many of each kind refer to a budget. */
  readonly countReferring: (budgetId: string) => Promise<readonly (readonly [kind: PartyRowKind, count: number])[]>;
};

const MAX_DRAWS = 5;

export type PartyAdministrationOptions = {
  readonly database: Database;
  readonly clock: Clock;
  /** What a user has of whom nothing else is said. */
  readonly newUsers?: () => Pick<PartyFacts, 'role' | 'models'>;
  /** Takes the change over in this process and tells the others; awaited before a change is answered. */
  readonly changed: () => Promise<void>;
  /** Left out: nobody keeps a record of changes. */
  readonly recording?: Recording;
};

/** A change is in this process's directory before its promise resolves. */
export function createPartyAdministration(options: PartyAdministrationOptions): PartyAdministration {
  const { database, clock, changed, newUsers = () => USUAL_USER, recording = unrecorded(database) } = options;
  const find = (kind: PartyRowKind, id: string) => store.findParty(database, kind, id);
  return {
    createParties: async (parties) => {
      const nowMs = clock.nowMs();
      const made = parties.map((party) => newParty(party, party.kind === 'user' ? newUsers() : null, nowMs));
      const changes = made.map((party) => changeOf('create', null, party));
      if (!(await insertAll(recording(changes, null), made))) return null;
      await changed();
      return made.map(partyOf);
    },
    changeParty: async (kind, id, by, change) => {
      for (let draw = 1; draw <= MAX_DRAWS; draw++) {
        const before = await find(kind, id);
        if (before === null) return null;
        const after = { ...before, ...given(change(before)), updatedAtMs: clock.nowMs(), updatedBy: by };
        if (!isSame(governedOfParty(before), governedOfParty(after)))
          refuseManaged(wordsOf(before), before.settings.managedAt);
        const endings = kind === 'user' && after.blocked ? [endSessionsIfBlocked(id)] : [];
        const recorded = recording([changeOf('change', before, after)], partyChanged(before));
        const results = await recorded.write([RAISE, store.updateOf(after), ...endings]);
        if (results[1]?.changed !== 1) continue;
        await changed();
        return partyOf(after);
      }
      throw new Error(`the ${kind} is changed by others all the time`);
    },
    removeParties: async (kind, ids) => {
      const found = await Promise.all([...new Set(ids)].map((id) => find(kind, id)));
      const there = found.filter((party) => party !== null);
      if (there.length === 0) return [];
      for (const party of there) refuseManaged(wordsOf(party), party.settings.managedAt);
      await refuseWithManaged(database, kind, there);
      const gone = there.map(({ id }) => id);
      const changes = there.map((party) => changeOf('delete', party, null));
      await recording(changes, null).write([RAISE, ...removals(kind, gone, clock.nowMs())]);
      await changed();
      return there;
    },
    findParty: find,
    findUserByEmail: (email) => store.findUserByEmail(database, email),
    findUserByLogin: (login) => store.findUserByLogin(database, login),
    removedAtMs: (kind, id) => store.removedAtMs(database, kind, id),
    listParties: (kind, filter, paging) => store.listParties(database, kind, filter, paging),
    countReferring: (budgetId) => store.countReferring(database, budgetId),
  };
}

function wordsOf({ kind, id }: PartyFacts): string {
  return `${kind.replace('_', ' ')} '${id.split('\n').reverse().join("' of '")}'`;
}

/** With a team go its keys and its members: not those that the configuration has. */
async function refuseWithManaged(
  database: Database,
  kind: PartyRowKind,
  removed: readonly PartyFacts[],
): Promise<void> {
  for (const party of removed) {
    const belonging = await findManagedOf(database, kind, party.id);
    if (belonging !== null) refuseManaged(`${belonging.what} of the ${wordsOf(party)}`, belonging.place);
  }
}

function changeOf(verb: 'create', before: null, after: PartyFacts): AccessChange;
function changeOf(verb: 'change', before: PartyFacts, after: PartyFacts): AccessChange;
function changeOf(verb: 'delete', before: PartyFacts, after: null): AccessChange;
function changeOf(verb: string, before: PartyFacts | null, after: PartyFacts | null): AccessChange {
  const { kind = 'budget', id = '' } = before ?? after ?? {};
  return {
    action: `${kind}.${verb}`,
    kind,
    target: id.replace('\n', '/'),
    before: before === null ? null : partyFacts(before),
    after: after === null ? null : partyFacts(after),
  };
}

/** False: one of them is there already, and nothing was written. */
async function insertAll(database: Database, parties: readonly PartyFacts[]): Promise<boolean> {
  try {
    await database.write([RAISE, ...parties.flatMap(store.insertions)]);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

/** Whether a write failed because somebody else has the id, the address or the login. */
export function isTaken(error: unknown): boolean {
  return error instanceof DatabaseError && UNIQUE_VIOLATIONS.has(error.code ?? '');
}

/** SQLSTATE 23505; SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const UNIQUE_VIOLATIONS: ReadonlySet<string> = new Set(['23505', 'SQLITE_2067', 'SQLITE_1555']);

function newParty(party: NewParty, usual: Partial<PartyFacts> | null, nowMs: number): PartyFacts {
  const { kind, id, createdBy } = party;
  return {
    ...NOTHING,
    ...usual,
    ...given(party),
    kind,
    id,
    createdBy,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    updatedBy: createdBy,
    deletedAtMs: null,
    changedSeq: 0,
  };
}

/** As it would be made, which nobody has. */
export function partyAsMade(party: NewParty): PartyFacts {
  return newParty(party, party.kind === 'user' ? USUAL_USER : null, 0);
}

/** A member of a team or of an organization. */
export function newMember(
  kind: 'member' | 'organization_member',
  groupId: string,
  userId: string,
  rest: Omit<NewParty, 'kind' | 'id'>,
): NewParty {
  const group = kind === 'member' ? { teamId: groupId } : { organizationId: groupId };
  return { ...rest, kind, id: memberId(groupId, userId), userId, ...group };
}

const USUAL_USER: Pick<PartyFacts, 'role' | 'models'> = { role: 'internal_user', models: [] };

const NOTHING = {
  alias: null,
  organizationId: null,
  teamId: null,
  userId: null,
  budgetId: null,
  role: null,
  email: null,
  login: null,
  models: [],
  aliases: {},
  metadata: {},
  maxBudgetNanoUsd: null,
  rpmLimit: null,
  terms: {},
  settings: {},
  blocked: false,
} as const;

type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

function given<T extends object>(changes: T): Given<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Given<T>;
}
