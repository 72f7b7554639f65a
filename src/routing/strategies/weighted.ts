import { byWeight, shuffled } from './shuffle.ts';
import type { Strategy } from './strategy.ts';

/** Weighted shuffle: the chance to stand first is weight over the sum of weights. */
export const weighted: Strategy = {
  id: 'weighted',
  isEven: true,
  order: (deployments, { random }) => shuffled(deployments, byWeight, random),
};
