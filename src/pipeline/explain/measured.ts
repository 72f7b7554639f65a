import type { Deployment } from '../../catalog/index.ts';
import type { DeploymentLoad, DeploymentStats, PlanInput, Standing } from '../../routing/index.ts';
import { nanoFromPico } from '../../std/index.ts';

/** What is known of a deployment when it gets its place. */
export type Measured = {
  readonly standing: Standing;
  readonly stats: DeploymentStats;
  readonly load: DeploymentLoad;
  /** Picodollars a unit, at the tier of the expected size; null: no price is known. */
  readonly price: { readonly input: bigint; readonly output: bigint; readonly request: bigint } | null;
  /** Of a request of the expected size, nanodollars; null: no price is known. */
  readonly expectedCost: bigint | null;
};

export function measured(deployment: Deployment, input: PlanInput): Measured {
  const { health, load, nowMs, inputTokens, outputTokens } = input;
  const tier = deployment.price?.tiers.findLast(({ fromInputTokens }) => fromInputTokens <= inputTokens);
  return {
    standing: health.standing(deployment, nowMs),
    stats: health.stats(deployment, nowMs),
    load: load(deployment, nowMs),
    price: tier === undefined ? null : { input: tier.input, output: tier.output, request: tier.request },
    expectedCost:
      tier === undefined
        ? null
        : nanoFromPico(
            tier.input * BigInt(Math.ceil(inputTokens)) + tier.output * BigInt(Math.ceil(outputTokens)) + tier.request,
          ),
  };
}
