import { isNamed, type NewKey, type Party, reachOf, type VirtualKey } from '../../access/index.ts';
import {
  createUser,
  findBudget,
  findParty,
  idOfNew,
  isOperator,
  type Joined,
  noParty,
  passwordIn,
  removeParties,
  requireBelongings,
  type Subject,
} from '../../administration/index.ts';
import { encodeKey } from '../keys/key-answer.ts';
import { askerOf } from '../management/asker.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { lifetimeMs } from '../management/duration.ts';
import { type Route, reached, route, self } from '../route.ts';
import {
  deleteUsersBody,
  type NewUserFields,
  newUserBody,
  USER_ROLES,
  userInfoQuery,
  userListQuery,
} from './contract-user.ts';
import { sortedBy } from './party-filters.ts';
import { encodeTeams } from './team-answer.ts';
import { encodeUser, encodeUsers, MOST_SHOWN } from './user-answer.ts';
import { bulkUpdate, update, userChanges } from './user-update.ts';

export function userRoutes(doors: ManagementDoors): readonly Route[] {
  return [
    create(doors),
    update(doors),
    bulkUpdate(doors),
    info(doors),
    infoOfRow(doors),
    list(doors),
    remove(doors),
    roles(),
  ];
}

function create(doors: ManagementDoors): Route {
  const { parties, people, clock, isRuled } = doors;
  return route({
    method: 'POST',
    path: '/user/new',
    summary: 'Make a user, with a key that is shown in this answer only unless auto_create_key is false.',
    action: 'user.create',
    resource: ({ body }) => placesOf(body),
    body: newUserBody,
    answer: async ({ key: maker, path, body }) => {
      await requireBelongings(parties, isRuled, { team: body.team_id, project: body.project_id });
      const asker = askerOf(maker, path, body);
      if (isOperator(asker)) await findBudget(parties, body.budget_id);
      const setPassword = passwordIn(asker, body, null, people);
      const user = {
        ...userChanges(body, null, clock.nowMs()),
        email: body.user_email,
        kind: 'user' as const,
        id: idOfNew(asker, 'user_id', body.user_id, 'user'),
        createdBy: maker.id,
      };
      const isInPlace = isNamed(body.team_id) || isNamed(body.project_id);
      // Of whom less than an operator makes, a key stands in a team.
      const makesKey = body.auto_create_key ?? (isOperator(asker) || isInPlace);
      const wanted = makesKey ? keyOf(body, clock.nowMs()) : null;
      const { user: made, created } = await createUser(doors, asker, user, joinedBy(body), wanted);
      await setPassword?.(made);
      const ofKey = created === null ? {} : { ...(await encodeKey(created.key, doors)), key: created.secret };
      return { body: { ...ofKey, ...(await encodeUser(made, maker.caller, doors)) } };
    },
  });
}

/** Its budget and its rates are the user's; the key is under them with all others of the user's. */
function keyOf(body: NewUserFields, nowMs: number): Omit<NewKey, 'createdBy'> {
  const lifetime = lifetimeMs(body.duration);
  return {
    alias: body.key_alias,
    teamId: body.team_id,
    projectId: body.project_id,
    models: body.models ?? undefined,
    aliases: body.aliases ?? undefined,
    metadata: { ...body.metadata, ...(body.tags ? { tags: body.tags } : {}) },
    expiresAtMs: lifetime === null ? null : nowMs + lifetime,
  };
}

function joinedBy({ teams, organizations, user_role }: NewUserFields): readonly Joined[] {
  return [
    ...(teams ?? []).map(({ team_id, max_budget_in_team, user_role: role }) => ({
      kind: 'team' as const,
      groupId: team_id,
      facts: { role, maxBudgetNanoUsd: max_budget_in_team },
    })),
    ...(organizations ?? []).map((groupId) => ({
      kind: 'organization' as const,
      groupId,
      facts: { role: user_role ?? 'internal_user' },
    })),
  ];
}

