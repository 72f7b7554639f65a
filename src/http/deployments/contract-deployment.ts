import { z } from 'zod';

/** What is stored beside the file is made and changed with: LiteLLM's field names. Unknown fields are refused by name. */

/** Printable, and a part of an address. */
const deploymentId = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:@-]{0,127}$/, { error: 'expected up to 128 letters, digits, and . : @ _ -' });

/** Printable, and well-formed: other readers of it take nothing else. */
export const name = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,256}$/u, { error: 'expected 1 to 256 characters, none of them a control character' });

/** So that it is told from whatever a deployment is called: those may hold a colon. */
const credentialName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@/-]{0,127}$/u, { error: 'expected up to 128 letters, digits, and . _ @ / -' });

const MOST_CHARACTERS = 65_536;
const MEMBER = /^[A-Za-z][\w.-]{0,127}$/;

/** Members as LiteLLM knows them, whatever they are: which are honoured, the answer tells. */
const members = z
  .record(z.string(), z.unknown())
  .refine((value) => Object.keys(value).every((key) => MEMBER.test(key)), {
    error: 'expected names of letters, digits, _ . and -, beginning with a letter',
  })
  .refine((value) => JSON.stringify(value).length <= MOST_CHARACTERS, {
    error: `expected no more than ${MOST_CHARACTERS} characters`,
  });

/** What is answered about an entry is no part of it, and may come back with it. */
const ANSWERED = new Set([
  'id',
  'db_model',
  'managed_by',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'off',
]);

const info = members
  .refine(({ id }) => id === undefined || id === null || deploymentId.safeParse(id).success, {
    error: 'id: expected up to 128 letters, digits, and . : @ _ -',
  })
  .transform((value) => ({
    id: typeof value['id'] === 'string' ? value['id'] : null,
    facts: Object.fromEntries(Object.entries(value).filter(([key]) => !ANSWERED.has(key))),
  }));

const withModel = members.refine(({ model }) => typeof model === 'string' && model.trim() !== '', {
  error: "'model' is missing: the provider and its model, such as openai/gpt-4o",
});

const changedParams = members.refine(
  ({ model }) => model == null || (typeof model === 'string' && model.trim() !== ''),
  {
    error: 'model: expected the provider and its model, such as openai/gpt-4o',
  },
);

export const newModelBody = z.strictObject({
  model_name: name.describe('What callers ask for.'),
  litellm_params: withModel.describe('model, api_key, api_base, litellm_credential_name, rpm, weight, …'),
  model_info: info.nullish().describe('id, base_model, mode, access_groups, prices, …'),
});

export const updateModelBody = z.strictObject({
  model_name: name.nullish(),
  litellm_params: changedParams.nullish(),
  model_info: info.refine(({ id }) => id !== null, { error: "'id' is missing" }),
});

export const patchModelBody = z.strictObject({
  model_name: name.nullish(),
  litellm_params: changedParams.nullish(),
  model_info: info.nullish(),
});

export const deleteModelBody = z.strictObject({ id: z.string().min(1).max(128) });
export const blockModelBody = z.strictObject({ model_id: z.string().min(1).max(128) });

export const newCredentialBody = z
  .strictObject({
    credential_name: credentialName,
    credential_info: members.nullish(),
    credential_values: members.nullish(),
    model_id: z
      .string()
      .min(1)
      .max(128)
      .nullish()
      .describe('Instead of values: those that this deployment goes out by.'),
  })
  .refine((body) => (body.credential_values == null) !== (body.model_id == null), {
    error: "give one of 'credential_values' and 'model_id'",
  });

export const patchCredentialBody = z.strictObject({
  credential_name: credentialName.nullish().describe('As in the address: it cannot be changed.'),
  credential_info: members.nullish(),
  credential_values: members.nullish(),
});

const fallbackType = z.enum(['general', 'context_window', 'content_policy']).default('general');

export const fallbackBody = z.strictObject({
  model: name,
  fallback_models: z
    .array(name)
    .min(1)
    .max(20)
    .refine((models) => new Set(models).size === models.length, { error: 'expected each model once' }),
  fallback_type: fallbackType,
});

export const fallbackQuery = z.looseObject({ fallback_type: fallbackType });

const groupMembers = {
  model_names: z.array(name).max(1_000).nullish(),
  model_ids: z
    .array(z.string().min(1).max(128))
    .max(1_000)
    .nullish()
    .describe('Of deployments, whose models are meant.'),
};

const hasMembers = (body: { readonly model_names?: unknown; readonly model_ids?: unknown }): boolean =>
  [body.model_names, body.model_ids].some((list) => Array.isArray(list) && list.length > 0);
const NO_MEMBERS = { error: "name models in 'model_names' or 'model_ids'" };

export const newGroupBody = z.strictObject({ access_group: name, ...groupMembers }).refine(hasMembers, NO_MEMBERS);
export const updateGroupBody = z.strictObject(groupMembers).refine(hasMembers, NO_MEMBERS);

export const publicModelsBody = z.strictObject({ model_groups: z.array(name).max(1_000) });

export const modelInfoQuery = z.looseObject({ litellm_model_id: z.string().optional() });

const ORDERS = ['model_name', 'created_at', 'updated_at', 'costs', 'status'] as const;

export const modelPageQuery = z.looseObject({
  page: z.coerce.number().int().positive().max(1_000_000).default(1),
  size: z.coerce.number().int().positive().max(1_000).default(50),
  model: z.string().optional().describe('Of this name only.'),
  modelId: z.string().optional(),
  teamId: z.string().optional(),
  search: z.string().optional().describe('A part of the name, the id, or what is called, in whatever case.'),
  sortBy: z.enum(ORDERS).optional(),
  sortOrder: z.enum(['asc', 'desc']).default('asc'),
});

export type ModelPageQuery = z.output<typeof modelPageQuery>;

export const modelGroupQuery = z.looseObject({ model_group: z.string().optional() });

export const testConnectionBody = z.looseObject({
  litellm_params: withModel,
  model_info: info.nullish(),
  mode: z.enum(['chat', 'completion', 'embedding']).nullish().describe('Follows from the model.'),
});

const tokens = z.number().int().nonnegative().max(1_000_000_000_000);

export const estimateBody = z.strictObject({
  model: name,
  input_tokens: tokens,
  output_tokens: tokens,
  num_requests_per_day: tokens.nullish(),
  num_requests_per_month: tokens.nullish(),
});

export const calculateBody = z
  .strictObject({
    model: name.nullish(),
    messages: z.array(z.looseObject({})).min(1).nullish(),
    completion_response: z.looseObject({ model: z.string().optional(), usage: z.looseObject({}).nullish() }).nullish(),
  })
  .refine((body) => (body.messages == null) !== (body.completion_response == null), {
    error: "give one of 'messages' and 'completion_response'",
  });

export const fieldQuery = z.looseObject({ field_name: z.string().min(1) });
export const configListQuery = z.looseObject({
  config_type: z.enum(['general_settings', 'router_settings', 'litellm_settings']).default('general_settings'),
});
