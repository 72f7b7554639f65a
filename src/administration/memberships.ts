import { memberId, type NewParty, newMember, type Party, type PartyAdministration } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import { randomId } from '../std/index.ts';
import { createParties, findParty } from './parties.ts';

export type GroupKind = 'team' | 'organization';

/** A user by an id or by an address; one of the two at least. */
export type NamedUser = { readonly userId: string | null; readonly email: string | null };

/** What is said of a new member besides who it is. */
export type MemberFacts = Pick<NewParty, 'role' | 'models' | 'maxBudgetNanoUsd' | 'rpmLimit' | 'terms' | 'budgetId'>;

export type Joining = NamedUser & MemberFacts;

const MEMBER_KINDS = { team: 'member', organization: 'organization_member' } as const;

/**
 * Lets users into a group that is there; those whom nobody knows are made. All of them or none. Throws a GatewayError
 * (400) for one who is in it already.
 */
export async function addMembers(
  administration: PartyAdministration,
  kind: GroupKind,
  groupId: string,
  joining: readonly Joining[],
  by: string,
): Promise<{ readonly users: readonly Party[]; readonly members: readonly Party[] }> {
  const resolved = await Promise.all(joining.map((each) => resolveUser(administration, each, by)));
  const members = resolved.map(({ id }, index) => memberOf(kind, groupId, id, joining[index] ?? {}, by));
  for (const { id, userId } of members) {
    if ((await administration.findParty(MEMBER_KINDS[kind], id)) !== null) throw alreadyIn(kind, String(userId));
  }
  const made = await createParties(administration, [
    ...new Map(resolved.flatMap(({ fresh }) => (fresh === null ? [] : [[fresh.id, fresh] as const]))).values(),
    ...members,
  ]);
  const users = await Promise.all(resolved.map(({ id }) => findParty(administration, 'user', id)));
  return { users, members: made.filter((party) => party.kind === MEMBER_KINDS[kind]) };
}

/** What has to be made for a group that is made with its members; users whom nobody knows are made with it. */
export async function membersOfNew(
  administration: PartyAdministration,
  kind: GroupKind,
  groupId: string,
  joining: readonly Joining[],
  by: string,
): Promise<readonly NewParty[]> {
  const resolved = await Promise.all(joining.map((each) => resolveUser(administration, each, by)));
  const users = new Map(resolved.flatMap(({ fresh }) => (fresh === null ? [] : [[fresh.id, fresh] as const])));
  const members = resolved.map(({ id }, index) => memberOf(kind, groupId, id, joining[index] ?? {}, by));
  return [...users.values(), ...new Map(members.map((member) => [member.id, member])).values()];
}

/** Throws a GatewayError (404) where the user is not in it. */
export async function findMember(
  administration: PartyAdministration,
  kind: GroupKind,
  groupId: string,
  named: NamedUser,
): Promise<Party> {
  const userId = named.userId ?? (named.email === null ? null : await idOf(administration, named.email));
  const member = userId === null ? null : await administration.findParty(MEMBER_KINDS[kind], memberId(groupId, userId));
  if (member !== null) return member;
  const who = named.userId ?? named.email ?? '';
  throw new GatewayError('not_found', `The user '${who}' is not in the ${kind} '${groupId}'.`, { param: 'user_id' });
}

async function idOf(administration: PartyAdministration, email: string): Promise<string | null> {
  return (await administration.findUserByEmail(email))?.id ?? null;
}

async function resolveUser(
  administration: PartyAdministration,
  { userId, email }: NamedUser,
  by: string,
): Promise<{ readonly id: string; readonly fresh: NewParty | null }> {
  const known =
    userId === null
      ? email === null
        ? null
        : await administration.findUserByEmail(email)
      : await administration.findParty('user', userId);
  if (known !== null) return { id: known.id, fresh: null };
  const id = userId ?? randomId('user');
  return { id, fresh: { kind: 'user', id, email, role: 'internal_user', createdBy: by } };
}

function memberOf(kind: GroupKind, groupId: string, userId: string, facts: MemberFacts, by: string): NewParty {
  const { role, models, maxBudgetNanoUsd, rpmLimit, terms, budgetId } = facts;
  const rest = { role: role ?? 'user', models, maxBudgetNanoUsd, rpmLimit, terms, budgetId, createdBy: by };
  return newMember(MEMBER_KINDS[kind], groupId, userId, rest);
}

function alreadyIn(kind: GroupKind, userId: string): GatewayError {
  return new GatewayError('invalid_request', `The user '${userId}' is in this ${kind} already.`, {
    param: 'user_id',
    metadata: { code: `${kind}_member_already_in_${kind}` },
  });
}
