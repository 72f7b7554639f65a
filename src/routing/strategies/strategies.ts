import type { Strategy, StrategyId } from './strategy.ts';
import { weighted } from './weighted.ts';

export const strategies: Readonly<Partial<Record<StrategyId, Strategy>>> = { weighted };

export function strategyOf(id: StrategyId): Strategy {
  return strategies[id] ?? weighted;
}
