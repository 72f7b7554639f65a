import { z } from 'zod';
import { keyOrders } from '../../access/index.ts';

/** The bodies and answers of the administration API, LiteLLM's field names. Unknown fields are refused by name. */

export const deleteKeysBody = z
  .strictObject({ keys: z.array(z.string()).optional(), key_aliases: z.array(z.string()).optional() })
  .refine((body) => (body.keys?.length ?? 0) + (body.key_aliases?.length ?? 0) > 0, {
    message: "name what to delete in 'keys' or 'key_aliases'",
  });

export const blockKeyBody = z.strictObject({ key: z.string() });

export const keyInfoQuery = z.looseObject({ key: z.string().optional() });

export const keyInfosBody = z.strictObject({ keys: z.array(z.string()).min(1).max(100) });

const flag = z.enum(['true', 'false']).optional();
const page = z.coerce.number().int().positive().max(1_000_000).default(1);

/** A filter that is not known is refused by its name: without it a list would hold what was not asked for. */
export const keyListQuery = z.strictObject({
  page,
  size: z.coerce.number().int().positive().max(100).default(10),
  return_full_object: flag,
  user_id: z.string().optional(),
  team_id: z.string().optional(),
  organization_id: z.string().optional(),
  project_id: z.string().optional(),
  key_hash: z.string().optional().describe('The token.'),
  key_alias: z.string().optional(),
  substring_matching: flag.describe('key_alias is part of the alias, in whatever case.'),
  status: z.literal('deleted').optional().describe('Those that are no longer in use.'),
  include_team_keys: flag.describe('Beside those of user_id, those of the teams that it administers.'),
  include_created_by_keys: flag.describe('Taken and without effect: who made a key is told by created_by.'),
  expand: z.literal('user').optional().describe('With whole objects: whose the key is.'),
  sort_by: z
    .enum([...(Object.keys(keyOrders) as (keyof typeof keyOrders)[]), 'spend'])
    .optional()
    .describe('spend: all that a key ever spent, whatever window its budget has.'),
  sort_order: z.enum(['asc', 'desc']).default('desc'),
});

export const keyAliasesQuery = z.strictObject({
  page,
  size: z.coerce.number().int().positive().max(100).default(50),
  search: z.string().optional().describe('Part of the alias, in whatever case.'),
  team_id: z.string().optional(),
});

export const spendLogsQuery = z.looseObject({
  request_id: z.string().optional(),
  api_key: z.string().optional(),
  user_id: z.string().optional(),
  start_date: z.string().optional(),
  end_date: z.string().optional(),
  summarize: z.enum(['true', 'false']).default('true'),
  limit: z.coerce.number().int().positive().max(10_000).default(1_000),
  format: z.enum(['json', 'csv']).default('json'),
});

export const generationQuery = z.looseObject({ id: z.string().min(1) });

export const healthQuery = z.looseObject({
  probe: z.enum(['true', 'false', 'billed']).optional().describe('true: lists of models; billed: a chat, too.'),
});
