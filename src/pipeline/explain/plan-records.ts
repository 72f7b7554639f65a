import type { Candidate, Excluded, Plan } from '../../routing/index.ts';
import type { PlacedRecord, PlanRecord } from '../../telemetry/index.ts';
import type { Exchange, PassedOverFor } from '../exchange.ts';

/** Of each list of a plan; a wildcard may stand for hundreds of deployments. */
export const MOST_KEPT = 20;

type Planned = Pick<Exchange, 'plans' | 'passedOver'>;

const WORDS: Readonly<Record<PassedOverFor, string>> = {
  operation: 'it does not offer the operation',
  resting: 'it was resting by then',
  limit: 'it was at a limit',
  budget: 'a budget had no room for it',
  inexpressible: 'the request cannot be said to it',
};

const NONE: readonly PlanRecord[] = [];

/** The plans as they are kept: none where the only deployment was tried, for its attempt says the same. */
export function planRecords(exchange: Planned & Pick<Exchange, 'attempts'>): readonly PlanRecord[] {
  const { plans, attempts } = exchange;
  const [first] = plans;
  if (first === undefined) return NONE;
  if (plans.length === 1 && attempts.length > 0 && hasOnlyOne(first)) return NONE;
  return plans.map((plan) => planRecord(plan, exchange));
}

function hasOnlyOne({ candidates, excluded }: Plan): boolean {
  return candidates.length === 1 && excluded.length === 0;
}

export function planRecord({ candidates, excluded }: Plan, { passedOver }: Pick<Planned, 'passedOver'>): PlanRecord {
  return {
    candidates: candidates.slice(0, MOST_KEPT).map((candidate) => {
      const why = passedOver?.get(candidate);
      if (why === undefined) return placed(candidate);
      return { ...placed(candidate), reason: `${candidate.reason}; passed over: ${WORDS[why]}` };
    }),
    excluded: excluded.slice(0, MOST_KEPT).map((each) => ({ ...placed(each), by: each.by })),
    moreCandidates: Math.max(0, candidates.length - MOST_KEPT),
    moreExcluded: Math.max(0, excluded.length - MOST_KEPT),
  };
}

function placed({ deployment, model, reason }: Candidate | Excluded): PlacedRecord {
  const { id, provider, credential, upstreamModel } = deployment;
  return { deployment: id, provider, credential, upstreamModel, model: model.name, reason };
}
