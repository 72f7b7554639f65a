import type { ReportDoors } from '../reports/doors.ts';
import type { Route } from '../route.ts';
import { accountActivityRoutes } from './account-activity.ts';
import { dailyActivityRoutes } from './daily-activity.ts';
import { globalActivityRoutes } from './global-activity.ts';
import { globalReportRoutes } from './global-report.ts';
import { globalSpendRoutes } from './global-spend.ts';
import { logPageRoutes } from './log-pages.ts';
import { partySpendRoutes } from './spend-by-party.ts';
import { tagActivityRoutes } from './tag-activity.ts';

const ROUTES: readonly ((doors: ReportDoors) => readonly Route[])[] = [
  logPageRoutes,
  partySpendRoutes,
  globalSpendRoutes,
  globalReportRoutes,
  globalActivityRoutes,
  dailyActivityRoutes,
  tagActivityRoutes,
  accountActivityRoutes,
];

/** LiteLLM's and OpenRouter's doors to what was spent, all of them over the sums that `/reports` tells. */
export function spendReportRoutes(doors: ReportDoors): readonly Route[] {
  return ROUTES.flatMap((routesOf) => routesOf(doors));
}
