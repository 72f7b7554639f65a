import { type Party, reachOf } from '../../access/index.ts';
import type { Caller } from '../../inference/index.ts';
import { encodeSharing } from '../budgets/shared-budget.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { encodeRow } from './team-answer.ts';

type Doors = Pick<ManagementDoors, 'parties' | 'spentBy'>;

/** Memberships that are shown with a user. */
export const MOST_SHOWN = 1_000;

/** Who a user is, without what it may use. */
export function encodeIdentity({ id, email, alias, role }: Party) {
  return { user_id: id, user_email: email, user_alias: alias, user_role: role };
}

/** LiteLLM's row of a user. */
export async function encodeUser(user: Party, caller: Caller, doors: Doors) {
  return encodeSeated(user, await seatsOf([user], caller, doors), doors);
}

/** Of a page: one question for the seats of all of them. */
export async function encodeUsers(users: readonly Party[], caller: Caller, doors: Doors) {
  const seats = await seatsOf(users, caller, doors);
  return Promise.all(users.map((user) => encodeSeated(user, seats, doors)));
}

type Seats = Readonly<Record<'teams' | 'organizations', readonly Party[]>>;

async function encodeSeated(user: Party, seats: Seats, { parties, spentBy }: Doors) {
  const budget = user.budgetId === null ? null : await parties.findParty('budget', user.budgetId);
  const own = (all: readonly Party[]): readonly Party[] => all.filter(({ userId }) => userId === user.id);
  return {
    user_id: user.id,
    user_email: user.email,
    user_alias: user.alias,
    user_role: user.role,
    sso_user_id: user.settings.ssoUserId ?? null,
    ...(await encodeSharing({ kind: 'user', id: user.id }, user, budget, spentBy)),
    teams: own(seats.teams).map(({ teamId }) => teamId),
    organization_memberships: own(seats.organizations).map(({ organizationId, role }) => ({
      user_id: user.id,
      organization_id: organizationId,
      user_role: role,
    })),
    ...encodeRow(user),
  };
}

async function seatsOf(users: readonly Party[], caller: Caller, { parties }: Doors): Promise<Seats> {
  const inGroups = seatedIn(users, 'team.list', caller);
  const isOneself = users.some(({ id }) => id === caller.userId);
  const [teams, organizations, own] = await Promise.all([
    parties.listParties('member', inGroups, pagingFor(users)),
    parties.listParties('organization_member', seatedIn(users, 'organization.list', caller), pagingFor(users)),
    isOneself ? ownOrganizations(caller, parties) : [],
  ]);
  const ofOthers = organizations.parties.filter(({ userId }) => !isOneself || userId !== caller.userId);
  return { teams: teams.parties, organizations: [...ofOthers, ...own] };
}

function seatedIn(users: readonly Party[], action: 'team.list' | 'organization.list', caller: Caller) {
  return { reach: reachOf(caller, action), userIds: users.map(({ id }) => id) };
}

const pagingFor = (users: readonly Party[]) => ({ page: 1, size: MOST_SHOWN * users.length });

/** Everybody is told where it is itself; of others, what is in reach. */
async function ownOrganizations({ userId }: Caller, parties: Doors['parties']): Promise<readonly Party[]> {
  if (userId === null) return [];
  const filter = { reach: 'everything', userId } as const;
  return (await parties.listParties('organization_member', filter, { page: 1, size: MOST_SHOWN })).parties;
}
