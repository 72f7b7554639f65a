import { reachOf } from '../../access/index.ts';
import type { Caller } from '../../inference/index.ts';
import { usdFromNano } from '../../std/index.ts';
import type { AttemptRecord, ExchangeEvent, LeftOutRecord, PlacedRecord, PlanRecord } from '../../telemetry/index.ts';

/** Who reads: the operator's credentials, and what was said about them, are the operator's alone. */
export type Reader = 'operator' | 'tenant';

export function readerOf(caller: Caller): Reader {
  return reachOf(caller, 'health.details') === 'everything' ? 'operator' : 'tenant';
}

export type ShownAttempt = Omit<AttemptRecord, 'credential' | 'error' | 'costNanoUsd'> & {
  readonly credential?: string;
  readonly error: string | null;
  readonly cost_usd: number;
};

/** Every attempt with its cost. A tenant is told its charge: what it was not charged for is the operator's. */
export function shownAttempts(event: ExchangeEvent, reader: Reader): readonly ShownAttempt[] {
  return event.attempts.map((record) => {
    const { credential, error = null, costNanoUsd: _, ...attempt } = record;
    if (reader === 'operator') return { ...attempt, credential, error, cost_usd: usdFromNano(costOf(record, event)) };
    const isAnswer = attempt.outcome === 'answered';
    return {
      ...attempt,
      error: attempt.outcome === 'upstream_credential' ? null : error,
      cost_usd: isAnswer ? usdFromNano(BigInt(event.chargeNanoUsd)) : 0,
    };
  });
}

/** What the others did not take is the cost of the one that answered. */
function costOf({ outcome, costNanoUsd }: AttemptRecord, { attempts, costNanoUsd: whole }: ExchangeEvent): bigint {
  if (outcome !== 'answered') return BigInt(costNanoUsd ?? 0);
  return attempts.reduce((left, other) => left - BigInt(other.costNanoUsd ?? 0), BigInt(whole));
}

type ShownPlace = {
  readonly deployment: string;
  readonly provider: string;
  readonly model: string;
  readonly upstream_model: string;
  readonly credential?: string;
  readonly reason: string;
};

export type ShownPlan = {
  readonly candidates: readonly ShownPlace[];
  readonly excluded: readonly (ShownPlace & { readonly by: string })[];
  /** How many more of each there were than are kept. */
  readonly left_out: { readonly candidates: number; readonly excluded: number };
};

/** The plans of a call, one after the other: the asked models', then those of their fallbacks. */
export function shownRouting(event: ExchangeEvent, reader: Reader): { readonly plans: readonly ShownPlan[] } {
  const plans = event.plans.length > 0 ? event.plans : [onlyPlan(event)];
  return { plans: plans.filter((plan) => plan !== null).map((plan) => shownPlan(plan, reader)) };
}

/** Where an attempt says all that there was to plan, no plan is kept. */
function onlyPlan({ attempts: [attempt], requestedModel }: ExchangeEvent): PlanRecord | null {
  if (attempt === undefined) return null;
  const { deployment, provider, credential, upstreamModel, reason } = attempt;
  const model = requestedModel ?? upstreamModel;
  return {
    candidates: [{ deployment, provider, credential, upstreamModel, model, reason }],
    excluded: [],
    moreCandidates: 0,
    moreExcluded: 0,
  };
}

function shownPlan({ candidates, excluded, moreCandidates, moreExcluded }: PlanRecord, reader: Reader): ShownPlan {
  return {
    candidates: candidates.map((each) => shownPlace(each, reader)),
    excluded: excluded.map((each) => shownLeftOut(each, reader)),
    left_out: { candidates: moreCandidates, excluded: moreExcluded },
  };
}

function shownLeftOut(left: LeftOutRecord, reader: Reader): ShownPlan['excluded'][number] {
  return { ...shownPlace(left, reader), by: left.by };
}

function shownPlace(place: PlacedRecord, reader: Reader): ShownPlace {
  const { deployment, provider, credential, upstreamModel, model, reason } = place;
  const named = reader === 'operator' ? { credential } : {};
  return { deployment, provider, model, upstream_model: upstreamModel, ...named, reason };
}
