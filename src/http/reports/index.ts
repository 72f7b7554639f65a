export type { ReportDoors } from './doors.ts';
export { reportRoutes } from './routes.ts';
