export { type Health, type HealthPolicy, openHealth } from './health.ts';
export { type Candidate, type Excluded, type Plan, type PlanInput, type Preference, plan } from './plan.ts';
export { SessionAffinity, type SessionKey } from './session-affinity.ts';
