import { expectedCost } from './expected-cost.ts';
import { shuffled } from './shuffle.ts';
import type { Strategy } from './strategy.ts';

/** As OpenRouter: who failed within this time is tried after all who did not. */
const OUTAGE_WINDOW_MS = 30_000;
/** What costs nothing would win every draw; it is drawn as if a request cost a nanodollar. */
const LEAST_COST = 1_000;

/** Weighted random by 1/price²: at three times the price a deployment gets a ninth of the calls. */
export const priceWeighted: Strategy = {
  id: 'price-weighted',
  order: (deployments, context) => {
    const { stats, nowMs, random } = context;
    const share = (deployment: (typeof deployments)[number]): number =>
      deployment.weight / Math.max(LEAST_COST, expectedCost(deployment, context)) ** 2;
    const failedLately = (deployment: (typeof deployments)[number]): boolean => {
      const { lastFailureMs } = stats(deployment, nowMs);
      return lastFailureMs !== null && nowMs - lastFailureMs < OUTAGE_WINDOW_MS;
    };
    const unstable = deployments.filter(failedLately);
    if (unstable.length === 0) return shuffled(deployments, share, random);
    const stable = deployments.filter((deployment) => !unstable.includes(deployment));
    return [...shuffled(stable, share, random), ...shuffled(unstable, share, random)];
  },
};
