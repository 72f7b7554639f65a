export { type CounterFacts, type Dependencies, dependencyRoutes } from './dependency-doors.ts';
export { type HealthFacts, healthRoutes } from './health.ts';
export { metricsRoutes } from './metrics.ts';
