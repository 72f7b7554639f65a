import {
  organizationMemberRoutes,
  organizationRoutes,
  projectRoutes,
  teamMemberRoutes,
  teamRoutes,
} from '../parties/index.ts';
import type { Route } from '../route.ts';
import type { ManagementDoors } from './doors.ts';
import { keyRoutes } from './key.ts';

const ROUTES: readonly ((doors: ManagementDoors) => readonly Route[])[] = [
  keyRoutes,
  teamRoutes,
  teamMemberRoutes,
  organizationRoutes,
  organizationMemberRoutes,
  projectRoutes,
];

/** LiteLLM's administration API, but for what it says of spending. */
export function managementRoutes(doors: ManagementDoors): readonly Route[] {
  return ROUTES.flatMap((routesOf) => routesOf(doors));
}
