import type {
  GovernedKind,
  NewParty,
  Party,
  PartyAdministration,
  PartyChanges,
  PartyRowKind,
} from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';

/** What an operator alone makes and changes: its doors are for nobody else. */
type Operators = Exclude<PartyRowKind, GovernedKind>;

/** Makes all of them or none. Throws a GatewayError (400) that names who is there already. */
export function createParties(
  administration: PartyAdministration,
  parties: readonly (NewParty & { readonly kind: Operators })[],
): Promise<readonly Party[]> {
  return createAnyParties(administration, parties);
}

/** For what decides before whether who asks may. */
export async function createAnyParties(
  administration: PartyAdministration,
  parties: readonly NewParty[],
): Promise<readonly Party[]> {
  const made = await administration.createParties(parties);
  if (made !== null) return made;
  for (const party of parties) await refuseTaken(administration, party);
  throw new GatewayError('invalid_request', 'Somebody else made one of them at the same moment; ask again.');
}

/** The same for one. */
export async function createParty(
  administration: PartyAdministration,
  party: NewParty & { readonly kind: Operators },
): Promise<Party> {
  const [made] = await createParties(administration, [party]);
  if (made === undefined) throw new TypeError('somebody was made, and is not told');
  return made;
}

async function refuseTaken(administration: PartyAdministration, { kind, id, email }: NewParty): Promise<void> {
  if ((await administration.findParty(kind, id)) !== null) {
    throw new GatewayError('invalid_request', `There is a ${wordOf(kind)} '${shown(id)}' already.`, {
      param: paramOf(kind),
    });
  }
  if (typeof email === 'string' && (await administration.findUserByEmail(email)) !== null) {
    throw new GatewayError('invalid_request', `There is a user with the address '${email}' already.`, {
      param: 'user_email',
    });
  }
}

/** Throws a GatewayError (404) where there is none. */
export function changeParty(
  administration: PartyAdministration,
  kind: Operators,
  id: string,
  by: string,
  change: (before: Party) => PartyChanges,
): Promise<Party> {
  return changeAnyParty(administration, kind, id, by, change);
}

export async function changeAnyParty(
  administration: PartyAdministration,
  kind: PartyRowKind,
  id: string,
  by: string,
  change: (before: Party) => PartyChanges,
): Promise<Party> {
  const changed = await administration.changeParty(kind, id, by, change);
  if (changed === null) throw noParty(kind, id);
  return changed;
}

/** Throws a GatewayError (404) where there is none. */
export async function findParty(administration: PartyAdministration, kind: PartyRowKind, id: string): Promise<Party> {
  const found = await administration.findParty(kind, id);
  if (found === null) throw noParty(kind, id);
  return found;
}

/** Throws a GatewayError (404), and removes nobody, unless all are there. */
export async function removeParties(
  administration: PartyAdministration,
  kind: PartyRowKind,
  ids: readonly string[],
): Promise<readonly Party[]> {
  for (const id of ids) await findParty(administration, kind, id);
  return administration.removeParties(kind, ids);
}

export function noParty(kind: PartyRowKind, id: string): GatewayError {
  return new GatewayError('not_found', `There is no ${wordOf(kind)} '${shown(id)}'.`, { param: paramOf(kind) });
}

const NAMES: Readonly<Record<PartyRowKind, readonly [word: string, param: string]>> = {
  organization: ['organization', 'organization_id'],
  organization_member: ['organization member', 'user_id'],
  project: ['project', 'project_id'],
  team: ['team', 'team_id'],
  member: ['team member', 'user_id'],
  user: ['user', 'user_id'],
  customer: ['customer', 'user_id'],
  tag: ['tag', 'name'],
  budget: ['budget', 'budget_id'],
};

export function wordOf(kind: PartyRowKind): string {
  return NAMES[kind][0];
}

function paramOf(kind: PartyRowKind): string {
  return NAMES[kind][1];
}

/** Of a member whose it is, then who. */
function shown(id: string): string {
  return id.split('\n').reverse().join("' of '");
}
