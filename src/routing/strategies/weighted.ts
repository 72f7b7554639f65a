import type { Strategy } from './strategy.ts';

/**
 * Weighted shuffle: the chance to stand first is weight over the sum of weights. Sorting by -log(u)/w draws without
 * replacement in proportion to w (Efraimidis and Spirakis).
 */
export const weighted: Strategy = {
  id: 'weighted',
  order: (deployments, { random }) =>
    deployments
      .map((deployment) => ({
        deployment,
        key: deployment.weight > 0 ? -Math.log(1 - random()) / deployment.weight : Number.POSITIVE_INFINITY,
      }))
      .sort((a, b) => a.key - b.key)
      .map(({ deployment }) => deployment),
};
