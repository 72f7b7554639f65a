export type { FilterId } from './filters/filter.ts';
export { type AttemptReport, type Health, type HealthPolicy, openHealth, type Standing } from './health/health.ts';
export { type DeploymentStats, noStats, type Percentiles } from './health/stats.ts';
export type { Needs } from './needs.ts';
export { type Candidate, type Excluded, type Plan, type PlanInput, type Preference, plan } from './plan.ts';
export type { RoutingPolicy } from './policy.ts';
export { noPreferences, type Preferences } from './preferences/preferences.ts';
export { readPreferences } from './preferences/read-preferences.ts';
export { Allowance, type Leave } from './retry/allowance.ts';
export { type AttemptTimeouts, attemptTimeouts, type DeadlineLeft } from './retry/attempt-timeouts.ts';
export { type CandidateFailure, Course, type CourseStep } from './retry/course.ts';
export { type HedgeAfter, type HedgePolicy, hedgeDelayMs } from './retry/hedge-delay.ts';
export { RetryBudget, type RetryBudgetPolicy, RetryBudgets, usualRetryBudget } from './retry/retry-budget.ts';
export {
  noRetryPolicy,
  type RetryCause,
  type RetryCounts,
  type RetryPolicy,
  retriesFor,
} from './retry/retry-policy.ts';
export { SessionAffinity, type SessionKey } from './session-affinity.ts';
export { strategyOf } from './strategies/strategies.ts';
export type { DeploymentLoad, Strategy, StrategyId } from './strategies/strategy.ts';
