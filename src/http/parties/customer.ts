import type { Party, PartyChanges, PartyTerms, StatedTerms } from '../../access/index.ts';
import {
  changeParty,
  createParties,
  findBudget,
  findParty,
  noParty,
  removeParties,
} from '../../administration/index.ts';
import { encodeHeld } from '../budgets/shared-budget.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { isoOrNull, noticesOf, told } from '../management/terms-answer.ts';
import { type Route, route } from '../route.ts';
import {
  type CustomerFields,
  customerInfoQuery,
  customerListQuery,
  customersBody,
  newCustomerBody,
  updateCustomerBody,
} from './contract-customer.ts';
import { NO_TERMS, partyTermsFrom } from './party-terms.ts';

type CustomerDoors = Pick<ManagementDoors, 'parties' | 'spentBy' | 'clock'>;

/** LiteLLM has two names for all of them. */
export function customerRoutes(doors: ManagementDoors): readonly Route[] {
  return ['/customer', '/end_user'].flatMap((at) => [
    create(at, doors),
    update(at, doors),
    info(at, doors),
    list(at, doors),
    remove(at, doors),
    block(at, doors),
    unblock(at, doors),
  ]);
}

function create(at: string, doors: CustomerDoors): Route {
  const { parties, clock } = doors;
  return route({
    method: 'POST',
    path: `${at}/new`,
    summary: 'Make a customer: one of those for whom calls are made, named by `user` in a request.',
    action: 'customer.create',
    body: newCustomerBody,
    answer: async ({ key, body }) => {
      const { user_id: id } = body;
      await findBudget(parties, body.budget_id);
      const changes = changesOf(body, { ...NO_TERMS, settings: {} }, clock.nowMs());
      await createParties(parties, [{ ...changes, kind: 'customer', id, createdBy: key.id }]);
      return { body: await encode(await findParty(parties, 'customer', id), doors) };
    },
  });
}

/** Who is given a budget has its terms and no longer those of its own. */
function changesOf(fields: CustomerFields, before: PartyTerms & Pick<Party, 'settings'>, nowMs: number): PartyChanges {
  const { alias, blocked, budget_id: budgetId, allowed_model_region: region, default_model: model } = fields;
  const { settings } = before;
  const isBudgetGiven = typeof budgetId === 'string';
  return {
    ...(isBudgetGiven ? NO_TERMS : partyTermsFrom(fields, before, nowMs)),
    alias,
    blocked: blocked ?? undefined,
    budgetId,
    settings: {
      ...settings,
      allowedModelRegion: region === undefined ? settings.allowedModelRegion : (region ?? undefined),
      defaultModel: model === undefined ? settings.defaultModel : (model ?? undefined),
    },
  };
}

function update(at: string, doors: CustomerDoors): Route {
  const { parties, spentBy, clock } = doors;
  return route({
    method: 'POST',
    path: `${at}/update`,
    summary: 'Change a customer at once; what is left out stays as it is.',
    action: 'customer.change',
    body: updateCustomerBody,
    answer: async ({ key, body }) => {
      const { user_id: id } = body;
      await findBudget(parties, body.budget_id);
      const customer = await changeParty(parties, 'customer', id, key.id, (before) =>
        changesOf(body, before, clock.nowMs()),
      );
      const notices = await noticesOf({ kind: 'customer', id }, customer, spentBy);
      return { body: { ...(await encode(customer, doors)), ...told(notices) } };
    },
  });
}

function info(at: string, doors: CustomerDoors): Route {
  return route({
    method: 'GET',
    path: `${at}/info`,
    summary: 'A customer; one who was never made but for whom calls were is told with its spend.',
    action: 'customer.read',
    query: customerInfoQuery,
    answer: async ({ query }) => {
      const { end_user_id: id } = query;
      const customer = await doors.parties.findParty('customer', id);
      const shown = await encode(customer ?? { id, ...NO_TERMS }, doors);
      if (customer === null && shown.spend === 0) throw noParty('customer', id);
      return { body: shown };
    },
  });
}

function list(at: string, doors: CustomerDoors): Route {
  return route({
    method: 'GET',
    path: `${at}/list`,
    summary: 'The customers, newest first; the header x-total-count says how many there are.',
    action: 'customer.list',
    query: customerListQuery,
    answer: async ({ reach, query: { page, page_size: size } }) => {
      const found = await doors.parties.listParties('customer', { reach }, { page, size });
      return {
        body: await Promise.all(found.parties.map((customer) => encode(customer, doors))),
        headers: { 'x-total-count': String(found.total) },
      };
    },
  });
}

function remove(at: string, { parties }: CustomerDoors): Route {
  return route({
    method: 'POST',
    path: `${at}/delete`,
    summary: 'Forget customers: what was said of them holds no longer; what they spent stays in the books.',
    action: 'customer.delete',
    body: customersBody,
    answer: async ({ body }) => {
      const removed = await removeParties(parties, 'customer', body.user_ids);
      const ids = removed.map(({ id }) => id);
      return {
        body: { deleted_customers: ids.length, message: `Successfully deleted customers with ids: ${ids.join(', ')}` },
      };
    },
  });
}

function block(at: string, doors: CustomerDoors): Route {
  const { parties } = doors;
  return route({
    method: 'POST',
    path: `${at}/block`,
    summary: 'Refuse calls for customers until they are unblocked; whoever was never made is made.',
    action: 'customer.change',
    body: customersBody,
    answer: async ({ key, body }) => {
      const blocked: Party[] = [];
      for (const id of new Set(body.user_ids)) {
        const changed = await parties.changeParty('customer', id, key.id, () => ({ blocked: true }));
        const made = { kind: 'customer', id, blocked: true, createdBy: key.id } as const;
        blocked.push(...(changed === null ? await createParties(parties, [made]) : [changed]));
      }
      return { body: { blocked_users: await Promise.all(blocked.map((customer) => encode(customer, doors))) } };
    },
  });
}

function unblock(at: string, doors: CustomerDoors): Route {
  const { parties } = doors;
  return route({
    method: 'POST',
    path: `${at}/unblock`,
    summary: 'Let calls for customers in again.',
    action: 'customer.change',
    body: customersBody,
    answer: async ({ key, body }) => {
      const ids = [...new Set(body.user_ids)];
      for (const id of ids) await findParty(parties, 'customer', id);
      const unblocked: Party[] = [];
      for (const id of ids)
        unblocked.push(await changeParty(parties, 'customer', id, key.id, () => ({ blocked: false })));
      const shown = await Promise.all(unblocked.map((customer) => encode(customer, doors)));
      return { body: { blocked_users: [], unblocked_users: shown } };
    },
  });
}

/** LiteLLM's row of a customer, or what there is to say of one who was never made. */
async function encode(
  customer: StatedTerms & Pick<Party, 'id'> & Partial<Party>,
  { parties, spentBy }: Pick<CustomerDoors, 'parties' | 'spentBy'>,
) {
  const {
    id,
    alias = null,
    blocked = false,
    budgetId = null,
    settings,
    createdAtMs = null,
    updatedAtMs = null,
  } = customer;
  const budget = budgetId === null ? null : await parties.findParty('budget', budgetId);
  return {
    user_id: id,
    alias,
    blocked,
    allowed_model_region: settings?.allowedModelRegion ?? null,
    default_model: settings?.defaultModel ?? null,
    ...(await encodeHeld({ kind: 'customer', id }, customer, budget, spentBy)),
    created_at: isoOrNull(createdAtMs),
    updated_at: isoOrNull(updatedAtMs),
  };
}
