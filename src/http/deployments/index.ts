import type { ModelBook } from '../../administration/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import type { SpentBy } from '../management/terms-answer.ts';
import type { Route } from '../route.ts';
import { accessGroupRoutes } from './access-group-doors.ts';
import { changeRoutes } from './change-doors.ts';
import { connectionTestRoutes } from './connection-test.ts';
import { credentialRoutes } from './credential-doors.ts';
import { estimateRoutes } from './estimate-doors.ts';
import { fallbackRoutes } from './fallback-doors.ts';
import { groupRoutes } from './group-doors.ts';
import { hubRoutes } from './hub-doors.ts';
import { infoRoutes } from './info-doors.ts';
import { providerBudgetRoutes } from './provider-budgets.ts';
import { settingsRoutes } from './settings-doors.ts';

export type DeploymentDoors = { readonly spentBy: SpentBy; readonly version: string };

/** LiteLLM's administration of models: deployments, credentials, fallbacks, access groups, and what they come to. */
export function deploymentRoutes(
  book: ModelBook,
  rooms: Rooms,
  { spentBy, version }: DeploymentDoors,
): readonly Route[] {
  return [
    ...changeRoutes(book),
    ...infoRoutes(book),
    ...groupRoutes(book),
    ...credentialRoutes(book),
    ...fallbackRoutes(book),
    ...accessGroupRoutes(book),
    ...connectionTestRoutes(book),
    ...estimateRoutes(rooms),
    ...settingsRoutes(rooms),
    ...providerBudgetRoutes({ policies: rooms.policies, spentBy }),
    ...hubRoutes(book, version),
  ];
}
