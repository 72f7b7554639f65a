import type { Deployment, Model } from '../catalog/index.ts';
import type { DeploymentId } from '../inference/index.ts';
import type { FilterId, FilterInput } from './filters/filter.ts';
import { filters } from './filters/filters.ts';
import type { Health } from './health/health.ts';
import type { Strategy, StrategyContext } from './strategies/strategy.ts';

export type Candidate = {
  readonly deployment: Deployment;
  /** The asked model, or the one of its `models` that this deployment stands for. */
  readonly model: Model;
  readonly reason: string;
};

export type Excluded = {
  readonly deployment: Deployment;
  readonly model: Model;
  /** Which filter left it out. */
  readonly by: FilterId;
  readonly reason: string;
};

/** The order of a call's candidates, and why each other deployment is not among them. */
export type Plan = { readonly candidates: readonly Candidate[]; readonly excluded: readonly Excluded[] };

export type Preference = {
  readonly deployment: DeploymentId;
  readonly reason: string;
  /** False: among those of the lowest priority number only. What is cached there is not worth a dearer deployment. */
  readonly outranks: boolean;
};

export type PlanInput = Omit<FilterInput, 'standing'> &
  Omit<StrategyContext, 'stats'> & {
    /** The asked one, then those that the request names beside it. */
    readonly models: readonly Model[];
    readonly strategy: Strategy;
    /** Comes first while it does not rest. null: none. */
    readonly preferred: Preference | null;
    readonly health: Pick<Health, 'standing' | 'stats'> & Partial<Pick<Health, 'outliers'>>;
  };

/**
 * Model after model; within one, lower priority numbers first; within one priority, as the strategy says. Pure: the
 * same input gives the same plan.
 */
export function plan(input: PlanInput): Plan {
  const candidates: Candidate[] = [];
  const excluded: Excluded[] = [];
  const { standing, stats } = input.health;
  const outliers = input.health.outliers?.() ?? NONE;
  const [given, context] = [
    { ...input, standing },
    { ...input, stats },
  ];
  for (const model of input.models) {
    const passed: Deployment[] = [];
    for (const deployment of model.deployments) {
      const objection = firstObjection(deployment, given);
      if (objection === null) passed.push(deployment);
      else excluded.push({ deployment, model, ...objection });
    }
    candidates.push(...outliersLast(inOrder(model, passed, input.strategy, context), outliers));
  }
  return { candidates: first(input.preferred, candidates), excluded };
}

function firstObjection(deployment: Deployment, input: FilterInput): Pick<Excluded, 'by' | 'reason'> | null {
  for (const { id, objection } of filters) {
    const reason = objection(deployment, input);
    if (reason !== null) return { by: id, reason };
  }
  return null;
}

function inOrder(
  model: Model,
  passed: readonly Deployment[],
  strategy: Strategy,
  context: StrategyContext,
): readonly Candidate[] {
  const [only] = passed;
  if (passed.length === 1 && only !== undefined) return [{ deployment: only, model, reason: 'the only deployment' }];
  const priorities = [...new Set(passed.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) => {
    const equals = passed.filter((deployment) => deployment.priority === priority);
    const reason = `priority ${priority}, ${strategy.id}`;
    return strategy.order(equals, context).map((deployment) => ({ deployment, model, reason }));
  });
}

const NONE: ReadonlySet<string> = new Set();

/** Those that fail far more often than their peers are better than nothing, and no better than that. */
function outliersLast(candidates: readonly Candidate[], outliers: ReadonlySet<string>): readonly Candidate[] {
  if (outliers.size === 0 || candidates.length < 2) return candidates;
  const isOutlier = ({ deployment }: Candidate): boolean => outliers.has(deployment.circuit);
  const last = candidates.filter(isOutlier).map((candidate) => ({ ...candidate, reason: FAILS_MORE }));
  return [...candidates.filter((candidate) => !isOutlier(candidate)), ...last];
}

const FAILS_MORE = 'last: it fails far more often than its peers';

function first(preferred: Preference | null, candidates: readonly Candidate[]): readonly Candidate[] {
  const candidate = candidates.find(({ deployment }) => deployment.id === preferred?.deployment);
  if (candidate === undefined || preferred === null) return candidates;
  const { deployment, model } = candidate;
  if (!preferred.outranks && deployment.priority !== candidates[0]?.deployment.priority) return candidates;
  const others = candidates.filter((other) => other !== candidate);
  return [{ deployment, model, reason: preferred.reason }, ...others];
}
