import { type Clock, randomId } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import { memberId, type Party } from '../parties/party.ts';
import { newMember, type PartyAdministration } from '../parties/party-administration.ts';
import type { Recording } from '../recording.ts';
import { isAllowedAddress, roleOf } from './claims.ts';
import { findIdentity, keepIdentity } from './identity-store.ts';
import type { ProviderClaims, SignOnProvider, SignOnRefusal } from './provider.ts';

export type SettleOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly parties: PartyAdministration;
  readonly recording: Recording;
};

export type Settled = { readonly userId: string } | { readonly refusal: SignOnRefusal };

/** Who the claims are of, with the role and the teams that they come with from now on. */
export async function settlePerson(
  claims: ProviderClaims,
  provider: SignOnProvider,
  options: SettleOptions,
): Promise<Settled> {
  if (!isAllowedAddress(claims, provider)) return { refusal: 'address_refused' };
  const { database, clock, parties } = options;
  const identity = await findIdentity(database, claims.issuer, claims.subject);
  const known = await knownUser(identity?.userId ?? null, claims, parties);
  if (known?.blocked === true) return { refusal: 'blocked' };
  if (known === null && !provider.createsUsers) return { refusal: 'unknown_user' };
  const user = known ?? (await createUser(claims, provider, parties));
  const linked = keepIdentity(claims, user.id, clock.nowMs());
  const recorded = identity === null ? options.recording([linkOf(claims, user.id)], null) : database;
  const [kept] = await recorded.write([linked]);
  if (kept?.changed !== 1) {
    // What the provider said before its last word proves who somebody is, and changes nothing.
    const now = await findIdentity(database, claims.issuer, claims.subject);
    return now?.userId === user.id ? { userId: user.id } : { refusal: 'token_refused' };
  }
  await applyRole(user, roleOf(claims, provider), parties);
  await applyTeams(user, claims, provider, parties);
  return { userId: user.id };
}

function linkOf({ issuer, subject }: ProviderClaims, userId: string) {
  return { action: 'identity.create', kind: 'identity', target: userId, before: null, after: { issuer, subject } };
}

/** By what the provider has always called them, or by an address that it has verified. */
async function knownUser(
  userId: string | null,
  { email }: ProviderClaims,
  parties: PartyAdministration,
): Promise<Party | null> {
  if (userId !== null) return parties.findParty('user', userId);
  return email === null ? null : parties.findUserByEmail(email);
}

async function createUser(
  { issuer, subject, email, name }: ProviderClaims,
  { usualRole }: SignOnProvider,
  parties: PartyAdministration,
): Promise<Party> {
  const [made] =
    (await parties.createParties([
      {
        kind: 'user',
        id: randomId('user'),
        email,
        alias: name,
        role: usualRole,
        settings: { ssoUserId: subject },
        createdBy: issuer,
      },
    ])) ?? [];
  if (made === undefined) throw new Error('a user with this address was made at the same moment');
  return made;
}

async function applyRole(user: Party, role: string | null, parties: PartyAdministration): Promise<void> {
  if (role === null || role === user.role) return;
  await parties.changeParty('user', user.id, user.id, () => ({ role }));
}

const PAGE = 1_000;

/** Joins what the groups say, and leaves what they said and do not say any more; what others gave stays. */
async function applyTeams(
  { id: userId }: Party,
  { issuer, groups }: ProviderClaims,
  { teams }: SignOnProvider,
  parties: PartyAdministration,
): Promise<void> {
  const wanted = new Set(await teamsOf(groups, teams, parties));
  const { parties: memberships } = await parties.listParties(
    'member',
    { reach: 'everything', userId },
    { page: 1, size: PAGE },
  );
  const left = memberships.filter(
    ({ teamId, settings }) => settings.joinedBy === issuer && teamId !== null && !wanted.has(teamId),
  );
  const inTeams = new Set(memberships.map(({ teamId }) => teamId));
  const joined = [...wanted].filter((teamId) => !inTeams.has(teamId));
  if (left.length > 0)
    await parties.removeParties(
      'member',
      left.map(({ id }) => id),
    );
  for (const teamId of joined) {
    const member = newMember('member', teamId, userId, {
      createdBy: issuer,
      role: 'user',
      settings: { joinedBy: issuer },
    });
    // Taken back by nobody: another sign-in of the same moment has done it.
    if (
      (await parties.createParties([member])) === null &&
      !(await parties.findParty('member', memberId(teamId, userId)))
    )
      throw new Error('a membership could not be made');
  }
}

/** By the configuration's words, and by what teams say of themselves; those that are there. */
async function teamsOf(
  groups: readonly string[],
  teams: SignOnProvider['teams'],
  parties: PartyAdministration,
): Promise<readonly string[]> {
  const named = groups.flatMap((group) => (Object.hasOwn(teams, group) ? [teams[group] ?? ''] : []));
  const found: string[] = [];
  for (let page = 1; ; page++) {
    const { parties: all } = await parties.listParties(
      'team',
      { reach: 'everything' },
      { page, size: PAGE, by: 'id', ascending: true },
    );
    for (const { id, settings } of all)
      if (named.includes(id) || settings.ssoGroups?.some((group) => groups.includes(group)) === true) found.push(id);
    if (all.length < PAGE) return found;
  }
}
