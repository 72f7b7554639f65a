import { z } from 'zod';
import { timezone } from './asked-time.ts';

/** Queries of the reports. A filter that is not known is refused by its name: without it more would be shown. */

const DIMENSIONS = [
  'model',
  'upstream_model',
  'provider',
  'key',
  'user',
  'team',
  'project',
  'organization',
  'customer',
  'tag',
] as const;

const list = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .pipe(z.array(z.string().max(256)).max(1_000))
  .optional()
  .describe('One or several, separated by commas.');

const TIME = 'A date, a date with a time, or epoch milliseconds.';

const filters = {
  model: list,
  upstream_model: list,
  provider: list,
  key: list,
  user: list,
  team: list,
  project: list,
  organization: list,
  customer: list,
  tag: list,
};

export const usageQuery = z.strictObject({
  from: z.string().optional().describe(`${TIME} Left out: 30 days before the end.`),
  to: z.string().optional().describe(`${TIME} A date stands for all of that day. Left out: today.`),
  by: z.enum([...DIMENSIONS, 'none']).default('none'),
  bucket: z.enum(['hour', 'day', 'none']).default('day'),
  timezone,
  ...filters,
  limit: z.coerce.number().int().positive().max(1_000).default(25).describe('Groups, those with the highest spend.'),
  format: z.enum(['json', 'csv']).default('json'),
});

export type UsageQuery = z.output<typeof usageQuery>;

const usdText = z
  .string()
  .regex(/^\d{1,10}(\.\d{1,9})?$/, { error: 'expected USD such as 0.05' })
  .optional();

export const logsQuery = z.strictObject({
  from: z.string().optional().describe(TIME),
  to: z.string().optional().describe(`${TIME} A date stands for all of that day.`),
  timezone,
  model: z.string().optional(),
  upstream_model: z.string().optional(),
  provider: z.string().optional(),
  deployment: z.string().optional(),
  key: z.string().optional().describe("A key's id, or its token."),
  user: z.string().optional(),
  team: z.string().optional(),
  project: z.string().optional(),
  organization: z.string().optional(),
  customer: z.string().optional(),
  tag: z.string().optional(),
  session: z.string().optional(),
  status: z
    .string()
    .regex(/^(?:success|failure|\d{1,3})$/, { error: 'expected success, failure, or an HTTP status such as 429' })
    .optional(),
  error_code: z.string().optional(),
  min_cost: usdText.describe('USD that were charged at least.'),
  max_cost: usdText.describe('USD that were charged at most.'),
  text: z.string().min(1).max(256).optional().describe("Part of one of the call's ids."),
  cursor: z.string().max(512).optional().describe('`next` of the page before.'),
  before: z.string().optional().describe(`${TIME} Where to jump to: only calls that began before.`),
  limit: z.coerce.number().int().positive().max(1_000).default(100),
  format: z.enum(['json', 'csv']).default('json'),
});

export type LogsQuery = z.output<typeof logsQuery>;

export const liveQuery = logsQuery.omit({
  cursor: true,
  before: true,
  limit: true,
  format: true,
  from: true,
  to: true,
});
