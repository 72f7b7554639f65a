export { type Assumed, assumingDown, assumingPrices } from './assume.ts';
export { type Availability, availabilityOf, type Relaxation } from './availability.ts';
export { type Explanation, explainPlan } from './explain-plan.ts';
export type { FilterId, Tagging } from './filters/filter.ts';
export { isWithinRegion } from './filters/region.ts';
export { LONGEST_REST_MS } from './health/circuit.ts';
export { type Health, openHealth, type Probed } from './health/health.ts';
export {
  type BreakerPolicy,
  type FailureKind,
  type HealthPolicy,
  type LastFailure,
  usualBreaker,
} from './health/health-policy.ts';
export { type HealthSharing, openHealthSharing } from './health/health-sharing.ts';
export type { LearnedLimit, LearnedLimits } from './health/learned-limits.ts';
export type { AttemptReport } from './health/report.ts';
export type { Standing } from './health/standing.ts';
export { type DeploymentStats, noStats, type Percentiles } from './health/stats.ts';
export type { HealthEvent } from './health/transition.ts';
export { leastTokens } from './least-tokens.ts';
export type { Needs } from './needs.ts';
export { type Candidate, type Excluded, type Plan, type PlanInput, type Preference, plan } from './plan.ts';
export type { RoutingPolicy } from './policy.ts';
export { membersKeptFrom, ownMembersIn } from './preferences/own-members.ts';
export { noPreferences, type Preferences, type Variant } from './preferences/preferences.ts';
export { type Asker, readPreferences } from './preferences/read-preferences.ts';
export { splitVariant, withVariants } from './preferences/variants.ts';
export { type AnswerQuality, judgeCalls, judgeStructure } from './quality/answer-quality.ts';
export { Allowance, type Leave } from './retry/allowance.ts';
export { type AttemptTimeouts, attemptTimeouts, type DeadlineLeft } from './retry/attempt-timeouts.ts';
export { type CandidateFailure, Course, type CourseStep } from './retry/course.ts';
export { type HedgeAfter, type HedgePolicy, hedgeDelayMs } from './retry/hedge-delay.ts';
export { RetryBudget, type RetryBudgetPolicy, RetryBudgets, usualRetryBudget } from './retry/retry-budget.ts';
export {
  noRetryPolicy,
  type RetryCounts,
  type RetryPolicy,
  retriesFor,
} from './retry/retry-policy.ts';
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
