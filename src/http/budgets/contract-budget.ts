import { z } from 'zod';
import { limitFields } from '../management/contract-limits.ts';
import { ids, notYet, paging, partyId } from '../parties/contract-party.ts';

/** What shared budgets are made with and changed by: LiteLLM's field names. */
const { temp_budget_increase: _, temp_budget_expiry: _expiry, ...budgetFields } = limitFields;

const fields = {
  ...budgetFields,
  budget_reset_at: z
    .null({ error: 'windows follow from budget_duration and the calendar; leave it out' })
    .optional()
    .describe('Answered, not asked for.'),
  ...notYet('allowed_models'),
};

export const newBudgetBody = z.strictObject({ budget_id: partyId.nullish(), ...fields });
export const updateBudgetBody = z.strictObject({ budget_id: partyId, ...fields });

export const budgetsBody = z.strictObject({ budgets: ids });
export const deleteBudgetBody = z.strictObject({ id: partyId });
export const budgetQuery = z.looseObject({ budget_id: partyId });
export const budgetListQuery = z.looseObject({ ...paging, page_size: paging.page_size.default(500) });

/** What LiteLLM's forms ask for. */
export const BUDGET_SETTINGS = [
  { field_name: 'max_budget', field_type: 'Float', field_description: 'USD in each period, never passed.' },
  { field_name: 'soft_budget', field_type: 'Float', field_description: 'USD that are told when they are spent.' },
  { field_name: 'budget_duration', field_type: 'String', field_description: 'How often it begins anew.' },
  { field_name: 'max_parallel_requests', field_type: 'Integer', field_description: 'Calls at the same time.' },
  { field_name: 'tpm_limit', field_type: 'Integer', field_description: 'Tokens in any 60 seconds.' },
  { field_name: 'rpm_limit', field_type: 'Integer', field_description: 'Requests in any 60 seconds.' },
] as const;
