import { expectedCost } from './expected-cost.ts';
import { byWeight, sortedBy } from './shuffle.ts';
import type { Strategy } from './strategy.ts';

/** The cheapest for a request of this size; those of the same price by their weights, those without a price last. */
export const lowestPrice: Strategy = {
  id: 'lowest-price',
  order: (deployments, context) =>
    sortedBy(deployments, (deployment) => expectedCost(deployment, context), byWeight, context.random),
};
