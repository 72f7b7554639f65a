import type { Deployment, Model } from '../catalog/index.ts';
import type { DeploymentId, DialectId } from '../inference/index.ts';
import type { Health } from './health.ts';

export type Candidate = { readonly deployment: Deployment; readonly reason: string };
export type Excluded = { readonly deployment: Deployment; readonly reason: string };

/** The order of a call's candidates, and why each other deployment is not among them. */
export type Plan = {
  readonly model: Model;
  readonly candidates: readonly Candidate[];
  readonly excluded: readonly Excluded[];
};

export type Preference = {
  readonly deployment: DeploymentId;
  readonly reason: string;
  /** False: among those of the lowest priority number only. What is cached there is not worth a dearer deployment. */
  readonly outranks: boolean;
};

export type PlanInput = {
  readonly model: Model;
  readonly dialect: DialectId;
  /** Whether a deployment's provider offers the operation. */
  readonly speaks: (deployment: Deployment, dialect: DialectId) => boolean;
  /** Comes first while it does not rest. null: none. */
  readonly preferred: Preference | null;
  readonly health: Pick<Health, 'restsUntilMs'>;
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
};

/**
 * Lower priority numbers first; within one, weighted shuffle (the chance to stand first is weight over the sum of
 * weights). If every deployment rests, resting is ignored: a call that may fail beats one that must.
 */
export function plan(input: PlanInput): Plan {
  const { model, dialect, health, nowMs } = input;
  const [only] = model.deployments;
  if (model.deployments.length === 1 && only !== undefined && input.speaks(only, dialect)) {
    return { model, candidates: [{ deployment: only, reason: 'the only deployment' }], excluded: [] };
  }
  const excluded: Excluded[] = [];
  const rested: Deployment[] = [];
  const resting: Deployment[] = [];
  for (const deployment of model.deployments) {
    if (!input.speaks(deployment, dialect))
      excluded.push({ deployment, reason: `its provider does not offer ${dialect}` });
    else if (health.restsUntilMs(deployment.id, nowMs) > 0) resting.push(deployment);
    else rested.push(deployment);
  }
  if (rested.length === 0)
    return { model, candidates: inOrder(resting, input.random, 'all deployments rest'), excluded };
  for (const deployment of resting) {
    excluded.push({
      deployment,
      reason: `rests for ${Math.ceil(health.restsUntilMs(deployment.id, nowMs) - nowMs)} ms after failures`,
    });
  }
  return { model, candidates: first(input.preferred, inOrder(rested, input.random, null)), excluded };
}

function first(preferred: Preference | null, candidates: readonly Candidate[]): readonly Candidate[] {
  const candidate = candidates.find(({ deployment }) => deployment.id === preferred?.deployment);
  if (candidate === undefined || preferred === null) return candidates;
  const { deployment } = candidate;
  if (!preferred.outranks && deployment.priority !== candidates[0]?.deployment.priority) return candidates;
  const others = candidates.filter((other) => other !== candidate);
  return [{ deployment, reason: preferred.reason }, ...others];
}

function inOrder(deployments: readonly Deployment[], random: () => number, note: string | null): readonly Candidate[] {
  // Sorting by -log(u)/w draws without replacement in proportion to w (Efraimidis and Spirakis).
  const keyed = deployments.map((deployment) => ({
    deployment,
    key: deployment.weight > 0 ? -Math.log(1 - random()) / deployment.weight : Number.POSITIVE_INFINITY,
  }));
  keyed.sort((a, b) => a.deployment.priority - b.deployment.priority || a.key - b.key);
  return keyed.map(({ deployment }) => ({
    deployment,
    reason: `priority ${deployment.priority}, weight ${deployment.weight}${note === null ? '' : `; ${note}`}`,
  }));
}
