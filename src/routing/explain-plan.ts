import { askedPrice, type Deployment } from '../catalog/index.ts';
import type { Candidate, Excluded, Plan } from './candidate.ts';
import type { Standing } from './health/standing.ts';
import type { DeploymentStats } from './health/stats.ts';
import { objectionsTo } from './plan.ts';
import type { PlanInput } from './plan-input.ts';
import type { DeploymentLoad } from './strategies/strategy.ts';

/** What was known of a deployment when it got its place. */
type Measured = {
  readonly standing: Standing;
  readonly stats: DeploymentStats;
  readonly load: DeploymentLoad;
  readonly weight: number;
  readonly priority: number;
  /** Picodollars a token, at the tier of the expected size; null: no price is known. */
  readonly price: { readonly input: bigint; readonly output: bigint; readonly request: bigint } | null;
  /** Of the expected size, in picodollars; null: no price is known. */
  readonly expectedCost: bigint | null;
};

export type Explanation = {
  readonly candidates: readonly (Candidate & Measured)[];
  /** With everything that stands against each, where the plan has the first alone. */
  readonly excluded: readonly (Excluded & Measured & { readonly objections: readonly string[] })[];
};

/** The numbers behind a plan, worked out only for those who ask. `input`: what it was made from. */
export function explainPlan(plan: Plan, input: PlanInput): Explanation {
  return {
    candidates: plan.candidates.map((candidate) => ({ ...candidate, ...measured(candidate.deployment, input) })),
    excluded: plan.excluded.map((left) => ({
      ...left,
      ...measured(left.deployment, input),
      objections: objectionsTo(left.deployment, left.model, input).map(({ reason }) => reason),
    })),
  };
}

function measured(deployment: Deployment, input: PlanInput): Measured {
  const { health, load, nowMs, inputTokens, outputTokens } = input;
  const tier = askedPrice(deployment)?.tiers.findLast(({ fromInputTokens }) => fromInputTokens <= inputTokens);
  return {
    standing: health.standing(deployment, nowMs),
    stats: health.stats(deployment, nowMs),
    load: load(deployment, nowMs),
    weight: deployment.weight,
    priority: deployment.priority,
    price: tier === undefined ? null : { input: tier.input, output: tier.output, request: tier.request },
    expectedCost:
      tier === undefined
        ? null
        : tier.input * BigInt(Math.ceil(inputTokens)) + tier.output * BigInt(Math.ceil(outputTokens)) + tier.request,
  };
}
