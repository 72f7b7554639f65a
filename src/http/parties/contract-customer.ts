import { z } from 'zod';
import { limitFields } from '../management/contract-limits.ts';
import { ids, notYet, paging, partyId } from './contract-party.ts';

/** What customers are made with and changed by: LiteLLM's field names. */
const customerFields = {
  alias: z.string().min(1).max(255).nullish(),
  blocked: z.boolean().nullish(),
  budget_id: partyId.nullish().describe('A budget of /budget/new, or terms of its own: not both.'),
  allowed_model_region: z
    .string()
    .toLowerCase()
    .regex(/^[a-z0-9-]{2,64}$/, { error: "expected a region such as 'eu', 'us' or 'eu-central-1'" })
    .nullish()
    .describe('Where its calls may be served.'),
  default_model: z.string().min(1).max(256).nullish().describe('The model that is called whatever is asked for.'),
  spend: z.literal(0, { error: 'spend is what the ledger has booked; leave it out' }).nullish(),
  ...limitFields,
  ...notYet('object_permission'),
};

const LIMITS = Object.keys(limitFields) as (keyof typeof limitFields)[];
const NOT_BOTH = { error: 'budget_id or terms of its own, not both', path: ['budget_id'] };

const customerBody = z
  .strictObject({ user_id: partyId, ...customerFields })
  .refine(({ budget_id, ...fields }) => !isGiven(budget_id) || !LIMITS.some((name) => isGiven(fields[name])), NOT_BOTH);

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export const newCustomerBody = customerBody;
export const updateCustomerBody = customerBody;
export type CustomerFields = z.output<typeof customerBody>;

export const customerInfoQuery = z.looseObject({ end_user_id: partyId });
export const customersBody = z.strictObject({ user_ids: ids });
export const customerListQuery = z.looseObject({ ...paging, page_size: paging.page_size.default(500) });
