import type { Route } from '../route.ts';
import { spendReportRoutes } from '../spend/index.ts';
import type { ReportDoors } from './doors.ts';
import { logRoutes } from './logs.ts';
import { usageRoutes } from './usage.ts';

const ROUTES: readonly ((doors: ReportDoors) => readonly Route[])[] = [usageRoutes, logRoutes, spendReportRoutes];

/** Everything about what was used and spent, but for single amounts that are told beside keys and teams. */
export function reportRoutes(doors: ReportDoors): readonly Route[] {
  return ROUTES.flatMap((routesOf) => routesOf(doors));
}
