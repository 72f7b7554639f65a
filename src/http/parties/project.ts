import { z } from 'zod';
import type { Party, PartyChanges } from '../../access/index.ts';
import {
  type Asker,
  changeGoverned,
  createGovernedWith,
  findParty,
  idOfNew,
  isOperator,
  removeParties,
} from '../../administration/index.ts';
import { askerOf } from '../management/asker.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { encodeTerms, noticesOf, told } from '../management/terms-answer.ts';
import { type Route, reached, route } from '../route.ts';
import { ids, notYet, partyFields, partyId } from './contract-party.ts';
import { commonChanges, NO_TERMS } from './party-terms.ts';
import { encodeRow } from './team-answer.ts';

const MOST = 1_000;

const projectFields = {
  project_alias: z.string().min(1).max(255).nullish(),
  description: z.string().max(1_000).nullish(),
  budget_id: partyId.nullish().describe('A budget that it shares the terms of, where it has none of its own.'),
  ...partyFields,
  ...notYet('guardrails', 'object_permission', 'policies'),
};

const newProjectBody = z.strictObject({ project_id: partyId.nullish(), team_id: partyId, ...projectFields });
const updateProjectBody = z.strictObject({ project_id: partyId, team_id: partyId.nullish(), ...projectFields });
const projectQuery = z.looseObject({ project_id: partyId });
const projectListQuery = z.looseObject({ team_id: partyId.optional(), search: z.string().optional() });
const deleteProjectsBody = z.strictObject({ project_ids: ids });

/** A project stands between a team and its keys. */
export function projectRoutes(doors: ManagementDoors): readonly Route[] {
  return [create(doors), update(doors), info(doors), list(doors), remove(doors)];
}

function create(doors: ManagementDoors): Route {
  const { spentBy, clock } = doors;
  return route({
    method: 'POST',
    path: '/project/new',
    summary: 'Make a project of a team.',
    action: 'project.create',
    resource: ({ body }) => ({ kind: 'place', teamId: body.team_id }),
    body: newProjectBody,
    answer: async ({ key, path, body }) => {
      const asker = askerOf(key, path, body);
      await findReferred(body, asker, doors);
      const id = idOfNew(asker, 'project_id', body.project_id, 'project');
      const changes = changesOf(body, { ...NO_TERMS, settings: {} }, clock.nowMs());
      const made = await createGovernedWith(doors, asker, { kind: 'project', id, createdBy: key.id, ...changes });
      return { body: await encode(made, spentBy) };
    },
  });
}

type Fields = Omit<z.output<typeof updateProjectBody>, 'project_id'>;

async function findReferred({ team_id, budget_id }: Fields, asker: Asker, { parties }: ManagementDoors): Promise<void> {
  if (typeof team_id === 'string') await findParty(parties, 'team', team_id);
  // Whoever may not set one is not told which there are.
  if (typeof budget_id === 'string' && isOperator(asker)) await findParty(parties, 'budget', budget_id);
}

function changesOf(
  fields: Fields,
  before: Parameters<typeof commonChanges>[1] & Pick<PartyChanges, 'settings'>,
  nowMs: number,
): PartyChanges {
  const { project_alias: alias, team_id: teamId, budget_id: budgetId, description } = fields;
  const settings = before.settings ?? {};
  return {
    ...commonChanges(fields, before, nowMs),
    alias,
    teamId: teamId ?? undefined,
    budgetId,
    settings: {
      ...settings,
      description: description === undefined ? settings.description : (description ?? undefined),
    },
  };
}

function update(doors: ManagementDoors): Route {
  const { spentBy, clock } = doors;
  return route({
    method: 'POST',
    path: '/project/update',
    summary: 'Change a project at once; what is left out stays as it is.',
    action: 'project.change',
    resource: ({ body }) => ({ kind: 'project', id: body.project_id }),
    body: updateProjectBody,
    answer: async ({ key, path, body }) => {
      const asker = askerOf(key, path, body);
      await findReferred(body, asker, doors);
      const { project_id: id } = body;
      const change = (before: Party): PartyChanges => changesOf(body, before, clock.nowMs());
      const project = await changeGoverned(doors, asker, 'project', id, change);
      const notices = await noticesOf({ kind: 'project', id }, project, spentBy);
      return { body: { ...(await encode(project, spentBy)), ...told(notices) } };
    },
  });
}

function info({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'GET',
    path: '/project/info',
    summary: 'One project.',
    action: 'project.read',
    resource: ({ query }) => ({ kind: 'project', id: query.project_id }),
    query: projectQuery,
    answer: async ({ query }) => ({
      body: await encode(await findParty(parties, 'project', query.project_id), spentBy),
    }),
  });
}

function list({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'GET',
    path: '/project/list',
    summary: 'Projects, newest first.',
    action: 'project.list',
    resource: reached,
    query: projectListQuery,
    answer: async ({ reach, query: { team_id: teamId, search } }) => {
      const found = await parties.listParties('project', { reach, teamId, search }, { page: 1, size: MOST });
      return { body: await Promise.all(found.parties.map((project) => encode(project, spentBy))) };
    },
  });
}

function remove({ parties, spentBy }: ManagementDoors): Route {
  return route({
    method: 'DELETE',
    path: '/project/delete',
    summary: 'Remove projects; their keys work no more at once.',
    action: 'project.delete',
    resource: ({ body }) => body.project_ids.map((id) => ({ kind: 'project', id })),
    body: deleteProjectsBody,
    answer: async ({ body }) => {
      const removed = await removeParties(parties, 'project', body.project_ids);
      return { body: await Promise.all(removed.map((project) => encode(project, spentBy))) };
    },
  });
}

async function encode(project: Party, spentBy: ManagementDoors['spentBy']) {
  const { id, alias, teamId, budgetId, settings } = project;
  const { spend, ...terms } = await encodeTerms({ kind: 'project', id }, project, spentBy);
  return {
    project_id: id,
    project_alias: alias,
    team_id: teamId,
    description: settings.description ?? null,
    budget_id: budgetId,
    spend,
    ...encodeRow(project),
    model_rpm_limit: terms.model_rpm_limit,
    model_tpm_limit: terms.model_tpm_limit,
    litellm_budget_table: { budget_id: budgetId, ...terms },
  };
}
