import { z } from 'zod';
import { strategyNames } from '../settings/strategies.ts';
import { timeouts } from './schema-models.ts';
import { count, duration, flag, mapping, names, share, weight } from './schema-values.ts';

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

const breaker = mapping({
  sample: count(1, 1_000).optional().describe('So many of the last calls are looked at. Default 20'),
  error_share: share.optional().describe('This share of failures among them rests a deployment. Default 0.5'),
  window: duration.optional().describe('Failures longer ago count no more. Default 1m'),
  longest_rest: duration.optional().describe('Rests that follow each other double up to this. Default 1m'),
  allowed_fails: mapping({
    error: count(0).optional(),
    timeout: count(0).optional(),
    rate_limit: count(0).optional(),
    credential: count(0).optional(),
  })
    .optional()
    .describe('Failures in a row before it rests, by kind, instead of routing.allowed_fails'),
});

const probes = mapping({
  every: duration.describe('How often, such as 30s'),
  models: names.optional().describe('Whose deployments are asked. Default: all that are configured'),
  leave_out: flag.optional().describe('Whose last probe failed is left out while others are not. Default off'),
  stale_after: duration.optional().describe('After so long a failed probe says nothing. Default: twice every'),
  ignore_transient: flag.optional().describe('Probes that meet a rate limit or a time limit say nothing. Default off'),
  billed: flag.optional().describe('Those that cannot be asked for nothing are sent a chat of one token. Default off'),
});

const strategyOptions = mapping({
  percentile: z.enum(['p50', 'p75', 'p90', 'p99']).optional().describe('Of what was measured lately. Default p50'),
  latency_buffer: weight.optional().describe('Share above the lowest latency that is as good: 0.1. Default 0'),
});

const queue = mapping({
  wait: duration.optional().describe('How long a call waits where all are at their limits. Default 5s'),
  length: count(0).optional().describe('Calls that may wait at one deployment. Default 1000'),
  priority: count(0).optional().describe('Place of a call that asks for none; lower goes first. Default 0'),
});

const reserved = z.union(
  [
    share,
    mapping({
      rpm: count(1).optional().describe('Requests a minute'),
      tpm: count(1).optional().describe('Tokens a minute'),
    }).refine(({ rpm, tpm }) => (rpm === undefined) !== (tpm === undefined)),
  ],
  { error: 'expected a share such as 0.5, { rpm: 100 } or { tpm: 50k }' },
);

const priorities = mapping({
  reserve: z.record(z.string(), reserved).describe("By class: what it is guaranteed of each deployment's rpm and tpm"),
  default: share.optional().describe('What keys without a class are guaranteed together. Default: nothing'),
  saturated_at: share.optional().describe('From this share of a rate on, reservations are kept. Default 0.5'),
  teams: z.record(z.string(), z.string()).optional().describe("A team's class; else a key's own metadata.priority"),
});

export const routing = mapping({
  strategy: z.enum(strategyNames).optional().describe('Order within one priority. Default balanced'),
  strategy_options: strategyOptions.optional().describe('What the strategy goes by'),
  priorities: priorities.optional().describe('Reserved parts of the rates of deployments, by class'),
  queue: queue.optional().describe('Lines before deployments that are at their limits'),
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
  allowed_fails: count(0).optional().describe('Failures in a row before it rests. Default 3'),
  breaker: breaker.optional().describe('When deployments rest, in detail'),
  probes: probes.optional().describe('Asks deployments without a caller. Default: none'),
  affinity: mapping({
    kept: duration.optional().describe('After so long without an answer it is forgotten. Default 10m'),
    by_key: names
      .optional()
      .describe('Models at which calls without a session stay where their key was answered; *: all'),
  })
    .optional()
    .describe('What keeps the turns of a conversation at one deployment'),
  client_headers: names
    .optional()
    .describe(
      "Models whose calls take their client's x-* headers and anthropic-beta upstream; * for many. Default: none",
    ),
  tags: z
    .enum(['off', 'any', 'all'])
    .optional()
    .describe("Whether a request's tags choose deployments: one in common, or all of them. Default off"),
  timeouts: timeouts.optional(),
  default_fallbacks: names.optional().describe('For models without fallbacks of their own'),
  unsupported: z
    .enum(['drop', 'warn', 'reject'])
    .optional()
    .describe('What the upstream cannot be told: left out, logged as well, or refused. Default drop'),
  unfit_answers: z
    .enum(['pass', 'fail'])
    .optional()
    .describe('A plain answer that is not the JSON asked for: goes out, or the next candidate is asked. Default pass'),
});
