import { type Route, type RouteAnswer, route } from '../route.ts';
import { referenceScript, referenceStyle } from './assets.ts';
import { type InferenceAddress, type OpenApi, openApiOf } from './openapi.ts';
import { referencePage } from './page.ts';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** The reference of all routes, for programs and for people. Worked out when it is first asked for. */
export function referenceRoutes(
  routes: () => Promise<readonly Route[]>,
  inference: readonly InferenceAddress[],
  version: string,
): readonly Route[] {
  const document = once(async () => openApiOf(await routes(), inference, version));
  const page = once(async () => referencePage(await document()));
  return [
    route({
      method: 'GET',
      path: '/routes',
      summary: 'Every address with its methods.',
      action: 'settings.read',
      answer: async () => ({ body: { routes: addressesIn(await document()) } }),
    }),
    asset('/openapi.json', 'The API, as OpenAPI 3.1.', async () => ({ body: await document() })),
    asset('/docs', 'The API, as a page.', async () => ({
      body: await page(),
      contentType: 'text/html; charset=utf-8',
    })),
    asset('/docs/reference.css', 'Of the page.', () => ({
      body: referenceStyle,
      contentType: 'text/css; charset=utf-8',
    })),
    asset('/docs/reference.js', 'Of the page.', () => ({
      body: referenceScript,
      contentType: 'text/javascript; charset=utf-8',
    })),
  ];
}

function addressesIn({ paths }: OpenApi) {
  return Object.entries(paths).map(([path, methods]) => ({
    path,
    methods: Object.keys(methods).map((method) => method.toUpperCase()),
    name: Object.values(methods)[0]?.operationId ?? null,
    endpoint: null,
  }));
}

function asset(path: string, summary: string, answer: () => RouteAnswer | Promise<RouteAnswer>): Route {
  return route({
    method: 'GET',
    path,
    summary,
    action: 'public',
    answer: async () => ({ ...(await answer()), headers: HEADERS }),
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
