import { z } from 'zod';
import { keyTypes, routeGroups } from '../../access/index.ts';
import { nanoFromUsd, parseTimeWindow, TIME_WINDOW_FORMS } from '../../std/index.ts';
import { metadata, refusedFields } from './contract-key-refused.ts';
import { isLifetime, LIFETIME_FORMS } from './duration.ts';

/** What keys are made with and changed by: LiteLLM's field names. Unknown fields are refused by name. */

/** Budgets are kept in whole nanodollars below 2^53 of them. */
const MOST_USD = 9_000_000;

/** USD as a number, rounded to the nanodollar, or as text, which has no more digits than that; nanodollars here. */
const USD_FORM = 'expected USD such as 12.5 or "12.50", with nine decimals at most';

const usd = z
  .union([z.number(), z.string().regex(/^\d{1,10}(\.\d{1,9})?$/, { error: USD_FORM })], { error: USD_FORM })
  .refine((value) => Number(value) >= 0 && Number(value) <= MOST_USD, { error: `expected USD, 0 to ${MOST_USD}` })
  .refine((value) => Number(value) === 0 || !(Number(value) > 0) || nanoFromUsd(value) > 0n, {
    error: 'expected 0, or a nanodollar at least (1e-9 USD)',
  })
  .transform(nanoFromUsd)
  .describe('USD');

const positiveUsd = usd.refine((nano) => nano > 0n, { error: 'expected more than 0 USD, a nanodollar at least' });

const period = z
  .string()
  .refine((text) => parseTimeWindow(text) !== null, { error: `expected a period: ${TIME_WINDOW_FORMS}` })
  .describe(`How often it begins anew: ${TIME_WINDOW_FORMS}`);

const rate = z.int().positive();
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

const limits = {
  max_budget: usd.nullish().describe('USD in each period, never passed.'),
  soft_budget: positiveUsd.nullish().describe('USD that are told when they are spent; nothing is refused.'),
  budget_duration: period.nullish().describe(`Left out: max_budget is for all of time. ${TIME_WINDOW_FORMS}`),
  model_max_budget: z
    .record(z.string().min(1), modelBudget)
    .nullish()
    .describe('By model: USD, or { budget_limit, time_period }.'),
  budgets: z.array(budget).max(20).nullish().describe('Further budgets: { usd, per, on_exhausted, soft }.'),
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

/** LiteLLM's: the same period and amount by other names. When it begins anew follows from the period. */
const budgetLimit = z
  .strictObject({ max_budget: usd, budget_duration: period, reset_at: z.unknown().optional() })
  .transform(({ max_budget, budget_duration }) => ({
    usd: max_budget,
    per: budget_duration,
    on_exhausted: 'clamp' as const,
    soft: undefined,
  }));

/** Limits hold whatever state a model is in: LiteLLM's other two would reserve a share, or hold only at times. */
const limitType = z
  .literal('best_effort_throughput', { error: "expected 'best_effort_throughput': limits are kept as they are" })
  .nullish();

const ROUTE_GROUPS = Object.keys(routeGroups).join(', ');

const allowedRoute = z.string().refine((route) => route.startsWith('/') || Object.hasOwn(routeGroups, route), {
  error: `expected an address such as /v1/chat/completions or /v1/*, or one of ${ROUTE_GROUPS}`,
});

const fields = {
  key_alias: z.string().min(1).max(255).nullish(),
  duration: z
    .string()
    .refine(isLifetime, { error: `expected a time such as ${LIFETIME_FORMS}, or "-1" for ever` })
    .nullish()
    .describe(`Time to live: ${LIFETIME_FORMS}. Left out or "-1": for ever.`),
  models: z.array(z.string().min(1).max(256)).max(1_000).optional().describe('Names and patterns; empty: all.'),
  aliases: z
    .record(z.string().min(1), z.string().min(1))
    .nullish()
    .describe('Names that mean another model for this key.'),
  user_id: z.string().max(255).nullish(),
  team_id: z.string().max(255).nullish(),
  metadata: metadata.nullish(),
  tags: z.array(z.string().min(1)).max(20).nullish().describe("Of the key's calls; kept as metadata.tags."),
  blocked: z.boolean().nullish(),
  allowed_routes: z.array(allowedRoute).max(100).nullish().describe(`Addresses, /prefix*, or ${ROUTE_GROUPS}.`),
  key_type: z.enum(keyTypes).nullish().describe('A group of routes by another name.'),
  allowed_cache_controls: z.array(z.string()).nullish().describe('Kept; there is no cache yet.'),
  rpm_limit_type: limitType,
  tpm_limit_type: limitType,
  budget_limits: z.array(budgetLimit).max(20).nullish().describe("LiteLLM's form of budgets."),
  send_invite_email: z.boolean().nullish().describe('No mail is sent.'),
  ...limits,
  ...refusedFields,
};

/** One way of saying it at a time. */
const exclusive = [
  ['budgets', 'budget_limits'],
  ['allowed_routes', 'key_type'],
] as const;

function bodyOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).superRefine((body, context) => {
    for (const [one, other] of exclusive) {
      const given: Readonly<Record<string, unknown>> = body;
      if ((given[one] ?? null) === null || (given[other] ?? null) === null) continue;
      context.addIssue({ code: 'custom', path: [other], message: `give either ${one} or ${other}` });
    }
  });
}

const newSecret = z.string().min(16).max(256).startsWith('sk-').nullish();
const KEY = 'The key, its id or its token. What is left out stays as it is; null takes it away.';

const newFields = {
  key: newSecret.describe('A key of your own instead of a made one.'),
  spend: z.literal(0, { error: 'a key has spent nothing when it is made' }).nullish(),
  ...fields,
};

export const generateKeyBody = bodyOf(newFields);

export const serviceAccountBody = bodyOf({
  ...newFields,
  team_id: z.string().min(1).max(255),
  user_id: z.null({ error: 'a service account has no user' }).optional(),
});

const changedFields = {
  ...fields,
  spend: z
    .null({ error: 'is not set by an update: POST /key/{key}/reset_spend says what is to count from now on' })
    .optional(),
};

export const updateKeyBody = bodyOf({ key: z.string().min(1).describe(KEY), ...changedFields });

export const bulkUpdateBody = z.strictObject({ keys: z.array(updateKeyBody).min(1).max(500) });

export const regenerateKeyBody = bodyOf({
  key: z.string().min(1).nullish().describe(KEY),
  new_key: newSecret.describe('A secret of your own instead of a made one.'),
  grace_period: z
    .string()
    .refine((text) => text !== '-1' && isLifetime(text), { error: `expected a time such as ${LIFETIME_FORMS}` })
    .nullish()
    .describe('How long the former secret goes on working; left out: not at all.'),
  ...changedFields,
});

export const resetSpendBody = z.strictObject({ reset_to: usd });

export type NewKeyBody = z.output<typeof generateKeyBody>;
export type KeyFields = Omit<z.output<typeof updateKeyBody>, 'key' | 'spend'>;
