export { changeKey } from './change-key.ts';
export { correctExchange } from './correct-exchange.ts';
export { createKey } from './create-key.ts';
export { type CostMismatch, type Recomputed, recomputeCosts } from './recompute-costs.ts';
