/** How the candidates of one priority are ordered; `litellm`: the names that its configurations use. */
export const strategies = [
  { name: 'balanced', litellm: [] },
  { name: 'weighted', litellm: ['simple-shuffle'] },
  { name: 'price-weighted', litellm: [] },
  { name: 'lowest-price', litellm: ['cost-based-routing'] },
  { name: 'lowest-latency', litellm: ['latency-based-routing'] },
  { name: 'highest-throughput', litellm: [] },
  { name: 'least-busy', litellm: ['least-busy'] },
  { name: 'usage', litellm: ['usage-based-routing', 'usage-based-routing-v2'] },
  { name: 'ordered', litellm: [] },
  { name: 'round-robin', litellm: [] },
  { name: 'two-choices', litellm: [] },
] as const;

export type StrategyName = (typeof strategies)[number]['name'];

export const strategyNames: readonly StrategyName[] = strategies.map((entry) => entry.name);
