import { z } from 'zod';
import { timezone } from '../reports/asked-time.ts';

/** Queries of LiteLLM's reports, by its names. What it knows and nothing is kept of is passed over, as its clients expect. */

const list = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .pipe(z.array(z.string().max(256)).max(1_000))
  .optional()
  .describe('One or several, separated by commas.');

const format = z.enum(['json', 'csv']).default('json');
const top = z.coerce.number().int().positive().max(1_000);

const dates = {
  start_date: z.string().optional().describe('A date such as 2026-11-24. Left out: 30 days before the end.'),
  end_date: z.string().optional().describe('A date, which is the last day. Left out: today.'),
  timezone,
};

export const datesQuery = z.looseObject(dates);

export const teamsQuery = z.looseObject({ ...dates, format });

export const ofKeyQuery = z.looseObject({ ...dates, api_key: z.string().optional(), format });

export const topQuery = z.looseObject({ ...dates, limit: top.default(10), format });

export const tagsQuery = z.looseObject({ ...dates, tags: list, format });

export const tagNamesQuery = z.looseObject(dates);

const tagFilters = {
  tag_filter: z.string().max(256).optional().describe('Part of a tag, in whatever case.'),
  tag_filters: list.describe('Tags; comes before tag_filter.'),
};

export const tagUsersQuery = z.looseObject(tagFilters);

export type TagUsersQuery = Pick<z.output<typeof tagUsersQuery>, keyof typeof tagFilters>;

export const tagDaysQuery = z.looseObject({ ...dates, ...tagFilters });

export const tagMonthsQuery = z.looseObject({
  ...tagFilters,
  months: z.coerce.number().int().min(1).max(12).default(7),
});

export const mostQuery = z.looseObject({ ...dates, limit: top.default(100), format });

export const usersQuery = mostQuery.extend({ user_id: z.string().optional() });

export const endUsersBody = z.looseObject({
  api_key: z.string().nullish(),
  startTime: z.string().nullish(),
  endTime: z.string().nullish(),
});

export const exceptionsQuery = z.looseObject({ ...dates, model_group: z.string().optional() });

export const deploymentExceptionsQuery = z.looseObject({ ...dates, model_group: z.string() });

export const reportQuery = z.looseObject({
  start_date: z.string().describe('A date such as 2026-11-01.'),
  end_date: z.string().describe('A date, which is the last day.'),
  timezone,
  group_by: z.enum(['team', 'customer', 'api_key']).default('team'),
  api_key: z.string().optional().describe("A key's id, its token or itself: the report is by keys."),
  internal_user_id: z.string().optional().describe('A user: the report is by keys.'),
  team_id: z.string().optional(),
  customer_id: z.string().optional(),
  format,
});

export type ReportQuery = z.output<typeof reportQuery>;

export const activityQuery = z.looseObject({
  ...dates,
  model: list,
  api_key: list.describe("Keys' ids or tokens."),
  page: z.coerce.number().int().positive().default(1),
  page_size: z.coerce.number().int().positive().max(1_000).default(50).describe('Days.'),
  api_key_limit: top.default(100).describe('Keys that are told apart: those with the highest spend.'),
  user_id: list,
  team_ids: list,
  exclude_team_ids: list,
  tags: list,
  organization_ids: list,
  end_user_ids: list,
  format,
});

export type ActivityQuery = z.output<typeof activityQuery>;

const usd = z
  .string()
  .regex(/^\d{1,10}(\.\d{1,9})?$/, { error: 'expected USD such as 0.05' })
  .optional();

const paging = {
  page: z.coerce.number().int().positive().max(10_000).default(1),
  page_size: z.coerce.number().int().positive().max(100).default(50),
};

export const pagesQuery = z.looseObject({
  start_date: z.string().describe('A date, or a date with a time such as 2026-11-24 15:00:00.'),
  end_date: z.string().describe('The same; a date alone is the last day.'),
  timezone,
  api_key: z.string().optional(),
  user_id: z.string().optional(),
  request_id: z.string().optional(),
  session_id: z.string().optional(),
  team_id: z.string().optional(),
  min_spend: usd,
  max_spend: usd,
  status_filter: z.enum(['success', 'failure']).optional(),
  model: z.string().optional(),
  model_id: z.string().optional(),
  model_group: z.string().optional(),
  key_alias: z.string().optional(),
  end_user: z.string().optional(),
  error_code: z.string().optional(),
  error_message: z.string().optional(),
  sort_by: z
    .enum(['startTime', 'endTime', 'spend', 'total_tokens', 'request_duration_ms', 'ttft_ms', 'model'])
    .default('startTime'),
  sort_order: z.enum(['asc', 'desc']).default('desc'),
  format,
  ...paging,
});

export type PagesQuery = z.output<typeof pagesQuery>;

export const sessionQuery = z.looseObject({ session_id: z.string().min(1), ...paging });

export const accountActivityQuery = z.looseObject({
  date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'expected a date such as 2026-11-24' })
    .optional(),
  api_key_hash: z.string().optional(),
  user_id: z.string().optional(),
});