function info(doors: ManagementDoors): Route {
  const { parties, keys, spentBy } = doors;
  return route({
    method: 'GET',
    path: '/user/info',
    summary:
      "A user with its keys and its teams; without 'user_id' whom the key belongs to, and for the master key all.",
    action: 'user.read',
    query: userInfoQuery,
    resource: ({ query }) => subjectOf(query.user_id),
    answer: async ({ key, query }) => {
      const user = await askedUser(key, query.user_id, doors);
      const paging = { page: 1, size: MOST_SHOWN };
      const userId = user?.id;
      const memberships =
        userId === undefined ? null : await parties.listParties('member', { reach: 'everything', userId }, paging);
      const teamIds = memberships?.parties.flatMap(({ teamId }) => teamId ?? []);
      const [ofUser, teams] = await Promise.all([
        keys.listKeys({ reach: reachOf(key.caller, 'key.list'), userId, ...paging }),
        parties.listParties('team', { reach: reachOf(key.caller, 'team.list'), ids: teamIds }, paging),
      ]);
      return {
        body: {
          user_id: userId ?? null,
          user_info: user === null ? null : await encodeUser(user, key.caller, doors),
          keys: await Promise.all(ofUser.keys.map((each) => encodeKey(each, doors))),
          teams: await encodeTeams(teams.parties, parties, spentBy),
        },
      };
    },
  });
}

function infoOfRow(doors: ManagementDoors): Route {
  return route({
    method: 'GET',
    path: '/v2/user/info',
    summary: "A user alone; without 'user_id' whom the key belongs to.",
    action: 'user.read',
    query: userInfoQuery,
    resource: ({ query }) => subjectOf(query.user_id),
    answer: async ({ key, query }) => {
      const user = await askedUser(key, query.user_id, doors);
      if (user === null) throw noParty('user', '');
      return { body: await encodeUser(user, key.caller, doors) };
    },
  });
}

/** Where a new user is to be a member, and its key to stand. */
function placesOf({ teams, organizations, team_id: teamId, project_id: projectId }: NewUserFields): readonly Subject[] {
  const ofKey: readonly Subject[] = isNamed(teamId) || isNamed(projectId) ? [{ kind: 'place', teamId, projectId }] : [];
  const inTeams = (teams ?? []).map(({ team_id: id }): Subject => ({ kind: 'team', id }));
  return [...(organizations ?? []).map((id): Subject => ({ kind: 'organization', id })), ...inTeams, ...ofKey];
}

function subjectOf(userId: string | undefined): Subject {
  return userId === undefined ? self() : { kind: 'user', id: userId, email: null };
}

/** null: the master key has named nobody. */
async function askedUser(
  { caller }: VirtualKey,
  userId: string | undefined,
  { parties }: ManagementDoors,
): Promise<Party | null> {
  if (caller.kind === 'master' && userId === undefined) return null;
  return findParty(parties, 'user', userId ?? caller.userId ?? '');
}

function list(doors: ManagementDoors): Route {
  const { parties, keys } = doors;
  return route({
    method: 'GET',
    path: '/user/list',
    summary: 'Users and how many keys each has, newest first unless sorted.',
    action: 'user.list',
    resource: reached,
    query: userListQuery,
    answer: async ({ key, reach, query }) => {
      const { page, page_size: size } = query;
      const filter = {
        reach,
        role: query.role,
        ids: query.user_ids,
        ssoUserIds: query.sso_user_ids,
        email: query.user_email,
        ofTeams: query.team === undefined ? undefined : [query.team],
        ofOrganizations: query.organization_ids,
        search: query.search,
      };
      const order = await sortedBy('user', query, doors);
      const found = await parties.listParties('user', filter, { page, size, ...order });
      const [counts, shown] = await Promise.all([
        keys.countKeysOfUsers(found.parties.map(({ id }) => id)),
        encodeUsers(found.parties, key.caller, doors),
      ]);
      return {
        body: {
          users: shown.map((user) => ({ ...user, key_count: counts.get(user.user_id) ?? 0 })),
          total: found.total,
          page,
          page_size: size,
          total_pages: Math.ceil(found.total / size),
        },
      };
    },
  });
}

function remove({ parties }: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/user/delete',
    summary: 'Remove users with their memberships; their keys work no more at once. Answers how many.',
    action: 'user.delete',
    resource: ({ body }) => body.user_ids.map((id) => ({ kind: 'user', id, email: null })),
    body: deleteUsersBody,
    answer: async ({ body }) => ({ body: (await removeParties(parties, 'user', body.user_ids)).length }),
  });
}

function roles(): Route {
  return route({
    method: 'GET',
    path: '/user/available_roles',
    summary: 'The roles that a user may have.',
    action: 'user.read',
    resource: self,
    answer: () => ({ body: USER_ROLES }),
  });
}
