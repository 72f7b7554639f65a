import type { Party } from '../../access/index.ts';
import {
  type Asker,
  addMembers,
  changeGoverned,
  findMember,
  findParty,
  removeParties,
} from '../../administration/index.ts';
import { ALL_TIME, usdFromNano } from '../../std/index.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { type Route, route } from '../route.ts';
import {
  addMembersBody,
  bulkAddMembersBody,
  bulkPermissionsBody,
  type MemberTermsFields,
  type NamedMember,
  permissionsBody,
  removeMemberBody,
  teamQuery,
  updateMemberBody,
} from './contract-team.ts';
import { encodeMembership, encodeTeam } from './team-answer.ts';
import { groupOf, memberFacts, namedUser } from './team-joining.ts';

export function teamMemberRoutes(doors: ManagementDoors): readonly Route[] {
  return [
    add(doors),
    bulkAdd(doors),
    update(doors),
    remove(doors),
    own(doors),
    permissions(doors),
    setPermissions(doors),
    addPermissions(doors),
  ];
}

function add(doors: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/team/member_add',
    summary: 'Let users into a team; whom nobody knows is made.',
    action: 'member.change',
    resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
    body: addMembersBody,
    answer: async ({ key, path, body }) => ({
      body: await join(doors, { key, path }, body.team_id, [body.member].flat(), body),
    }),
  });
}

function bulkAdd(doors: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/team/bulk_member_add',
    summary: 'The same for many.',
    action: 'member.change',
    resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
    body: bulkAddMembersBody,
    answer: async ({ key, path, body }) => ({
      body: await join(doors, { key, path }, body.team_id, body.members, body),
    }),
  });
}

async function join(
  doors: ManagementDoors,
  asker: Asker,
  teamId: string,
  named: readonly NamedMember[],
  terms: MemberTermsFields,
) {
  const { parties, spentBy, clock } = doors;
  const team = await findParty(parties, 'team', teamId);
  const facts = memberFacts(terms, undefined, clock.nowMs());
  const models = facts.models ?? team.settings.memberModels;
  const joining = named.map((each) => ({ ...namedUser(each), ...facts, role: each.role, models }));
  const { users, members } = await addMembers(doors, asker, groupOf(team), joining);
  return {
    ...(await encodeTeam(team, parties, spentBy)),
    updated_users: users.map(({ id, email, role }) => ({ user_id: id, user_email: email, user_role: role })),
    updated_team_memberships: await Promise.all(members.map((member) => encodeMembership(member, spentBy))),
  };
}

function update(doors: ManagementDoors): Route {
  const { parties, clock } = doors;
  return route({
    method: 'POST',
    path: '/team/member_update',
    summary: 'Change what a member of a team is and may use; what is left out stays as it is.',
    action: 'member.change',
    resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
    body: updateMemberBody,
    answer: async ({ key, path, body }) => {
      const { id } = await findMember(parties, 'team', body.team_id, namedUser(body));
      const member = await changeGoverned(doors, { key, path }, 'member', id, (before) => ({
        ...memberFacts(body, before, clock.nowMs()),
        role: body.role ?? undefined,
      }));
      return {
        body: {
          team_id: body.team_id,
          user_id: member.userId,
          user_email: body.user_email ?? null,
          role: member.role,
          max_budget_in_team: member.maxBudgetNanoUsd === null ? null : usdFromNano(member.maxBudgetNanoUsd),
          budget_duration: member.terms.budgetDuration ?? null,
          tpm_limit: member.terms.tpmLimit ?? null,
          rpm_limit: member.rpmLimit,
          allowed_models: member.models,
        },
      };
    },
  });
}

function remove({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/team/member_delete',
    summary: "Take a user out of a team; the user's keys of the team work no more at once.",
    action: 'member.change',
    resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
    body: removeMemberBody,
    answer: async ({ body }) => {
      const { id } = await findMember(parties, 'team', body.team_id, namedUser(body));
      await removeParties(parties, 'member', [id]);
      return { body: await encodeTeam(await findParty(parties, 'team', body.team_id), parties, spentBy) };
    },
  });
}

