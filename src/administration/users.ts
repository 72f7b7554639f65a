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
import { type Asker, isOperator } from './attenuation/asker.ts';
import type { GroupKind, NamedUser } from './attenuation/joining.ts';
import { type Governed, NO_MODELS } from './attenuation/party-attenuation.ts';
import { createKey, type KeyMaking } from './create-key.ts';
import { changeGoverned, createGoverned, type PartyMaking } from './governed-parties.ts';
import type { MemberFacts } from './memberships.ts';
import { findParty } from './parties.ts';

type Administrations = KeyMaking & PartyMaking;

/** A group that a new user joins. */
export type Joined = { readonly kind: GroupKind; readonly groupId: string; readonly facts: MemberFacts };

/**
 * Makes a user with its memberships, and with a key if there is to be one: all of it or nothing. Throws a GatewayError
 * (404) for a group that is not there, (400) for what is there already.
 */
export async function createUser(
  doors: Administrations,
  asker: Asker,
  user: NewParty & { readonly kind: 'user' },
  joined: readonly Joined[],
  key: Omit<NewKey, 'createdBy'> | null,
): Promise<{ readonly user: Party; readonly created: CreatedKey | null }> {
  const { parties } = doors;
  const inOrganizations = isOperator(asker) ? [] : await organizationsOf(joined, parties);
  const groups = new Map([...inOrganizations, ...joined].map((each) => [`${each.kind} ${each.groupId}`, each]));
  for (const { kind, groupId } of groups.values()) await findParty(parties, kind, groupId);
  const members = [...groups.values()].map(
    ({ kind, groupId, facts }) =>
      newMember(MEMBER_KINDS[kind], groupId, user.id, { ...facts, createdBy: user.createdBy }) as Governed,
  );
  await createGoverned(doors, asker, [isOperator(asker) ? user : asNewcomer(user), ...members]);
  try {
    const created = key === null ? null : await createKey(doors, asker, { ...key, userId: user.id });
    return { user: await findParty(parties, 'user', user.id), created };
  } catch (error) {
    await parties.removeParties('user', [user.id]);
    throw error;
  }
}

/** Who is made by less than an operator calls models in its teams, whose budgets hold, and is in their organizations. */
function asNewcomer<User extends NewParty>(user: User): User {
  return { ...user, role: user.role ?? 'internal_user', models: user.models ?? NO_MODELS };
}

async function organizationsOf(joined: readonly Joined[], parties: PartyAdministration): Promise<readonly Joined[]> {
  const teams = joined.filter(({ kind }) => kind === 'team');
  const found = await Promise.all(teams.map(({ groupId }) => parties.findParty('team', groupId)));
  return found.flatMap((team): readonly Joined[] =>
    team?.organizationId
      ? [{ kind: 'organization', groupId: team.organizationId, facts: { role: 'internal_user' } }]
      : [],
  );
}

const MEMBER_KINDS = { team: 'member', organization: 'organization_member' } as const;

/** Changes a user by its id or its address; makes it where nobody knows it, as LiteLLM does. */
export async function changeUser(
  doors: PartyMaking,
  asker: Asker,
  { userId, email }: NamedUser,
  change: (before: Party | null) => PartyChanges,
): Promise<Party> {
  const { parties } = doors;
  const byEmail = userId === null && email !== null ? await parties.findUserByEmail(email) : null;
  const id = userId ?? byEmail?.id ?? randomId('user');
  if (userId !== null && email !== null) await refuseOthersAddress(parties, userId, email);
  if ((await parties.findParty('user', id)) !== null) return changeGoverned(doors, asker, 'user', id, change);
  const asked = change(null);
  const made = { ...asked, email: asked.email ?? email, kind: 'user', id, createdBy: asker.key.id } as const;
  await createGoverned(doors, asker, [made]);
  return findParty(parties, 'user', id);
}

async function refuseOthersAddress(parties: PartyAdministration, userId: string, email: string): Promise<void> {
  const owner = await parties.findUserByEmail(email);
  if (owner === null || owner.id === userId) return;
  throw new GatewayError('invalid_request', `There is a user with the address '${email}' already.`, {
    param: 'user_email',
  });
}
