import { z } from 'zod';
import { keyTypes, routeGroups } from '../../access/index.ts';
import { enforcedParams, limitFields, usd } from '../management/contract-limits.ts';
import { isLifetime, LIFETIME_FORMS } from '../management/duration.ts';
import { metadata, refusedFields } from './contract-key-refused.ts';

/** What keys are made with and changed by: LiteLLM's field names. Unknown fields are refused by name. */

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
  project_id: z.string().max(255).nullish(),
  organization_id: z.string().max(255).nullish(),
  budget_id: z
    .string()
    .min(1)
    .max(255)
    .nullish()
    .describe('A budget of /budget/new whose terms hold where the key has none of its own.'),
  metadata: metadata.nullish(),
  tags: z.array(z.string().min(1)).max(20).nullish().describe("Of the key's calls; kept as metadata.tags."),
  blocked: z.boolean().nullish(),
  allowed_routes: z.array(allowedRoute).max(100).nullish().describe(`Addresses, /prefix*, or ${ROUTE_GROUPS}.`),
  key_type: z.enum(keyTypes).nullish().describe('A group of routes by another name.'),
  allowed_cache_controls: z.array(z.string()).nullish().describe('Kept; there is no cache yet.'),
  enforced_params: enforcedParams,
  rpm_limit_type: limitType,
  tpm_limit_type: limitType,
  send_invite_email: z.boolean().nullish().describe('No mail is sent.'),
  ...limitFields,
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

/** What all keys of a team may be told at once: how much they may use, not whose they are or what they open. */
const sharedFields = {
  ...limitFields,
  budget_id: fields.budget_id,
  models: fields.models,
  metadata: fields.metadata,
  tags: fields.tags,
  duration: fields.duration,
  blocked: fields.blocked,
};

export const teamKeysBody = z
  .strictObject({
    team_id: z.string().min(1).max(255),
    key_ids: z.array(z.string().min(1)).min(1).max(500).nullish().describe('Keys, their ids or their tokens.'),
    all_keys_in_team: z.boolean().default(false),
    update_fields: bodyOf(sharedFields),
  })
  .refine((body) => (body.key_ids == null) === body.all_keys_in_team, {
    error: "give either 'key_ids' or 'all_keys_in_team': true",
  });

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
