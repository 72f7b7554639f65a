import { changeParty, createParties, findParty, removeBudget } from '../../administration/index.ts';
import { fewAtATime, randomId } from '../../std/index.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { NO_TERMS, partyTermsFrom } from '../parties/party-terms.ts';
import { type Route, route } from '../route.ts';
import {
  BUDGET_SETTINGS,
  budgetListQuery,
  budgetQuery,
  budgetsBody,
  deleteBudgetBody,
  newBudgetBody,
  updateBudgetBody,
} from './contract-budget.ts';
import { encodeBudget } from './shared-budget.ts';

type BudgetDoors = Pick<ManagementDoors, 'parties' | 'keys' | 'spentBy' | 'clock'>;

export function budgetRoutes(doors: ManagementDoors): readonly Route[] {
  return [create(doors), update(doors), info(doors), list(doors), settings(doors), remove(doors)];
}

function create({ parties, spentBy, clock }: BudgetDoors): Route {
  return route({
    method: 'POST',
    path: '/budget/new',
    summary: 'Make a budget: terms that keys, users, customers, tags and others share by its id.',
    action: 'budget.create',
    body: newBudgetBody,
    answer: async ({ key, body }) => {
      const id = body.budget_id ?? randomId('budget');
      const terms = partyTermsFrom(body, NO_TERMS, clock.nowMs());
      await createParties(parties, [{ ...terms, kind: 'budget', id, createdBy: key.id }]);
      return { body: await encodeBudget(await findParty(parties, 'budget', id), spentBy) };
    },
  });
}

function update({ parties, spentBy, clock }: BudgetDoors): Route {
  return route({
    method: 'POST',
    path: '/budget/update',
    summary: 'Change a budget at once, for all who share it; what is left out stays as it is.',
    action: 'budget.change',
    body: updateBudgetBody,
    answer: async ({ key, body }) => {
      const budget = await changeParty(parties, 'budget', body.budget_id, key.id, (before) =>
        partyTermsFrom(body, before, clock.nowMs()),
      );
      return { body: await encodeBudget(budget, spentBy) };
    },
  });
}

function info({ parties, spentBy }: BudgetDoors): Route {
  return route({
    method: 'POST',
    path: '/budget/info',
    summary: 'Several budgets by their ids.',
    action: 'budget.read',
    body: budgetsBody,
    answer: async ({ body }) => {
      const budgets = await fewAtATime(body.budgets, (id) => findParty(parties, 'budget', id));
      return { body: await Promise.all(budgets.map((budget) => encodeBudget(budget, spentBy))) };
    },
  });
}

function list({ parties, spentBy }: BudgetDoors): Route {
  return route({
    method: 'GET',
    path: '/budget/list',
    summary: 'The budgets, newest first; the header x-total-count says how many there are.',
    action: 'budget.list',
    query: budgetListQuery,
    answer: async ({ reach, query: { page, page_size: size } }) => {
      const found = await parties.listParties('budget', { reach }, { page, size });
      return {
        body: await Promise.all(found.parties.map((budget) => encodeBudget(budget, spentBy))),
        headers: { 'x-total-count': String(found.total) },
      };
    },
  });
}

function settings({ parties, spentBy }: BudgetDoors): Route {
  return route({
    method: 'GET',
    path: '/budget/settings',
    summary: 'The fields of a budget, each with what it is and what it has, for forms.',
    action: 'budget.read',
    query: budgetQuery,
    answer: async ({ query }) => {
      const shown = await encodeBudget(await findParty(parties, 'budget', query.budget_id), spentBy);
      const fields = BUDGET_SETTINGS.map((field) => {
        const value = shown[field.field_name];
        return { ...field, field_value: value, stored_in_db: value !== null, field_default_value: null };
      });
      return { body: fields };
    },
  });
}

function remove({ parties, keys, spentBy }: BudgetDoors): Route {
  return route({
    method: 'POST',
    path: '/budget/delete',
    summary: 'Remove a budget that nobody refers to.',
    action: 'budget.delete',
    body: deleteBudgetBody,
    answer: async ({ body }) => ({ body: await encodeBudget(await removeBudget({ parties, keys }, body.id), spentBy) }),
  });
}
