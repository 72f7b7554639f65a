import { z } from 'zod';
import { positiveUsd, usd } from '../management/contract-limits.ts';

/** Bodies and queries of OpenRouter's account API. Unknown fields are refused by name. */

const limitReset = z.enum(['daily', 'weekly', 'monthly']);
const name = z.string().trim().min(1).max(255);

const limits = {
  limit: usd.nullish().describe('USD that the key may spend, in each period if there is one; null: no limit.'),
  limit_reset: limitReset.nullish().describe('When spending begins anew; null: never.'),
  include_byok_in_limit: z.boolean().optional(),
};

export const createKeyBody = z.strictObject({
  name,
  ...limits,
  expires_at: z.iso.datetime({ offset: true }).nullish().describe('2027-01-01T00:00:00Z; null: never.'),
  creator_user_id: z.string().min(1).max(255).nullish(),
  workspace_id: z.string().min(1).max(255).optional(),
});

export const updateKeyBody = z.strictObject({ name: name.optional(), disabled: z.boolean().optional(), ...limits });

export const listKeysQuery = z.looseObject({
  offset: z.coerce.number().int().nonnegative().default(0),
  include_disabled: z.enum(['true', 'false']).default('false'),
  workspace_id: z.string().optional(),
});

export type CreateKey = z.output<typeof createKeyBody>;
export type UpdateKey = z.output<typeof updateKeyBody>;

const credit = {
  organization_id: z.string().min(1).max(255),
  amount: positiveUsd.describe('USD'),
  note: z.string().max(1_000).nullish(),
};

export const grantCreditsBody = z.strictObject({
  ...credit,
  category: z.enum(['paid', 'promotional']).default('paid'),
  expires_at: z.iso.datetime({ offset: true }).nullish().describe('Until when they are good; null: for ever.'),
});
export const refundCreditsBody = z.strictObject(credit);
export const creditsInfoQuery = z.looseObject({ organization_id: z.string().min(1) });
export const creditsQuery = z.looseObject({ organization_id: z.string().min(1).optional() });

export type BookCredit = z.output<typeof refundCreditsBody>;
