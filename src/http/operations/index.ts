export { type HealthFacts, healthRoutes } from './health.ts';
export { metricsRoutes } from './metrics.ts';
