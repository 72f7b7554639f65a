export { type KeyDoors, keyRoutes } from './key.ts';
export type { SpentBy } from './key-answer.ts';
export { type RequestLogReader, spendRoutes } from './spend.ts';
