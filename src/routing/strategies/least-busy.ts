import type { Deployment } from '../../catalog/index.ts';
import { byWeight, sortedBy } from './shuffle.ts';
import type { Strategy } from './strategy.ts';

/** The fewest calls in flight for its weight. */
export const leastBusy: Strategy = {
  id: 'least-busy',
  order: (deployments, { load, nowMs, random }) => {
    const rank = (deployment: Deployment): number =>
      deployment.weight > 0 ? load(deployment, nowMs).inFlight / deployment.weight : Number.POSITIVE_INFINITY;
    return sortedBy(deployments, rank, byWeight, random);
  },
};
