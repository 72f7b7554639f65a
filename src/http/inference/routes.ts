import type { Rooms } from '../../pipeline/index.ts';
import { modelRoutes } from '../models/models.ts';
import { providerRoutes } from '../models/openrouter-routes.ts';
import type { Route } from '../route.ts';
import { countRoutes } from './count-routes.ts';
import { greetingRoutes } from './greeting-routes.ts';
import { ollamaRoutes } from './ollama-routes.ts';
import { responseRoutes } from './responses.ts';
import { tokenCounterRoutes } from './token-counter-routes.ts';

export { inferenceAddresses } from './doors.ts';

/** What the clients of inference ask beside it: for models, counts and kept responses. */
export function inferenceRoutes(rooms: Rooms): readonly Route[] {
  return [
    ...providerRoutes(rooms),
    ...modelRoutes(rooms),
    ...countRoutes(rooms),
    ...tokenCounterRoutes(rooms),
    ...responseRoutes(rooms),
    ...ollamaRoutes(rooms),
    ...greetingRoutes(rooms),
  ];
}
