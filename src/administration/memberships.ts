import { memberId, type NewParty, newMember, type Party, type PartyAdministration } from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import { fewAtATime } from '../std/index.ts';
import type { Asker } from './attenuation/asker.ts';
import { type GroupKind, type JoinedGroup, type NamedUser, newcomer, requireOfHouse } from './attenuation/joining.ts';
import type { Governed } from './attenuation/party-attenuation.ts';
import { createGoverned, type PartyMaking } from './governed-parties.ts';
import { findParty } from './parties.ts';

/** What is said of a new member besides who it is. */
export type MemberFacts = Pick<NewParty, 'role' | 'models' | 'maxBudgetNanoUsd' | 'rpmLimit' | 'terms' | 'budgetId'>;

export type Joining = NamedUser & MemberFacts;

const MEMBER_KINDS = { team: 'member', organization: 'organization_member' } as const;

/**
 * Lets users into a group that is there; those whom nobody knows are made. All of them or none. Throws a GatewayError
 * (400) for one who is in it already, (404) for one whom who asks does not know.
 */
export async function addMembers(
  doors: PartyMaking,
  asker: Asker,
  group: JoinedGroup,
  joining: readonly Joining[],
): Promise<{ readonly users: readonly Party[]; readonly members: readonly Party[] }> {
  const { parties } = doors;
  const { resolved, members } = await resolveAll(doors, asker, group, joining);
  for (const { id, userId } of members) {
    if ((await parties.findParty(MEMBER_KINDS[group.kind], id)) !== null) throw alreadyIn(group.kind, String(userId));
  }
  const made = await createGoverned(doors, asker, [...newcomersOf(resolved), ...members]);
  const users = await fewAtATime(resolved, ({ id }) => findParty(parties, 'user', id));
  const isMember = new Set(members.map(({ id }) => id));
  return { users, members: made.filter(({ kind, id }) => kind === MEMBER_KINDS[group.kind] && isMember.has(id)) };
}

/** What has to be made for a group that is made with its members; users whom nobody knows are made with it. */
export async function membersOfNew(
  doors: PartyMaking,
  asker: Asker,
  group: JoinedGroup,
  joining: readonly Joining[],
): Promise<readonly Governed[]> {
  const { resolved, members } = await resolveAll(doors, asker, group, joining);
  return [...newcomersOf(resolved), ...new Map(members.map((member) => [member.id, member])).values()];
}

async function resolveAll(doors: PartyMaking, asker: Asker, group: JoinedGroup, joining: readonly Joining[]) {
  const resolved = await fewAtATime(joining, (each) => resolveUser(doors, each, group, asker));
  const members = resolved.map(({ id }, index) => memberOf(group, id, joining[index] ?? {}, asker.key.id));
  return { resolved, members };
}

function newcomersOf(resolved: readonly Resolved[]): readonly Governed[] {
  const made = resolved.flatMap(({ fresh }) => fresh.map((party) => [`${party.kind} ${party.id}`, party] as const));
  return [...new Map(made).values()];
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

type Resolved = { readonly id: string; readonly fresh: readonly Governed[] };

async function resolveUser(
  { parties, attenuation }: PartyMaking,
  named: NamedUser,
  group: JoinedGroup,
  asker: Asker,
): Promise<Resolved> {
  const { userId, email } = named;
  const known =
    userId === null
      ? email === null
        ? null
        : await parties.findUserByEmail(email)
      : await parties.findParty('user', userId);
  if (known === null) {
    const fresh = newcomer({ userId, email }, group, asker);
    return { id: fresh[0].id, fresh };
  }
  requireOfHouse(known, { userId, email }, group, asker, attenuation.known);
  return { id: known.id, fresh: [] };
}

function memberOf({ kind, id }: JoinedGroup, userId: string, facts: MemberFacts, by: string): Governed {
  const { role, models, maxBudgetNanoUsd, rpmLimit, terms, budgetId } = facts;
  const rest = { role: role ?? 'user', models, maxBudgetNanoUsd, rpmLimit, terms, budgetId, createdBy: by };
  return newMember(MEMBER_KINDS[kind], id, userId, rest) as Governed;
}

function alreadyIn(kind: GroupKind, userId: string): GatewayError {
  return new GatewayError('invalid_request', `The user '${userId}' is in this ${kind} already.`, {
    param: 'user_id',
    metadata: { code: `${kind}_member_already_in_${kind}` },
  });
}
