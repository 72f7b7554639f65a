import type { z } from 'zod';
import { type Party, type PartyChanges, type Reach, reachOf } from '../../access/index.ts';
import {
  type Asker,
  changeGoverned,
  createGovernedWith,
  findParty,
  idOfNew,
  membersOfNew,
  removeParties,
} from '../../administration/index.ts';
import { encodeKey } from '../keys/key-answer.ts';
import { askerOf } from '../management/asker.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { noticesOf, told } from '../management/terms-answer.ts';
import { type Route, reached, route } from '../route.ts';
import {
  deleteTeamsBody,
  type NewTeam,
  newTeamBody,
  patchTeamBody,
  type TeamFields,
  teamBody,
  teamListQuery,
  teamModelsBody,
  teamQuery,
  updateTeamBody,
} from './contract-team.ts';
import { sortedBy } from './party-filters.ts';
import { commonChanges, NO_TERMS, partyTermsFrom, storedTerms } from './party-terms.ts';
import { encodeMembership, encodeTeam, encodeTeams, membersOf } from './team-answer.ts';
import { groupOf, joiningOf } from './team-joining.ts';

const KEYS_SHOWN = 100;
const MOST_TEAMS = 1_000;

export function teamRoutes(doors: ManagementDoors): readonly Route[] {
  return [
    create(doors),
    update(doors),
    patch(doors),
    info(doors),
    list(doors),
    listPages(doors),
    remove(doors),
    ...(['block', 'unblock'] as const).map((verb) => block(doors, verb)),
    ...(['add', 'delete'] as const).map((verb) => changeModels(doors, verb)),
  ];
}

function create(doors: ManagementDoors): Route {
  const { parties, spentBy, clock } = doors;
  return route({
    method: 'POST',
    path: '/team/new',
    summary: 'Make a team, with its members.',
    action: 'team.create',
    resource: ({ body }) => ({ kind: 'place', organizationId: body.organization_id }),
    body: newTeamBody,
    answer: async ({ key, path, body }) => {
      const asker = askerOf(key, path, body);
      const id = idOfNew(asker, 'team_id', body.team_id, 'team');
      if (typeof body.organization_id === 'string') await findParty(parties, 'organization', body.organization_id);
      const team = { kind: 'team', id, createdBy: key.id, ...changesOf(body, NOTHING, clock.nowMs()) } as const;
      const group = groupOf({ id, organizationId: body.organization_id ?? null });
      const joining = joiningOf(body, body.default_team_member_models);
      const members = await membersOfNew(doors, asker, group, joining);
      const made = await createGovernedWith(doors, asker, team, members);
      return { body: await encodeTeam(made, parties, spentBy) };
    },
  });
}

const NOTHING = { ...NO_TERMS, settings: {} };

/** What is left out stays as it is. */
function changesOf(
  fields: TeamFields | NewTeam,
  before: Parameters<typeof commonChanges>[1] & Pick<PartyChanges, 'settings'>,
  nowMs: number,
): PartyChanges {
  const { team_alias: alias, organization_id: organizationId, model_aliases: aliases } = fields;
  const { team_member_permissions: permissions, default_team_member_models: memberModels } = fields;
  const { settings = {} } = before;
  return {
    ...commonChanges(fields, before, nowMs),
    alias,
    organizationId,
    aliases: aliases === null ? {} : aliases,
    settings: {
      ...settings,
      memberPermissions: permissions === undefined ? settings.memberPermissions : (permissions ?? undefined),
      memberModels: memberModels === undefined ? settings.memberModels : (memberModels ?? undefined),
      ssoGroups: fields.sso_groups === undefined ? settings.ssoGroups : (fields.sso_groups ?? undefined),
      memberTerms: memberTermsOf(fields, settings.memberTerms, nowMs),
    },
  };
}

type StoredTerms = ReturnType<typeof storedTerms>;

function memberTermsOf(fields: TeamFields, before: StoredTerms = {}, nowMs: number): StoredTerms | undefined {
  const asked = {
    max_budget: fields.team_member_budget,
    budget_duration: fields.team_member_budget_duration,
    rpm_limit: fields.team_member_rpm_limit,
    tpm_limit: fields.team_member_tpm_limit,
  };
  if (Object.values(asked).every((field) => field === undefined)) return before;
  const { maxBudget, rpmLimit, terms } = before;
  const kept = { maxBudgetNanoUsd: maxBudget === undefined ? null : BigInt(maxBudget), rpmLimit: rpmLimit ?? null };
  return storedTerms(partyTermsFrom(asked, { ...kept, terms: terms ?? {} }, nowMs));
}

function update(doors: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/team/update',
    summary: 'Change a team at once; what is left out stays as it is.',
    action: 'team.change',
    resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
    body: updateTeamBody,
    answer: async ({ key, path, body }) => ({
      body: await changed(doors, askerOf(key, path, body), body.team_id, body),
    }),
  });
}

function patch(doors: ManagementDoors): Route {
  return route({
    method: 'PATCH',
    path: '/team/*',
    summary: 'The same, with the team in the address.',
    action: 'team.change',
    resource: ({ rest }) => ({ kind: 'team', id: rest }),
    body: patchTeamBody,
    answer: async ({ key, path, body, rest }) => ({ body: await changed(doors, askerOf(key, path, body), rest, body) }),
  });
}

async function changed(doors: ManagementDoors, asker: Asker, id: string, fields: TeamFields) {
  const { parties, spentBy, clock } = doors;
  if (typeof fields.organization_id === 'string') await findParty(parties, 'organization', fields.organization_id);
  const team = await changeGoverned(doors, asker, 'team', id, (before) => changesOf(fields, before, clock.nowMs()));
  const notices = await noticesOf({ kind: 'team', id }, team, spentBy);
  const data = await encodeTeam(team, parties, spentBy);
  return { team_id: id, data, ...told(notices) };
}

