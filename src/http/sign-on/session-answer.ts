import {
  type Action,
  authorize,
  type Party,
  type PartyAdministration,
  type Person,
  type VirtualKey,
} from '../../access/index.ts';
import type { Route } from '../route.ts';
import type { SignOnDoors } from './doors.ts';

const MOST = { page: 1, size: 1_000 };

/** Who is signed in, where they belong and what they may do. */
export async function encodePerson({ user, key }: Person, { parties, routes }: SignOnDoors) {
  const [teams, organizations] = user === null ? [[], []] : await groupsOf(user, parties);
  return {
    user: {
      user_id: user?.id ?? null,
      email: user?.email ?? null,
      alias: user?.alias ?? null,
      role: user === null ? 'proxy_admin' : (user.role ?? 'internal_user'),
    },
    teams: teams.map(({ group: { id, alias }, role }) => ({ team_id: id, alias, role: role ?? 'user' })),
    organizations: organizations.map(({ group: { id, alias }, role }) => ({ organization_id: id, alias, role })),
    actions: actionsOf(key, await routes()),
    master: user === null,
  };
}

function actionsOf({ caller }: VirtualKey, routes: readonly Route[]): readonly Action[] {
  const actions = [...new Set(routes.map(({ action }) => action))].filter((action) => action !== 'public');
  return actions.toSorted().filter((action) => authorize(caller, action, { owners: 'anything', path: '' }));
}

function groupsOf({ id }: Party, parties: PartyAdministration) {
  const joined = async (kind: 'team' | 'organization') => {
    const memberKind = kind === 'team' ? 'member' : 'organization_member';
    const { parties: memberships } = await parties.listParties(memberKind, { reach: 'everything', userId: id }, MOST);
    const roles = new Map(
      memberships.map(({ teamId, organizationId, role }) => [kind === 'team' ? teamId : organizationId, role]),
    );
    const ids = [...roles.keys()].filter((groupId) => groupId !== null);
    const { parties: groups } = await parties.listParties(kind, { reach: 'everything', ids }, MOST);
    return groups.map((group) => ({ group, role: roles.get(group.id) ?? null }));
  };
  return Promise.all([joined('team'), joined('organization')]);
}
