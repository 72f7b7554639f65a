export { type KeyDoors, keyRoutes } from './key.ts';
export { type RequestLogReader, spendRoutes } from './spend.ts';
