import type { Route } from '../route.ts';
import type { ManagementDoors } from './doors.ts';
import { keyRoutes } from './key.ts';

/** LiteLLM's administration API, but for what it says of spending. */
export function managementRoutes(doors: ManagementDoors): readonly Route[] {
  return keyRoutes(doors);
}
