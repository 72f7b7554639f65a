import { atItsTiers, type Deployment, type Model } from '../../catalog/index.ts';
import type { Caller } from '../../inference/index.ts';
import { mayCall, type Rooms } from '../../pipeline/index.ts';
import { providerRow } from '../../providers/index.ts';
import { type Route, route } from '../route.ts';
import { findListed } from './find-listed.ts';
import { architectureOf, endpointRow } from './openrouter-shape.ts';

type Json = Readonly<Record<string, unknown>>;

/** What the path of a model's endpoints ends with; names hold slashes of their own. */
const ENDPOINTS = '/endpoints';

/** The model's name in `author/slug/endpoints`; null: another address. */
export function modelOfEndpoints(rest: string): string | null {
  return rest.endsWith(ENDPOINTS) && rest.length > ENDPOINTS.length ? rest.slice(0, -ENDPOINTS.length) : null;
}

/**
 * OpenRouter's list of a model's endpoints: its deployments, each at its tiers of service as well, their prices, and how
 * they have done.
 */
export function endpointsOf(name: string, caller: Caller, rooms: Rooms): Json {
  const listed = findListed(name, caller, rooms);
  const model = rooms.policies().catalog.resolve(listed.id);
  const deployments = model?.deployments ?? [];
  const places = deployments.flatMap((each) => [each, ...atItsTiers(each)]);
  return {
    data: {
      id: listed.id,
      name: listed.id,
      created: listed.createdS,
      description: '',
      architecture: architectureOf(deployments),
      endpoints: model === null ? [] : places.map((place) => endpointOf(model, place, rooms)),
    },
  };
}

function endpointOf(model: Model, deployment: Deployment, { health, clock }: Rooms): Json {
  const nowMs = clock.monotonicMs();
  return endpointRow(model, deployment, {
    standing: health.standing(deployment, nowMs),
    isOutlier: health.outliers().has(deployment.circuit),
    stats: health.stats(deployment, nowMs),
  });
}

/** Whom requests can name in `provider.order` and its like: the providers, and the accounts with names of their own. */
export function providerRoutes(rooms: Rooms): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/providers',
      summary: 'The providers that are configured.',
      action: 'model.list',
      answer: () => ({ body: { data: providersOf(rooms) } }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/models/count',
      summary: 'How many models this key may call.',
      action: 'model.list',
      answer: ({ key }) => {
        const { catalog } = rooms.policies();
        return {
          body: { data: { count: catalog.list().filter(({ id }) => mayCall(key.caller, id, catalog)).length } },
        };
      },
    }),
  ];
}

const UNSAID = {
  privacy_policy_url: null,
  terms_of_service_url: null,
  status_page_url: null,
  headquarters: null,
  datacenters: null,
};

function providersOf({ policies }: Rooms): readonly Json[] {
  const rows = new Map<string, Json>();
  for (const { name: account, provider } of policies().accounts) {
    const name = providerRow(provider)?.name ?? provider;
    rows.set(provider, { name, slug: provider, ...UNSAID });
    if (account !== provider) rows.set(account, { name: `${name} (${account})`, slug: account, ...UNSAID });
  }
  return [...rows.values()];
}
