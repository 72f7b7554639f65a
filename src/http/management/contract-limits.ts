import { z } from 'zod';
import { MEMBER_PATH, nanoFromUsd, parseTimeWindow, TIME_WINDOW_FORMS } from '../../std/index.ts';

/** Amounts, periods and rates of the administration API: LiteLLM's field names. */

/** Budgets are kept in whole nanodollars below 2^53 of them. */
const MOST_USD = 9_000_000;

/** USD as a number, rounded to the nanodollar, or as text, which has no more digits than that; nanodollars here. */
const USD_FORM = 'expected USD such as 12.5 or "12.50", with nine decimals at most';

export const usd = z
  .union([z.number(), z.string().regex(/^\d{1,10}(\.\d{1,9})?$/, { error: USD_FORM })], { error: USD_FORM })
  .refine((value) => Number(value) >= 0 && Number(value) <= MOST_USD, { error: `expected USD, 0 to ${MOST_USD}` })
  .refine((value) => Number(value) === 0 || !(Number(value) > 0) || nanoFromUsd(value) > 0n, {
    error: 'expected 0, or a nanodollar at least (1e-9 USD)',
  })
  .transform(nanoFromUsd)
  .describe('USD');

export const positiveUsd = usd.refine((nano) => nano > 0n, {
  error: 'expected more than 0 USD, a nanodollar at least',
});

export const period = z
  .string()
  .refine((text) => parseTimeWindow(text) !== null, { error: `expected a period: ${TIME_WINDOW_FORMS}` })
  .describe(`How often it begins anew: ${TIME_WINDOW_FORMS}`);

export const rate = z.int().positive();
const rates = z.record(z.string().min(1), rate);

/** LiteLLM has had two names for each, and an amount alone. */
const modelBudget = z.union([
  usd.transform((nano) => ({ nano, per: undefined as string | undefined })),
  z
    .strictObject({ budget_limit: usd, time_period: period.nullish() })
    .transform(({ budget_limit: nano, time_period }) => ({
      nano,
      per: time_period ?? undefined,
    })),
  z
    .strictObject({ max_budget: usd, budget_duration: period.nullish() })
    .transform(({ max_budget: nano, budget_duration }) => ({
      nano,
      per: budget_duration ?? undefined,
    })),
]);

const budget = z.strictObject({
  usd,
  per: period,
  on_exhausted: z.enum(['clamp', 'reject', 'soft']).default('clamp'),
  soft: positiveUsd.optional(),
});

/** LiteLLM's: the same period and amount by other names. When it begins anew follows from the period. */
const budgetLimit = z
  .strictObject({ max_budget: usd, budget_duration: period, reset_at: z.unknown().optional() })
  .transform(({ max_budget, budget_duration }) => ({
    usd: max_budget,
    per: budget_duration,
    on_exhausted: 'clamp' as const,
    soft: undefined,
  }));

/** Members of a request's body, `metadata.ticket` for one within another. */
export const enforcedParams = z
  .array(z.string().regex(MEMBER_PATH, 'expected a name such as user or metadata.ticket').max(255))
  .max(50)
  .nullish()
  .describe('What each request must have in its body: names, metadata.ticket for a member within another.');

/** How much somebody may use. */
export const limitFields = {
  max_budget: usd.nullish().describe('USD in each period, never passed.'),
  soft_budget: positiveUsd.nullish().describe('USD that are told when they are spent; nothing is refused.'),
  budget_duration: period.nullish().describe(`Left out: max_budget is for all of time. ${TIME_WINDOW_FORMS}`),
  model_max_budget: z
    .record(z.string().min(1), modelBudget)
    .nullish()
    .describe('By model: USD, or { budget_limit, time_period }.'),
  budgets: z.array(budget).max(20).nullish().describe('Further budgets: { usd, per, on_exhausted, soft }.'),
  budget_limits: z.array(budgetLimit).max(20).nullish().describe("LiteLLM's form of budgets."),
  temp_budget_increase: positiveUsd.nullish().describe('USD on top of max_budget until temp_budget_expiry.'),
  temp_budget_expiry: z
    .string()
    .nullish()
    .describe('A date such as 2026-12-01T00:00:00Z, or a time from now such as 24h.'),
  rpm_limit: rate.nullish().describe('Requests in any 60 seconds.'),
  tpm_limit: rate.nullish().describe('Tokens in any 60 seconds, input and output.'),
  max_parallel_requests: rate.nullish().describe('Calls at the same time.'),
  model_rpm_limit: rates.nullish().describe('By model.'),
  model_tpm_limit: rates.nullish().describe('By model.'),
};

export type LimitFields = { readonly [Field in keyof typeof limitFields]?: z.output<(typeof limitFields)[Field]> };
