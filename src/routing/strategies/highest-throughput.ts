import type { Deployment } from '../../catalog/index.ts';
import { measuredOr } from './measured.ts';
import { byWeight, sortedBy } from './shuffle.ts';
import type { Strategy } from './strategy.ts';

/** The most output tokens a second first, by a percentile of the last five minutes; what is not measured is tried. */
export const highestThroughput: Strategy = {
  id: 'highest-throughput',
  order: (deployments, context) => {
    const { stats, nowMs, options } = context;
    const rank = (deployment: Deployment): number => {
      const { throughput } = stats(deployment, nowMs);
      const measured = throughput === null ? null : throughput[options.percentile];
      return -(measuredOr(Number.MAX_VALUE, measured, deployment, context) ?? 0);
    };
    return sortedBy(deployments, rank, byWeight, context.random);
  },
};
