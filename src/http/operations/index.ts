export { type CounterFacts, type Dependencies, dependencyRoutes } from './dependency-doors.ts';
export { type HealthFacts, healthRoutes } from './health.ts';
export { type LedgerDoors, ledgerRoutes } from './ledger-doors.ts';
export { limitRoutes } from './limits.ts';
export { metricsRoutes } from './metrics.ts';
export { type RunningFacts, settingsRoutes } from './settings-doors.ts';
