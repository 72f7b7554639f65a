export type { FilterId } from './filters/filter.ts';
export { type AttemptReport, type Health, type HealthPolicy, openHealth, type Standing } from './health/health.ts';
export { type DeploymentStats, noStats, type Percentiles } from './health/stats.ts';
export type { Needs } from './needs.ts';
export { type Candidate, type Excluded, type Plan, type PlanInput, type Preference, plan } from './plan.ts';
export type { RoutingPolicy } from './policy.ts';
export { membersKeptFrom, ownMembersIn } from './preferences/own-members.ts';
export { noPreferences, type Preferences, type Variant } from './preferences/preferences.ts';
export { type Asker, readPreferences } from './preferences/read-preferences.ts';
export { splitVariant, withVariants } from './preferences/variants.ts';
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
