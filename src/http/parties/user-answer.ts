import { type Party, type Reach, reachOf } from '../../access/index.ts';
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
export async function encodeUser(user: Party, caller: Caller, { parties, spentBy }: Doors) {
  const paging = { page: 1, size: MOST_SHOWN };
  const [budget, teams, organizations] = await Promise.all([
    user.budgetId === null ? null : parties.findParty('budget', user.budgetId),
    parties.listParties('member', { reach: reachOf(caller, 'team.list'), userId: user.id }, paging),
    parties.listParties('organization_member', { reach: seatsReach(caller, user), userId: user.id }, paging),
  ]);
  return {
    user_id: user.id,
    user_email: user.email,
    user_alias: user.alias,
    user_role: user.role,
    sso_user_id: user.settings.ssoUserId ?? null,
    ...(await encodeSharing({ kind: 'user', id: user.id }, user, budget, spentBy)),
    teams: teams.parties.map(({ teamId }) => teamId),
    organization_memberships: organizations.parties.map(({ organizationId, role }) => ({
      user_id: user.id,
      organization_id: organizationId,
      user_role: role,
    })),
    ...encodeRow(user),
  };
}

/** Everybody is told where it is itself; of others, what is in reach. */
function seatsReach(caller: Caller, user: Party): Reach {
  return user.id === caller.userId ? 'everything' : reachOf(caller, 'organization.list');
}
