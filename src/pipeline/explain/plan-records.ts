import type { Candidate, Excluded, Plan } from '../../routing/index.ts';
import type { PlacedRecord, PlanRecord } from '../../telemetry/index.ts';
import type { Exchange } from '../exchange.ts';

/** Of each list of a plan; a wildcard may stand for hundreds of deployments. */
export const MOST_KEPT = 20;

const NONE: readonly PlanRecord[] = [];

/** The plans as they are kept: none where the only deployment was tried, for its attempt says the same. */
export function planRecords({ plans, attempts }: Pick<Exchange, 'plans' | 'attempts'>): readonly PlanRecord[] {
  const [first] = plans;
  if (first === undefined) return NONE;
  if (plans.length === 1 && attempts.length > 0 && hasOnlyOne(first)) return NONE;
  return plans.map(planRecord);
}

function hasOnlyOne({ candidates, excluded }: Plan): boolean {
  return candidates.length === 1 && excluded.length === 0;
}

export function planRecord({ candidates, excluded }: Plan): PlanRecord {
  return {
    candidates: candidates.slice(0, MOST_KEPT).map(placed),
    excluded: excluded.slice(0, MOST_KEPT).map((each) => ({ ...placed(each), by: each.by })),
    moreCandidates: Math.max(0, candidates.length - MOST_KEPT),
    moreExcluded: Math.max(0, excluded.length - MOST_KEPT),
  };
}

function placed({ deployment, model, reason }: Candidate | Excluded): PlacedRecord {
  const { id, provider, credential, upstreamModel } = deployment;
  return { deployment: id, provider, credential, upstreamModel, model: model.name, reason };
}
