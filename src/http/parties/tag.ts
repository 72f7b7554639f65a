import { z } from 'zod';
import type { Party, PartyChanges, PartyTerms } from '../../access/index.ts';
import { changeParty, createParties, findBudget, findParty, removeParties } from '../../administration/index.ts';
import { fewAtATime } from '../../std/index.ts';
import { encodeHeld } from '../budgets/shared-budget.ts';
import { limitFields } from '../management/contract-limits.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { noticesOf } from '../management/terms-answer.ts';
import { type Route, route } from '../route.ts';
import { ids, notYet, paging, partyId } from './contract-party.ts';
import { NO_TERMS, partyTermsFrom } from './party-terms.ts';

type TagDoors = Pick<ManagementDoors, 'parties' | 'spentBy' | 'clock'>;

const tagBody = z.strictObject({
  name: partyId,
  description: z.string().max(1_000).nullish(),
  budget_id: partyId.nullish().describe('A budget that it shares the terms of, where it has none of its own.'),
  ...limitFields,
  ...notYet('models', 'model_info'),
});

type TagFields = z.output<typeof tagBody>;

const namesBody = z.strictObject({ names: ids });
const nameBody = z.strictObject({ name: partyId });
const listQuery = z.looseObject({ ...paging, page_size: paging.page_size.default(500) });

export function tagRoutes(doors: ManagementDoors): readonly Route[] {
  return [create(doors), update(doors), info(doors), list(doors), remove(doors)];
}

function create(doors: TagDoors): Route {
  const { parties, clock } = doors;
  return route({
    method: 'POST',
    path: '/tag/new',
    summary: 'Say what calls with a tag may use.',
    action: 'tag.create',
    body: tagBody,
    answer: async ({ key, body }) => {
      await findBudget(parties, body.budget_id);
      const changes = changesOf(body, { ...NO_TERMS, settings: {} }, clock.nowMs());
      await createParties(parties, [{ ...changes, kind: 'tag', id: body.name, createdBy: key.id }]);
      const tag = await encode(await findParty(parties, 'tag', body.name), doors);
      return { body: { message: `Tag ${body.name} created successfully`, tag } };
    },
  });
}

function changesOf(fields: TagFields, before: PartyTerms & Pick<Party, 'settings'>, nowMs: number): PartyChanges {
  const { budget_id: budgetId, description } = fields;
  const { settings } = before;
  return {
    ...partyTermsFrom(fields, before, nowMs),
    budgetId,
    settings: description === undefined ? settings : { ...settings, description: description ?? undefined },
  };
}

function update(doors: TagDoors): Route {
  const { parties, spentBy, clock } = doors;
  return route({
    method: 'POST',
    path: '/tag/update',
    summary: 'Change a tag at once; what is left out stays as it is.',
    action: 'tag.change',
    body: tagBody,
    answer: async ({ key, body: fields }) => {
      await findBudget(parties, fields.budget_id);
      const { name } = fields;
      const change = (before: Party): PartyChanges => changesOf(fields, before, clock.nowMs());
      const tag = await changeParty(parties, 'tag', name, key.id, change);
      const notices = await noticesOf({ kind: 'tag', id: name }, tag, spentBy);
      const body = { message: `Tag ${name} updated successfully`, tag: await encode(tag, doors) };
      return { body: notices.length === 0 ? body : { ...body, notices } };
    },
  });
}

function info(doors: TagDoors): Route {
  return route({
    method: 'POST',
    path: '/tag/info',
    summary: 'Several tags, by their names.',
    action: 'tag.read',
    body: namesBody,
    answer: async ({ body }) => {
      const tags = await fewAtATime(body.names, (name) => findParty(doors.parties, 'tag', name));
      const shown = await Promise.all(tags.map(async (tag) => [tag.id, await encode(tag, doors)] as const));
      return { body: Object.fromEntries(shown) };
    },
  });
}

function list(doors: TagDoors): Route {
  return route({
    method: 'GET',
    path: '/tag/list',
    summary: 'The tags of which anything is said, newest first; the header x-total-count says how many there are.',
    action: 'tag.list',
    query: listQuery,
    answer: async ({ reach, query: { page, page_size: size } }) => {
      const found = await doors.parties.listParties('tag', { reach }, { page, size });
      return {
        body: await Promise.all(found.parties.map((tag) => encode(tag, doors))),
        headers: { 'x-total-count': String(found.total) },
      };
    },
  });
}

function remove({ parties }: TagDoors): Route {
  return route({
    method: 'POST',
    path: '/tag/delete',
    summary: 'Forget what was said of a tag; what was spent under it stays in the books.',
    action: 'tag.delete',
    body: nameBody,
    answer: async ({ body }) => {
      await removeParties(parties, 'tag', [body.name]);
      return { body: { message: `Tag ${body.name} deleted successfully` } };
    },
  });
}

async function encode(tag: Party, { parties, spentBy }: Pick<TagDoors, 'parties' | 'spentBy'>) {
  const budget = tag.budgetId === null ? null : await parties.findParty('budget', tag.budgetId);
  return {
    name: tag.id,
    description: tag.settings.description ?? null,
    models: [],
    ...(await encodeHeld({ kind: 'tag', id: tag.id }, tag, budget, spentBy)),
    created_at: new Date(tag.createdAtMs).toISOString(),
    created_by: tag.createdBy,
    updated_at: new Date(tag.updatedAtMs).toISOString(),
  };
}
