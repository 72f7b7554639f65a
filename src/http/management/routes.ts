import { budgetRoutes } from '../budgets/budget.ts';
import { keyRoutes } from '../keys/key.ts';
import {
  customerRoutes,
  organizationMemberRoutes,
  organizationRoutes,
  partyFilterRoutes,
  projectRoutes,
  tagRoutes,
  teamMemberRoutes,
  teamRoutes,
  userRoutes,
} from '../parties/index.ts';
import type { Route } from '../route.ts';
import type { ManagementDoors } from './doors.ts';

const ROUTES: readonly ((doors: ManagementDoors) => readonly Route[])[] = [
  keyRoutes,
  teamRoutes,
  teamMemberRoutes,
  organizationRoutes,
  organizationMemberRoutes,
  projectRoutes,
  userRoutes,
  customerRoutes,
  partyFilterRoutes,
  budgetRoutes,
  tagRoutes,
];

/** LiteLLM's administration API, but for what it says of spending. */
export function managementRoutes(doors: ManagementDoors): readonly Route[] {
  return ROUTES.flatMap((routesOf) => routesOf(doors));
}
