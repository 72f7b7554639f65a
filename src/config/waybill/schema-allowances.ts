import { z } from 'zod';
import { isTimeZone, parseTimeWindow, TIME_WINDOW_FORMS } from '../../std/index.ts';
import { userRoles } from '../settings/user-roles.ts';
import { amount, bytes, count, duration, mapping, share } from './schema-values.ts';

/** Budgets are kept in whole nanodollars below 2^53 of them. */
const MOST_USD = 9_000_000;

const usd = amount.refine((text) => Number(text) <= MOST_USD, { error: `expected USD, at most ${MOST_USD}` });

export const budget = mapping({
  usd: usd.describe('USD in each period'),
  per: z
    .string({ error: `expected a period: ${TIME_WINDOW_FORMS}` })
    .transform((text, context) => {
      const window = parseTimeWindow(text);
      if (window !== null) return window;
      context.addIssue({ code: 'custom', message: `expected a period: ${TIME_WINDOW_FORMS}` });
      return z.NEVER;
    })
    .describe(`How often it begins anew: ${TIME_WINDOW_FORMS}`),
  on_exhausted: z
    .enum(['clamp', 'reject', 'soft'])
    .optional()
    .describe('Refuse after lowering the output limit where the client set none, refuse, or only tell. Default clamp'),
  soft: usd.optional().describe('USD that are told when they are spent'),
});

export const budgets = z.array(budget);

const byId = z.record(z.string(), budgets);

const rate = count(1).optional();

const overTime = {
  rpm: rate.describe('Requests in any minute'),
  rph: rate.describe('Requests in any hour'),
  rpd: rate.describe('Requests in any 24 hours'),
  tpm: rate.describe('Tokens in any minute'),
  tph: rate.describe('Tokens in any hour'),
  tpd: rate.describe('Tokens in any 24 hours'),
  itpm: rate.describe('Input tokens in any minute'),
  itph: rate.describe('Input tokens in any hour'),
  itpd: rate.describe('Input tokens in any 24 hours'),
  otpm: rate.describe('Output tokens in any minute'),
  otph: rate.describe('Output tokens in any hour'),
  otpd: rate.describe('Output tokens in any 24 hours'),
};

export const rates = mapping({ ...overTime, parallel: rate.describe('Calls at the same time') });

const ratesById = z.record(z.string(), rates);
/** Calls at the same time are a deployment's own to limit, where it stands: they may wait in line there. */
const ratesOfPlaces = z.record(z.string(), mapping(overTime));

const lifetime = z
  .string()
  .regex(/^[1-9]\d{0,4}(?:s|m|h|d|w|mo)$/, { error: 'expected a time such as 12h, 90d or 6mo' });

/** Of those that have a field of their own. */
const mostOfKey = mapping({ rpm: rate, tpm: rate, parallel: rate });

const promptsMode = z.enum(['off', 'redacted', 'full'], { error: 'expected off, redacted or full' });
/** What is longer is cut; a row is read and shown in one piece. */
const MOST_PROMPT_BYTES = 4 * 1_048_576;
const promptBytes = bytes.refine((size) => size > 0 && size <= MOST_PROMPT_BYTES, {
  error: 'expected a size up to 4MiB, such as 256KiB',
});

/** `*` stands for everybody who has none of their own. */
export const allowanceSections = {
  timezone: z
    .string()
    .refine(isTimeZone, { error: 'expected a time zone such as Europe/Berlin' })
    .optional()
    .describe('Where days, weeks and months begin. Default UTC'),
  defaults: mapping({
    key: mapping({
      lifetime: lifetime.optional().describe('How long a key lives whose maker says nothing: 12h, 90d, 6mo'),
      max_lifetime: lifetime
        .optional()
        .describe('How long a key lives at most, and where nobody says anything: 12h, 90d, 6mo'),
      max_budget: usd.optional().describe('USD that max_budget of a key may be at most, and is where nobody says it'),
      max_limits: mostOfKey.optional().describe('What limits of a key may be at most, and are where nobody says them'),
      budgets: budgets.optional().describe('For keys without budgets of their own'),
      limits: rates.optional().describe('For keys without a limit of the kind'),
      models: ratesById.optional().describe('By model: for keys without limits of their own for it'),
    }).optional(),
    user: mapping({
      role: z.enum(userRoles).optional().describe('Default internal_user'),
      models: z.array(z.string().min(1)).optional().describe('Names and patterns that new users may call'),
    }).optional(),
    organization: mapping({
      low_balance: mapping({
        usd: usd.optional().describe('USD; 0: never'),
        share: share.optional().describe('Of its last grant. Default 0.2'),
      })
        .refine(({ usd: amountUsd, share: part }) => (amountUsd === undefined) !== (part === undefined), {
          error: 'expected either usd or share',
        })
        .optional()
        .describe('When the credits of a prepaid organization are told to run low'),
    }).optional(),
    customer: mapping({
      budget_id: z
        .string()
        .min(1)
        .max(255)
        .describe('A budget of /budget/new for customers without budgets and limits'),
    }).optional(),
    request_log: mapping({
      retention: duration.optional().describe('How long its rows are kept: 90d. Default for ever'),
      prompts: promptsMode
        .optional()
        .describe('What is kept of requests and answers: off, redacted (texts by their lengths), full. Default off'),
      prompts_retention: duration.optional().describe('How long they are kept: 30d. Default 30d'),
      prompts_max_bytes: promptBytes
        .optional()
        .describe('As much is kept of a request, and of an answer. Default 256KiB'),
      prompts_teams: z.record(z.string(), promptsMode).optional().describe('By the id of a team: more, or less'),
      prompts_readers: z
        .enum(['own', 'tenant'])
        .optional()
        .describe(
          'Who reads them besides operators: own (callers, their own), tenant (administrators of teams and organizations, too). Default own',
        ),
    }).optional(),
  }).optional(),
  budgets: mapping({
    gateway: budgets.optional().describe('For all calls together'),
    providers: byId.optional().describe('By provider: refused there, the next candidate is tried'),
    deployments: byId.optional().describe('By the id of a deployment'),
    users: byId.optional(),
    teams: byId.optional(),
    projects: byId.optional(),
    organizations: byId.optional(),
    customers: byId.optional().describe("By the request's user"),
    tags: byId.optional(),
  }).optional(),
  limits: mapping({
    gateway: rates.optional().describe('For all calls together'),
    providers: ratesOfPlaces.optional().describe('By provider: above them the next candidate is tried'),
    deployments: ratesOfPlaces.optional().describe('By the id of a deployment'),
    users: ratesById.optional(),
    teams: ratesById.optional(),
    projects: ratesById.optional(),
    organizations: ratesById.optional(),
    customers: ratesById.optional().describe("By the request's user"),
    tags: ratesById.optional(),
  }).optional(),
};
