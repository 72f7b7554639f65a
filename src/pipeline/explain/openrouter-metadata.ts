import type { Deployment } from '../../catalog/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { attemptStatus } from '../../telemetry/index.ts';
import type { Exchange } from '../exchange.ts';
import { isByok } from '../planning/is-byok.ts';
import type { Rooms } from '../rooms.ts';
import { MOST_KEPT } from './plan-records.ts';

/**
 * OpenRouter's account of how a call was routed, member by member. `answeredBy` is null where nobody answered. Its
 * `region` is where the deployment runs: this gateway has no edge whose name could stand there.
 */
export function openRouterMetadata(
  exchange: Exchange,
  answeredBy: Deployment | null,
  rooms: Pick<Rooms, 'policies'>,
): JsonObject {
  const { request, plans, attempts } = exchange;
  const candidates = plans.flatMap((plan) => plan.candidates);
  const selected = candidates.findLast(({ deployment }) => deployment.id === answeredBy?.id);
  return {
    requested: request?.model ?? null,
    strategy: strategyOf(exchange),
    region: answeredBy?.region ?? null,
    summary: `available=${candidates.length}, selected=${answeredBy?.provider ?? 'none'}`,
    attempt: attempts.length,
    is_byok: answeredBy !== null && isByok(exchange, answeredBy, rooms),
    endpoints: {
      total: plans.reduce((sum, plan) => sum + plan.candidates.length + plan.excluded.length, 0),
      available: candidates.slice(0, MOST_KEPT).map((candidate) => ({
        provider: candidate.deployment.provider,
        model: candidate.deployment.upstreamModel,
        selected: candidate === selected,
      })),
    },
    attempts: attempts.map((attempt) => ({
      provider: attempt.provider,
      model: attempt.upstreamModel,
      status: attemptStatus(attempt),
    })),
    pipeline: [],
  };
}

/** OpenRouter's word for a model list, or for a model's stand-in, is `fallback`. */
function strategyOf({ plans }: Exchange): 'direct' | 'fallback' | 'alias' {
  const models = new Set(plans.flatMap((plan) => [...plan.candidates, ...plan.excluded].map(({ model }) => model)));
  if (models.size > 1) return 'fallback';
  const [model] = models;
  return model?.resolvedBy.startsWith('alias') === true ? 'alias' : 'direct';
}
