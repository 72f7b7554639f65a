import type { ManagementDoors } from '../management/doors.ts';
import type { Route } from '../route.ts';
import { customerRoutes } from './customer.ts';
import { organizationRoutes } from './organization.ts';
import { organizationMemberRoutes } from './organization-member.ts';
import { partyFilterRoutes } from './party-filters.ts';
import { projectRoutes } from './project.ts';
import { tagRoutes } from './tag.ts';
import { teamRoutes } from './team.ts';
import { teamMemberRoutes } from './team-member.ts';
import { userRoutes } from './user.ts';

const ROUTES: readonly ((doors: ManagementDoors) => readonly Route[])[] = [
  teamRoutes,
  teamMemberRoutes,
  organizationRoutes,
  organizationMemberRoutes,
  projectRoutes,
  userRoutes,
  customerRoutes,
  partyFilterRoutes,
  tagRoutes,
];

/** LiteLLM's administration of whom keys belong to. */
export function partyRoutes(doors: ManagementDoors): readonly Route[] {
  return ROUTES.flatMap((routesOf) => routesOf(doors));
}
