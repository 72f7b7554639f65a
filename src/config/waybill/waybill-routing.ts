import type { RetryConfiguration } from '../configuration.ts';
import { type Draft, given } from '../draft.ts';
import type { WaybillFile } from './schema.ts';

type RoutingEntry = NonNullable<WaybillFile['routing']>;

export function readRouting({ routing }: WaybillFile): Draft['routing'] {
  const { retry_budget: budget, hedge } = routing ?? {};
  return given({
    strategy: routing?.strategy,
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
    defaultFallbacks: routing?.default_fallbacks,
    unsupported: routing?.unsupported,
  });
}

function readRetry({
  models,
  least_pause: leastPauseMs,
  ...causes
}: NonNullable<RoutingEntry['retry']>): RetryConfiguration {
  const named = Object.entries(models ?? {}).map(([name, counts]) => [name, given(counts)] as const);
  return { causes: given(causes), models: Object.fromEntries(named), leastPauseMs: leastPauseMs ?? 0 };
}
