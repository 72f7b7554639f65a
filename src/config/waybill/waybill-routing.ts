import type { Configuration, ProbesConfiguration, RetryConfiguration } from '../configuration.ts';
import { type Draft, given } from '../draft.ts';
import type { WaybillFile } from './schema.ts';

type RoutingEntry = NonNullable<WaybillFile['routing']>;

export function readRouting({ routing }: WaybillFile): Draft['routing'] {
  const { retry_budget: budget, hedge, queue, strategy_options: options } = routing ?? {};
  return given({
    strategy: routing?.strategy,
    strategyOptions: options === undefined ? undefined : readOptions(options),
    queue: queue === undefined ? undefined : readQueue(queue),
    retries: routing?.retries,
    retry: routing?.retry === undefined ? undefined : readRetry(routing.retry),
    retryBudget:
      budget === undefined
        ? undefined
        : { share: budget.share ?? 0.1, floor: budget.floor ?? 10, windowMs: budget.window ?? 10_000 },
    maxAttempts: routing?.max_attempts,
    maxFallbacks: routing?.max_fallbacks,
    deadlineMs: routing?.deadline,
    hedge: hedge === undefined ? undefined : { after: hedge.after ?? ('p95' as const), max: hedge.max ?? 1 },
    cooldownMs: routing?.cooldown,
    allowedFails: routing?.allowed_fails,
    clientHeaders: routing?.client_headers,
    tagging: routing?.tags,
    affinity:
      routing?.affinity === undefined
        ? undefined
        : { keptMs: routing.affinity.kept ?? 600_000, byKey: routing.affinity.by_key ?? [] },
    probes: readProbes(routing?.probes),
    defaultFallbacks: routing?.default_fallbacks,
    unsupported: routing?.unsupported,
    unfitAnswers: routing?.unfit_answers,
  });
}

function readQueue({
  wait: waitMs = 5_000,
  length = 1_000,
  priority,
}: NonNullable<RoutingEntry['queue']>): Configuration['routing']['queue'] {
  return { waitMs, length, ...given({ usualPriority: priority }) };
}

function readRetry({
  models,
  least_pause: leastPauseMs,
  ...causes
}: NonNullable<RoutingEntry['retry']>): RetryConfiguration {
  const named = Object.entries(models ?? {}).map(([name, counts]) => [name, given(counts)] as const);
  return { causes: given(causes), models: Object.fromEntries(named), leastPauseMs: leastPauseMs ?? 0 };
}

function readOptions({
  percentile,
  latency_buffer: buffer,
}: NonNullable<RoutingEntry['strategy_options']>): Configuration['routing']['strategyOptions'] {
  return { percentile: percentile ?? 'p50', latencyBuffer: buffer ?? 0 };
}

export function readBreaker({ routing }: WaybillFile): Draft['breaker'] {
  const { sample, error_share, window, longest_rest, allowed_fails } = routing?.breaker ?? {};
  return given({
    sample,
    errorShare: error_share,
    windowMs: window,
    longestRestMs: longest_rest,
    allowedFails: allowed_fails === undefined ? undefined : given(allowed_fails),
  });
}

function readProbes(probes: NonNullable<WaybillFile['routing']>['probes']): ProbesConfiguration | null {
  if (probes === undefined) return null;
  const { every: everyMs, models = null, billed = false, stale_after: staleMs = 2 * everyMs } = probes;
  const leavesOut = probes.leave_out === true ? { staleMs, ignoresTransient: probes.ignore_transient ?? false } : null;
  return { everyMs, models, billed, leavesOut };
}
