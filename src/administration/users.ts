import {
  type CreatedKey,
  type NewKey,
  type NewParty,
  newMember,
  type Party,
  type PartyAdministration,
  type PartyChanges,
} from '../access/index.ts';
import { GatewayError } from '../inference/index.ts';
import { randomId } from '../std/index.ts';
import type { Asker } from './attenuation/asker.ts';
import { createKey, type KeyMaking } from './create-key.ts';
import type { GroupKind, MemberFacts, NamedUser } from './memberships.ts';
import { changeParty, createParties, findParty } from './parties.ts';

type Administrations = KeyMaking & { readonly parties: PartyAdministration };

/** A group that a new user joins. */
export type Joined = { readonly kind: GroupKind; readonly groupId: string; readonly facts: MemberFacts };

/**
 * Makes a user with its memberships, and with a key if there is to be one: all of it or nothing. Throws a GatewayError
 * (404) for a group that is not there, (400) for what is there already.
 */
export async function createUser(
  { parties, ...making }: Administrations,
  asker: Asker,
  user: NewParty,
  joined: readonly Joined[],
  key: Omit<NewKey, 'createdBy'> | null,
): Promise<{ readonly user: Party; readonly created: CreatedKey | null }> {
  const groups = new Map(joined.map((each) => [`${each.kind} ${each.groupId}`, each]));
  for (const { kind, groupId } of groups.values()) await findParty(parties, kind, groupId);
  const members = [...groups.values()].map(({ kind, groupId, facts }) =>
    newMember(MEMBER_KINDS[kind], groupId, user.id, { ...facts, createdBy: user.createdBy }),
  );
  await createParties(parties, [user, ...members]);
  try {
    const created = key === null ? null : await createKey(making, asker, { ...key, userId: user.id });
    return { user: await findParty(parties, 'user', user.id), created };
  } catch (error) {
    await parties.removeParties('user', [user.id]);
    throw error;
  }
}

const MEMBER_KINDS = { team: 'member', organization: 'organization_member' } as const;

/** Changes a user by its id or its address; makes it where nobody knows it, as LiteLLM does. */
export async function changeUser(
  parties: PartyAdministration,
  { userId, email }: NamedUser,
  by: string,
  change: (before: Party | null) => PartyChanges,
): Promise<Party> {
  const byEmail = userId === null && email !== null ? await parties.findUserByEmail(email) : null;
  const id = userId ?? byEmail?.id ?? randomId('user');
  if (userId !== null && email !== null) await refuseOthersAddress(parties, userId, email);
  if ((await parties.findParty('user', id)) !== null) return changeParty(parties, 'user', id, by, change);
  const asked = change(null);
  await createParties(parties, [{ ...asked, email: asked.email ?? email, kind: 'user', id, createdBy: by }]);
  return findParty(parties, 'user', id);
}

async function refuseOthersAddress(parties: PartyAdministration, userId: string, email: string): Promise<void> {
  const owner = await parties.findUserByEmail(email);
  if (owner === null || owner.id === userId) return;
  throw new GatewayError('invalid_request', `There is a user with the address '${email}' already.`, {
    param: 'user_email',
  });
}
