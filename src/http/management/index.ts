export { type AuditDoors, auditRoutes } from './audit.ts';
export type { ManagementDoors } from './doors.ts';
export { readerOf } from './shown-routing.ts';
export { type RequestLogReader, spendRoutes } from './spend.ts';
export type { SpentBy, SpentMost } from './terms-answer.ts';
