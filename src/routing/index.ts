export type { FilterId } from './filters/filter.ts';
export { type AttemptReport, type Health, type HealthPolicy, openHealth, type Standing } from './health/health.ts';
export { type DeploymentStats, noStats, type Percentiles } from './health/stats.ts';
export type { Needs } from './needs.ts';
export { type Candidate, type Excluded, type Plan, type PlanInput, type Preference, plan } from './plan.ts';
export type { RoutingPolicy } from './policy.ts';
export { noPreferences, type Preferences } from './preferences/preferences.ts';
export { readPreferences } from './preferences/read-preferences.ts';
export { SessionAffinity, type SessionKey } from './session-affinity.ts';
export { strategyOf } from './strategies/strategies.ts';
export {
  type DeploymentLoad,
  type Strategy,
  type StrategyId,
  type StrategyOptions,
  strategyIds,
} from './strategies/strategy.ts';
export { openTurns, type Turns } from './turns.ts';
