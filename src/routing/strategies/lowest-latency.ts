import type { Deployment } from '../../catalog/index.ts';
import { measuredOr } from './measured.ts';
import { byWeight, keysOf, sortedByKeys } from './shuffle.ts';
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
    const latencies = keysOf(deployments, latency);
    let lowest = Number.POSITIVE_INFINITY;
    for (const ms of latencies) if (ms < lowest) lowest = ms;
    const bufferedTo = lowest * (1 + options.latencyBuffer);
    for (let at = 0; at < latencies.length; at++) if ((latencies[at] ?? 0) <= bufferedTo) latencies[at] = lowest;
    return sortedByKeys(deployments, latencies, byWeight, context.random);
  },
};
