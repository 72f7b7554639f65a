import { balanced } from './balanced.ts';
import { highestThroughput } from './highest-throughput.ts';
import { leastBusy } from './least-busy.ts';
import { lowestLatency } from './lowest-latency.ts';
import { lowestPrice } from './lowest-price.ts';
import { ordered } from './ordered.ts';
import { priceWeighted } from './price-weighted.ts';
import { roundRobin } from './round-robin.ts';
import type { Strategy, StrategyId } from './strategy.ts';
import { twoChoices } from './two-choices.ts';
import { usage } from './usage.ts';
import { weighted } from './weighted.ts';

export const strategies: Readonly<Record<StrategyId, Strategy>> = {
  balanced,
  weighted,
  'price-weighted': priceWeighted,
  'lowest-price': lowestPrice,
  'lowest-latency': lowestLatency,
  'highest-throughput': highestThroughput,
  'least-busy': leastBusy,
  usage,
  ordered,
  'round-robin': roundRobin,
  'two-choices': twoChoices,
};

export function strategyOf(id: StrategyId): Strategy {
  return strategies[id];
}
