import type { Deployment } from '../../catalog/index.ts';
import type { StrategyContext } from './strategy.ts';

/**
 * What was measured of a deployment, or `best` while it has to be found out: one call at a time goes there for that.
 * null: nothing is known and somebody is finding out already.
 */
export function measuredOr(
  best: number,
  measured: number | null,
  deployment: Deployment,
  { load, nowMs }: StrategyContext,
): number | null {
  if (measured !== null) return measured;
  return load(deployment, nowMs).inFlight === 0 ? best : null;
}