function own({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'GET',
    path: '/team/*/members/me',
    summary: 'What the caller may use of a team that it is in, and has spent there.',
    action: 'team.read',
    resource: ({ rest }) => ({ kind: 'team', id: rest }),
    answer: async ({ key, rest }) => {
      const member = await findMember(parties, 'team', rest, { userId: key.caller.userId ?? '', email: null });
      const shown = await encodeMembership(member, spentBy);
      const { nanoUsd } = await spentBy({ kind: 'member', id: member.id, model: null }, ALL_TIME);
      return { body: { ...shown, total_spend: usdFromNano(nanoUsd) } };
    },
  });
}

/** What members may be permitted to do besides calling models. */
const ALL_PERMISSIONS = [
  '/key/generate',
  '/key/update',
  '/key/delete',
  '/key/info',
  '/key/regenerate',
  '/key/list',
  '/key/block',
  '/key/unblock',
] as const;

function permissions({ parties }: ManagementDoors): Route {
  return route({
    method: 'GET',
    path: '/team/permissions_list',
    summary: 'What the members of a team may do besides calling models.',
    action: 'team.read',
    resource: ({ query }) => ({ kind: 'team', id: query.team_id ?? '' }),
    query: teamQuery,
    answer: async ({ query }) => {
      const { id, settings } = await findParty(parties, 'team', query.team_id ?? '');
      return {
        body: {
          team_id: id,
          team_member_permissions: settings.memberPermissions ?? [],
          all_available_permissions: ALL_PERMISSIONS,
        },
      };
    },
  });
}

function setPermissions(doors: ManagementDoors): Route {
  const { parties, spentBy } = doors;
  return route({
    method: 'POST',
    path: '/team/permissions_update',
    summary: 'Say what the members of a team may do besides calling models.',
    action: 'team.change',
    resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
    body: permissionsBody,
    answer: async ({ key, path, body }) => {
      const team = await changeGoverned(doors, { key, path }, 'team', body.team_id, ({ settings }) => ({
        settings: { ...settings, memberPermissions: body.team_member_permissions },
      }));
      return { body: await encodeTeam(team, parties, spentBy) };
    },
  });
}

const MOST_TEAMS = 10_000;

function addPermissions(doors: ManagementDoors): Route {
  const { parties } = doors;
  return route({
    method: 'POST',
    path: '/team/permissions_bulk_update',
    summary: 'Let the members of several teams, or of all but those of the file, do more than they may already.',
    action: 'team.change',
    resource: ({ body }) => (body.team_ids ?? []).map((id) => ({ kind: 'team', id })),
    body: bulkPermissionsBody,
    answer: async ({ key, path, body: { team_ids: named, permissions: added } }) => {
      const teams =
        named == null
          ? (await allTeams(parties)).filter((team) => !isManaged(team))
          : await Promise.all([...new Set(named)].map((id) => findParty(parties, 'team', id)));
      // The file's are refused: before another one is changed.
      const inOrder = teams.toSorted((one, other) => Number(isManaged(other)) - Number(isManaged(one)));
      for (const { id } of inOrder)
        await changeGoverned(doors, { key, path }, 'team', id, ({ settings }) => ({
          settings: { ...settings, memberPermissions: [...new Set([...(settings.memberPermissions ?? []), ...added])] },
        }));
      const message = `Added ${added.length} permission(s) to ${teams.length} team(s)`;
      return { body: { message, teams_updated: teams.length, permissions_appended: added } };
    },
  });
}

function isManaged({ settings }: Party): boolean {
  return settings.managedAt !== undefined;
}

async function allTeams(parties: ManagementDoors['parties']): Promise<readonly Party[]> {
  return (await parties.listParties('team', { reach: 'everything' }, { page: 1, size: MOST_TEAMS })).parties;
}
