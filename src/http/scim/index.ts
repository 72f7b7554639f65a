import type { Route } from '../route.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import type { ScimDoors } from './doors.ts';
import { groupRoutes } from './group-routes.ts';
import { userRoutes } from './user-routes.ts';

export type { ScimDoors } from './doors.ts';

/** SCIM 2.0 (RFC 7643, RFC 7644): a directory keeps users and, as its groups, teams. */
export function scimRoutes(doors: ScimDoors): readonly Route[] {
  return [...discoveryRoutes(), ...userRoutes(doors), ...groupRoutes(doors)];
}
