import { z } from 'zod';
import { availableStrategies } from '../settings/strategies.ts';
import { timeouts } from './schema-models.ts';
import { count, duration, mapping, names, weight } from './schema-values.ts';

const retries = count(0, 10).optional();

/** How often something is tried again, by what it failed of. */
const retryCauses = {
  error: retries.describe('The upstream failed. Default: retries'),
  timeout: retries.describe('A time limit was missed. Default: retries'),
  rate_limit: retries.describe('The upstream limits the rate. Default: retries'),
  context_window: retries.describe('The prompt is too long. Default 0'),
  content_policy: retries.describe('The provider refused the content. Default 0'),
  credential: retries.describe("The operator's credential was refused. Default 0"),
  request: retries.describe('The request is wrong. Default 0'),
};

const retry = mapping({
  ...retryCauses,
  models: z.record(z.string(), mapping(retryCauses)).optional().describe('The same, for models of these names'),
  least_pause: duration.optional().describe('No retry comes sooner. Default 0'),
});

const share = weight.refine((value) => value <= 1, { error: 'expected a number, 0 to 1' });

const retryBudget = mapping({
  share: share.optional().describe("Of the window's calls: so many attempts may fail again. Default 0.1"),
  floor: count(0).optional().describe('So many more in any case. Default 10'),
  window: duration.optional().describe('Default 10s'),
});

const hedge = mapping({
  after: z
    .union([z.enum(['p50', 'p75', 'p90', 'p95', 'p99']), duration], {
      error: 'expected p50, p75, p90, p95, p99 or a duration such as 500ms',
    })
    .optional()
    .describe("Of the deployment's time to the first byte, or a duration. Default p95"),
  max: count(1, 3).optional().describe('Further attempts beside the first. Default 1'),
});

export const routing = mapping({
  strategy: z.enum(availableStrategies).optional().describe('Order within one priority. Default weighted'),
  retries: count(0, 10).optional().describe('Further rounds over the candidates when all have failed. Default 2'),
  retry: retry.optional().describe('Other numbers of retries, by cause and model'),
  retry_budget: retryBudget.optional().describe('How many attempts may fail again, for each model'),
  max_attempts: count(1, 100)
    .optional()
    .describe('Attempts of one call in all; a fallback has one in any case. Default 5'),
  max_fallbacks: count(0, 100).optional().describe('Models tried after the asked one. Default 5'),
  deadline: duration.optional().describe('For all attempts together, until an answer begins. Default: none'),
  hedge: hedge.optional().describe('A second attempt beside one that keeps everybody waiting. Default: off'),
  cooldown: duration.optional().describe('How long a failing deployment rests. Default 5s'),
  allowed_fails: count(0).optional().describe('Failures within a minute before it rests. Default 3'),
  timeouts: timeouts.optional(),
  default_fallbacks: names.optional().describe('For models without fallbacks of their own'),
  unsupported: z
    .enum(['drop', 'warn', 'reject'])
    .optional()
    .describe('What the upstream cannot be told: left out, logged as well, or refused. Default drop'),
});
