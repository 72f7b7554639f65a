export { type CreditDoors, creditRoutes } from './credits.ts';
export { generationRoutes } from './generation.ts';
export type { KeyUsageOf } from './key-record.ts';
export { accountKeyRoutes } from './keys.ts';
