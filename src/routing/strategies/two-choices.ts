import type { Deployment } from '../../catalog/index.ts';
import { PLACES_IN_ORDER } from './shuffle.ts';
import type { Strategy, StrategyContext } from './strategy.ts';

/** A failure counts like this many times the latency, and half of that two seconds later. */
const FAILURE_COST = 10;
const FAILURE_HALF_LIFE_MS = 2_000;
/** Somebody finds out already how fast it is: nobody else should. */
const UNMEASURED_COST = 1e9;

/**
 * Power of two choices: of two drawn at random, the one with the lower peak EWMA of the time to the first byte for each
 * call in flight (Finagle's P2C). Fast without the herd that runs to the best; a drawn-out answer counts at once. The
 * others follow in the order of their draws, so that what is tried next is random as well.
 */
export const twoChoices: Strategy = {
  id: 'two-choices',
  isEven: true,
  order: (deployments, context) => {
    const left = [...deployments];
    shuffle(left, context.random);
    const order: Deployment[] = [];
    while (left.length > 1 && order.length < PLACES_IN_ORDER) {
      const [one, other] = [left[left.length - 1], left[left.length - 2]];
      if (one === undefined || other === undefined) break;
      const [better, worse] = costOf(one, context) <= costOf(other, context) ? [one, other] : [other, one];
      order.push(better);
      left.length -= 2;
      left.push(worse);
    }
    return [...order, ...left];
  },
};

function costOf(deployment: Deployment, { stats, load, nowMs }: StrategyContext): number {
  if (deployment.weight <= 0) return Number.POSITIVE_INFINITY;
  const { peakEwmaMs, lastFailureMs } = stats(deployment, nowMs);
  const { inFlight } = load(deployment, nowMs);
  const blame = lastFailureMs === null ? 1 : 1 + FAILURE_COST * 2 ** ((lastFailureMs - nowMs) / FAILURE_HALF_LIFE_MS);
  if (peakEwmaMs === null) return (inFlight === 0 ? 0 : UNMEASURED_COST * inFlight) + blame - 1;
  return (peakEwmaMs * (inFlight + 1) * blame) / deployment.weight;
}

/** Fisher and Yates. */
function shuffle(deployments: Deployment[], random: () => number): void {
  for (let index = deployments.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const [one, two] = [deployments[index], deployments[other]];
    if (one === undefined || two === undefined) continue;
    deployments[index] = two;
    deployments[other] = one;
  }
}
