import type { Deployment } from '../../catalog/index.ts';
import { measuredOr } from './measured.ts';
import { byWeight, sortedBy } from './shuffle.ts';
import type { Strategy } from './strategy.ts';

/**
 * The shortest time to the first token first, by a percentile of the last five minutes; those within the buffer of the
 * best by their weights. One that is not measured yet is tried at once, by one call at a time.
 */
export const lowestLatency: Strategy = {
  id: 'lowest-latency',
  order: (deployments, context) => {
    const { stats, nowMs, options } = context;
    const latency = (deployment: Deployment): number => {
      const { firstByteMs } = stats(deployment, nowMs);
      const measured = firstByteMs === null ? null : firstByteMs[options.percentile];
      return measuredOr(0, measured, deployment, context) ?? Number.POSITIVE_INFINITY;
    };
    const latencies = new Map(deployments.map((deployment) => [deployment, latency(deployment)]));
    const lowest = Math.min(...latencies.values());
    const bufferedTo = lowest * (1 + options.latencyBuffer);
    const rank = (deployment: Deployment): number => {
      const ms = latencies.get(deployment) ?? 0;
      return ms <= bufferedTo ? lowest : ms;
    };
    return sortedBy(deployments, rank, byWeight, context.random);
  },
};
