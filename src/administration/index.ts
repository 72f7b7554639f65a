export { bookCredit, type CreditBooks } from './book-credit.ts';
export { changeKey } from './change-key.ts';
export { createKey } from './create-key.ts';
export { type CostMismatch, type Recomputed, recomputeCosts } from './recompute-costs.ts';
