import type { Party, PartyChanges } from '../../access/index.ts';
import { changeParty, createParty, findParty, removeParties } from '../../administration/index.ts';
import { fewAtATime, randomId } from '../../std/index.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { encodeTerms, noticesOf, told } from '../management/terms-answer.ts';
import { type Route, reached, route } from '../route.ts';
import {
  deleteOrganizationsBody,
  newOrganizationBody,
  type OrganizationFields,
  organizationListQuery,
  organizationQuery,
  organizationsBody,
  updateOrganizationBody,
} from './contract-organization.ts';
import { commonChanges, NO_TERMS } from './party-terms.ts';
import { encodeRow, encodeTeams, membersOfAll } from './team-answer.ts';

const MOST = 1_000;
/** Of all organizations that are shown. */
const MOST_TEAMS = 10_000;

export function organizationRoutes(doors: ManagementDoors): readonly Route[] {
  return [create(doors), update(doors), info(doors), infoOfMany(doors), list(doors), remove(doors)];
}

function create({ parties, spentBy, clock }: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/organization/new',
    summary: 'Make an organization.',
    action: 'organization.create',
    body: newOrganizationBody,
    answer: async ({ key, body }) => {
      if (typeof body.budget_id === 'string') await findParty(parties, 'budget', body.budget_id);
      const id = body.organization_id ?? randomId('org');
      const changes = changesOf(body, { ...NO_TERMS, settings: {} }, clock.nowMs());
      const made = await createParty(parties, { kind: 'organization', id, createdBy: key.id, ...changes });
      return { body: await encode(made, { parties, spentBy }) };
    },
  });
}

function changesOf(
  fields: OrganizationFields,
  before: Parameters<typeof commonChanges>[1] & Pick<PartyChanges, 'settings'>,
  nowMs: number,
): PartyChanges {
  const { organization_alias: alias, budget_id: budgetId, pays } = fields;
  const settings = before.settings ?? {};
  return {
    ...commonChanges(fields, before, nowMs),
    alias,
    budgetId,
    settings: { ...settings, pays: pays === undefined ? settings.pays : (pays ?? undefined) },
  };
}

function update({ parties, spentBy, clock }: ManagementDoors): Route {
  return route({
    method: 'PATCH',
    path: '/organization/update',
    summary: 'Change an organization at once; what is left out stays as it is.',
    action: 'organization.change',
    resource: ({ body }) => ({ kind: 'organization', id: body.organization_id }),
    body: updateOrganizationBody,
    answer: async ({ key, body }) => {
      const { organization_id: id, budget_id: budgetId } = body;
      if (typeof budgetId === 'string') await findParty(parties, 'budget', budgetId);
      const change = (before: Party): PartyChanges => changesOf(body, before, clock.nowMs());
      const organization = await changeParty(parties, 'organization', id, key.id, change);
      const notices = await noticesOf({ kind: 'organization', id }, organization, spentBy);
      const shown = await encode(organization, { parties, spentBy });
      return { body: { ...shown, ...told(notices) } };
    },
  });
}

function info({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'GET',
    path: '/organization/info',
    summary: 'An organization with its members and its teams.',
    action: 'organization.read',
    resource: ({ query }) => ({ kind: 'organization', id: query.organization_id }),
    query: organizationQuery,
    answer: async ({ query }) => {
      const organization = await findParty(parties, 'organization', query.organization_id);
      return { body: await encode(organization, { parties, spentBy }) };
    },
  });
}

function infoOfMany({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'POST',
    path: '/organization/info',
    summary: 'Several organizations.',
    action: 'organization.read',
    resource: ({ body }) => body.organizations.map((id) => ({ kind: 'organization', id })),
    body: organizationsBody,
    answer: async ({ body }) => {
      const found = await fewAtATime(body.organizations, (id) => findParty(parties, 'organization', id));
      return { body: await encodeAll(found, { parties, spentBy }) };
    },
  });
}

function list({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'GET',
    path: '/organization/list',
    summary: 'Organizations, newest first.',
    action: 'organization.list',
    resource: reached,
    query: organizationListQuery,
    answer: async ({ reach, query }) => {
      const id = query.organization_id ?? query.org_id;
      const filter = {
        reach,
        ids: id === undefined ? undefined : [id],
        search: query.organization_alias ?? query.org_alias,
      };
      const found = await parties.listParties('organization', filter, { page: 1, size: MOST });
      return { body: await encodeAll(found.parties, { parties, spentBy }) };
    },
  });
}

function remove({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'DELETE',
    path: '/organization/delete',
    summary: 'Remove organizations with their teams, projects and memberships; their keys work no more at once.',
    action: 'organization.delete',
    resource: ({ body }) => body.organization_ids.map((id) => ({ kind: 'organization', id })),
    body: deleteOrganizationsBody,
    answer: async ({ body }) => {
      const removed = await removeParties(parties, 'organization', body.organization_ids);
      const shown = removed.map((organization) => encodeRowOf(organization, { parties, spentBy }));
      return { body: await Promise.all(shown) };
    },
  });
}

type Doors = Pick<ManagementDoors, 'parties' | 'spentBy'>;

async function encode(organization: Party, doors: Doors) {
  const [shown] = await encodeAll([organization], doors);
  return shown;
}

/** LiteLLM's rows of organizations, with their members and their teams: of all of them at once. */
async function encodeAll(organizations: readonly Party[], doors: Doors) {
  const ids = organizations.map(({ id }) => id);
  const filter = { reach: 'everything', organizationIds: ids } as const;
  const [members, teams] = await Promise.all([
    membersOfAll('organization_member', ids, doors.parties),
    doors.parties.listParties('team', filter, { page: 1, size: MOST_TEAMS }),
  ]);
  const shownTeams = Map.groupBy(
    await encodeTeams(teams.parties, doors.parties, doors.spentBy),
    ({ organization_id: id }) => id,
  );
  return Promise.all(
    organizations.map(async (organization) => ({
      ...(await encodeRowOf(organization, doors)),
      members: (members.get(organization.id) ?? []).map(({ member, email }) => ({
        user_id: member.userId,
        organization_id: organization.id,
        user_email: email,
        user_role: member.role,
      })),
      teams: shownTeams.get(organization.id) ?? [],
    })),
  );
}

async function encodeRowOf(organization: Party, { spentBy }: Doors) {
  const { id, alias, budgetId, settings } = organization;
  const { spend, ...terms } = await encodeTerms({ kind: 'organization', id }, organization, spentBy);
  return {
    organization_id: id,
    organization_alias: alias,
    budget_id: budgetId,
    pays: settings.pays ?? 'metered',
    spend,
    ...encodeRow(organization),
    model_rpm_limit: terms.model_rpm_limit,
    model_tpm_limit: terms.model_tpm_limit,
    litellm_budget_table: { budget_id: budgetId, ...terms },
  };
}
