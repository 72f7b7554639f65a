import type { DeploymentId } from '../../inference/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import { healthQuery } from '../management/contract.ts';
import { type Route, route } from '../route.ts';
import { deploymentHealth, probeNow } from './deployment-health.ts';

export type HealthFacts = {
  /** False from the first signal to stop on, and while the store cannot be reached. */
  readonly isReady: () => boolean;
  readonly facts: () => Promise<Readonly<Record<string, unknown>>>;
};

export function healthRoutes(rooms: Rooms, health: HealthFacts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/health',
      summary: 'What runs, what rests, and how far the books are behind. Never calls a model unless asked.',
      action: 'health.details',
      query: healthQuery,
      answer: async ({ query: { probe } }) => ({
        body: {
          status: health.isReady() ? 'healthy' : 'not ready',
          ...(await health.facts()),
          ...(probe === 'true' || probe === 'billed' ? { probes: await probeNow(probe === 'billed', rooms) } : {}),
          resting: resting(rooms),
          deployments: deploymentHealth(rooms),
        },
      }),
    }),
  ];
}

function resting(rooms: Rooms): readonly { readonly model_id: DeploymentId; readonly for_ms: number }[] {
  return rooms.health
    .resting(rooms.clock.monotonicMs())
    .map(({ deployment, forMs }) => ({ model_id: deployment, for_ms: Math.ceil(forMs) }));
}
