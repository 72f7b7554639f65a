import type { Deployment } from '../../catalog/index.ts';
import { byWeight, sortedBy } from './shuffle.ts';
import type { DeploymentLoad, Strategy } from './strategy.ts';

/** The fewest tokens this minute, among those whose limits have room for the request; the others behind them. */
export const usage: Strategy = {
  id: 'usage',
  order: (deployments, context) => {
    const { load, nowMs, inputTokens } = context;
    const rank = (deployment: Deployment): number => {
      const used = load(deployment, nowMs);
      return hasRoom(deployment, used, inputTokens) ? used.tokens : Number.MAX_SAFE_INTEGER;
    };
    return sortedBy(deployments, rank, byWeight, context.random);
  },
};

function hasRoom({ limits }: Deployment, { requests, tokens }: DeploymentLoad, inputTokens: number): boolean {
  return (limits.rpm === null || requests < limits.rpm) && (limits.tpm === null || tokens + inputTokens <= limits.tpm);
}
