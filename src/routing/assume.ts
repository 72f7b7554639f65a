import type { Model, Price } from '../catalog/index.ts';
import type { DeploymentId } from '../inference/index.ts';
import type { Health } from './health/health.ts';

/** What is taken to be otherwise, for a plan that nobody is sent by. */
export type Assumed = {
  readonly down: ReadonlySet<DeploymentId>;
  readonly prices: ReadonlyMap<DeploymentId, Price>;
};

/** Health as it is, but for those that are taken to be down: they rest until then, switched on or not. */
export function assumingDown<Known extends Pick<Health, 'standing'>>(
  health: Known,
  { down }: Pick<Assumed, 'down'>,
  untilMs: number,
): Known {
  if (down.size === 0) return health;
  const resting = Object.freeze({ state: 'open', untilMs, cause: 'assumed' } as const);
  return {
    ...health,
    standing: (deployment, nowMs) => (down.has(deployment.id) ? resting : health.standing(deployment, nowMs)),
  };
}

/** An assumed price is that of every tier of service. */
export function assumingPrices(model: Model, { prices }: Pick<Assumed, 'prices'>): Model {
  if (!model.deployments.some(({ id }) => prices.has(id))) return model;
  const deployments = model.deployments.map((deployment) => {
    const price = prices.get(deployment.id);
    if (price === undefined) return deployment;
    const { tierPrices: _, ...rest } = deployment;
    return { ...rest, price };
  });
  return { ...model, deployments };
}
