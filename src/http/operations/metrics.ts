import { type Route, route } from '../route.ts';

/** Prometheus' text; costs and models are nobody else's business, so it wants the master key. */
export function metricsRoutes(collect: () => Promise<string>): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/metrics',
      summary: 'Prometheus metrics.',
      action: 'metrics.read',
      answer: async () => ({ body: await collect(), contentType: 'text/plain; version=0.0.4; charset=utf-8' }),
    }),
  ];
}
