export { keyRoutes } from './key.ts';
export type { SpentBy } from './key-answer.ts';
export type { KeyDoors } from './key-doors.ts';
export { type RequestLogReader, spendRoutes } from './spend.ts';
