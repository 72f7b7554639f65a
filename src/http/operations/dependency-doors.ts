import { z } from 'zod';
import { GatewayError } from '../../inference/index.ts';
import { type Route, route } from '../route.ts';

/** What the gateway stands on, each with a question that fails where it is not well. */
export type Dependencies = Readonly<Record<string, () => Promise<unknown>>>;

/** Where rates and limits are counted; `own`: this process alone knows them. */
export type CounterFacts = { readonly kind: string; readonly reachable: boolean; readonly processes: number };

export type DependencyDoors = {
  readonly services: Dependencies;
  readonly counters: () => CounterFacts;
  /** Calls under way in this process. */
  readonly inFlight: () => number;
};

/** LiteLLM's questions to single parts of what runs here. */
export function dependencyRoutes(doors: DependencyDoors): readonly Route[] {
  return [services(doors), cachePing(doors), backlog(doors)];
}

const serviceQuery = z.looseObject({ service: z.string().min(1) });

function services({ services: known }: DependencyDoors): Route {
  return route({
    method: 'GET',
    path: '/health/services',
    summary: `Ask one service that the gateway stands on: ${Object.keys(known).join(', ')}.`,
    action: 'health.details',
    query: serviceQuery,
    answer: async ({ query: { service } }) => {
      const ask = Object.hasOwn(known, service) ? known[service] : undefined;
      if (ask === undefined) {
        const message = `'service' must be one of ${Object.keys(known).join(', ')}, not '${service}'.`;
        throw new GatewayError('invalid_request', message, { param: 'service' });
      }
      await ask().catch((cause: unknown) => {
        throw new GatewayError('overloaded', `The service '${service}' does not answer.`, { cause });
      });
      return { body: { status: 'success', message: `The service '${service}' answers.` } };
    },
  });
}

/** Of LiteLLM's cache, what is here are the counters that processes share. Answers are not kept. */
function cachePing({ counters }: DependencyDoors): Route {
  return route({
    method: 'GET',
    path: '/cache/ping',
    summary: 'Whether the counters that processes share can be reached. Answers of models are not kept.',
    action: 'health.details',
    answer: () => {
      const { kind, reachable, processes } = counters();
      if (!reachable)
        throw new GatewayError('overloaded', `The counters (${kind}) cannot be reached; each process goes on alone.`);
      return {
        body: {
          status: 'healthy',
          cache_type: kind,
          ping_response: kind === 'own' ? null : true,
          set_cache_response: null,
          litellm_cache_params: null,
          processes,
        },
      };
    },
  });
}

function backlog({ inFlight }: DependencyDoors): Route {
  return route({
    method: 'GET',
    path: '/health/backlog',
    summary: 'Calls that are under way in the process that answers.',
    action: 'health.details',
    answer: () => ({ body: { in_flight_requests: inFlight() } }),
  });
}
