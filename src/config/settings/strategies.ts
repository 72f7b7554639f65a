/** How the candidates of one priority are ordered; `litellm`: the names that its configurations use. */
export const strategies = [
  { name: 'weighted', available: true, litellm: ['simple-shuffle'] },
  { name: 'least-busy', available: false, litellm: ['least-busy'] },
  { name: 'usage', available: false, litellm: ['usage-based-routing', 'usage-based-routing-v2'] },
  { name: 'latency', available: false, litellm: ['latency-based-routing'] },
  { name: 'cost', available: false, litellm: ['cost-based-routing'] },
] as const;

export const availableStrategies: readonly string[] = strategies
  .filter((entry) => entry.available)
  .map((entry) => entry.name);
