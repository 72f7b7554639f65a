import { z } from 'zod';

/** The bodies and answers of the administration API, LiteLLM's field names. Unknown fields are refused by name. */

export const deleteKeysBody = z
  .strictObject({ keys: z.array(z.string()).optional(), key_aliases: z.array(z.string()).optional() })
  .refine((body) => (body.keys?.length ?? 0) + (body.key_aliases?.length ?? 0) > 0, {
    message: "name what to delete in 'keys' or 'key_aliases'",
  });

export const blockKeyBody = z.strictObject({ key: z.string() });

export const keyInfoQuery = z.looseObject({ key: z.string().optional() });

export const keyListQuery = z.looseObject({
  page: z.coerce.number().int().positive().default(1),
  size: z.coerce.number().int().positive().max(100).default(10),
  return_full_object: z.enum(['true', 'false']).optional(),
  user_id: z.string().optional(),
  team_id: z.string().optional(),
  key_alias: z.string().optional(),
});

export const spendLogsQuery = z.looseObject({
  request_id: z.string().optional(),
  api_key: z.string().optional(),
  user_id: z.string().optional(),
  start_date: z.string().optional(),
  end_date: z.string().optional(),
  summarize: z.enum(['true', 'false']).default('true'),
  limit: z.coerce.number().int().positive().max(10_000).default(1_000),
});

export const generationQuery = z.looseObject({ id: z.string().min(1) });

export const healthQuery = z.looseObject({
  probe: z.enum(['true', 'false', 'billed']).optional().describe('true: lists of models; billed: a chat, too.'),
});