function info({ parties, keys, spentBy }: ManagementDoors): Route {
  return route({
    method: 'GET',
    path: '/team/info',
    summary: 'A team with its keys and its members.',
    action: 'team.read',
    resource: ({ query }) => ({ kind: 'team', id: query.team_id ?? '' }),
    query: teamQuery,
    answer: async ({ key, query }) => {
      const team = await findParty(parties, 'team', query.team_id ?? '');
      const teamId = team.id;
      const [shown, ofTeam, members] = await Promise.all([
        encodeTeam(team, parties, spentBy),
        keys.listKeys({ reach: reachOf(key.caller, 'key.list'), teamId, page: 1, size: KEYS_SHOWN }),
        membersOf('member', teamId, parties),
      ]);
      return {
        body: {
          team_id: teamId,
          team_info: shown,
          keys: await Promise.all(ofTeam.keys.map((each) => encodeKey(each, { parties, spentBy }))),
          team_memberships: await Promise.all(members.map(({ member }) => encodeMembership(member, spentBy))),
        },
      };
    },
  });
}

/** LiteLLM's first form: all of them, without pages. */
function list(doors: ManagementDoors): Route {
  const { parties, spentBy } = doors;
  return route({
    method: 'GET',
    path: '/team/list',
    summary: 'Teams, newest first.',
    action: 'team.list',
    resource: reached,
    query: teamListQuery,
    answer: async ({ reach, query }) => {
      const found = await listTeams(doors, reach, query, { page: 1, size: MOST_TEAMS });
      return { body: await encodeTeams(found.parties, parties, spentBy) };
    },
  });
}

function listPages(doors: ManagementDoors): Route {
  const { parties, spentBy } = doors;
  return route({
    method: 'GET',
    path: '/v2/team/list',
    summary: 'Teams, newest first, a page at a time.',
    action: 'team.list',
    resource: reached,
    query: teamListQuery,
    answer: async ({ reach, query }) => {
      const { page, page_size: size } = query;
      const { parties: found, total } = await listTeams(doors, reach, query, { page, size });
      const teams = await encodeTeams(found, parties, spentBy);
      return { body: { teams, total, page, page_size: size, total_pages: Math.ceil(total / size) } };
    },
  });
}

type TeamListQuery = z.output<typeof teamListQuery>;

async function listTeams(
  doors: ManagementDoors,
  reach: Reach,
  query: TeamListQuery,
  paging: { readonly page: number; readonly size: number },
) {
  const { parties } = doors;
  const { user_id: userId, team_id: teamId } = query;
  const memberships =
    userId === undefined
      ? null
      : await parties.listParties('member', { reach: 'everything', userId }, { page: 1, size: MOST_TEAMS });
  const ofUser = memberships?.parties.flatMap((member) => member.teamId ?? []);
  const ids = teamId === undefined ? ofUser : (ofUser ?? [teamId]).filter((id) => id === teamId);
  const filter = { reach, ids, organizationId: query.organization_id, alias: query.team_alias, search: query.search };
  return parties.listParties('team', filter, { ...paging, ...(await sortedBy('team', query, doors)) });
}

function remove({ parties }: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/team/delete',
    summary: 'Remove teams, their projects and memberships; their keys work no more at once. The history stays.',
    action: 'team.delete',
    resource: ({ body }) => body.team_ids.map((id) => ({ kind: 'team', id })),
    body: deleteTeamsBody,
    answer: async ({ body }) => {
      const removed = await removeParties(parties, 'team', body.team_ids);
      return { body: { deleted_teams: removed.map(({ id }) => id) } };
    },
  });
}

function block(doors: ManagementDoors, verb: 'block' | 'unblock'): Route {
  const { parties, spentBy } = doors;
  return route({
    method: 'POST',
    path: `/team/${verb}`,
    summary: verb === 'block' ? "Refuse a team's keys until it is unblocked." : "Let a blocked team's keys in again.",
    action: 'team.block',
    resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
    body: teamBody,
    answer: async ({ key, path, body }) => {
      const team = await changeGoverned(doors, { key, path }, 'team', body.team_id, () => ({
        blocked: verb === 'block',
      }));
      return { body: await encodeTeam(team, parties, spentBy) };
    },
  });
}

function changeModels(doors: ManagementDoors, verb: 'add' | 'delete'): Route {
  const { parties, spentBy } = doors;
  return route({
    method: 'POST',
    path: `/team/model/${verb}`,
    summary: verb === 'add' ? 'Let a team use further models.' : 'Take models from a team.',
    action: 'team.allow',
    resource: ({ body }) => ({ kind: 'team', id: body.team_id }),
    body: teamModelsBody,
    answer: async ({ key, path, body }) => {
      const change = ({ models }: Party): PartyChanges => ({ models: changedModels(models, body.models, verb) });
      const team = await changeGoverned(doors, { key, path }, 'team', body.team_id, change);
      return { body: await encodeTeam(team, parties, spentBy) };
    },
  });
}

/** A list that has come to its end must not mean all models. */
const NONE = 'no-default-models';

function changedModels(before: readonly string[], asked: readonly string[], verb: 'add' | 'delete'): readonly string[] {
  if (verb === 'add') return [...new Set([...before.filter((model) => model !== NONE), ...asked])];
  const left = before.filter((model) => !asked.includes(model));
  return left.length === 0 && before.length > 0 ? [NONE] : left;
}
