import type { Strategy } from './strategy.ts';
import { twoChoices } from './two-choices.ts';
import { weighted } from './weighted.ts';

/** Equal deployments by two choices; where the operator gave weights, by them. */
export const balanced: Strategy = {
  id: 'balanced',
  isEven: true,
  order: (deployments, context) => {
    const [first] = deployments;
    const isEqual = deployments.every(({ weight }) => weight === first?.weight);
    return (isEqual ? twoChoices : weighted).order(deployments, context);
  },
};
