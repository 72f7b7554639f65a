export {
  type Admission,
  type Admissions,
  type AdmissionsOptions,
  type Moment,
  type NotAdmitted,
  openAdmissions,
} from './admit.ts';
export {
  type DeploymentSlots,
  openDeploymentSlots,
  type SlotRefusal,
} from './deployment-slots.ts';
export type { LimitInUse } from './gauge.ts';
export { LearnedLimits } from './learned-limits.ts';
export { mayClampIn, newsOfPurses, type OpenPurses, refuseFor } from './open-purses.ts';
export type { PriorityClass, PriorityClasses } from './priority-classes.ts';
export { type BudgetNews, potIdOf } from './purse.ts';
export type { CallTokens } from './rates.ts';
export { creditsExceeded } from './refusal.ts';
export {
  type Allowances,
  completeAllowance,
  type LimitedCall,
  type LimitedParty,
  NO_RULES,
  type RuleBook,
} from './rule-book.ts';
export { idInScopeName, type Scope, type ScopeKind, scopeName } from './scope.ts';
export { openSharing, type Sharing, type SharingFacts } from './sharing/sharing.ts';
export { openSlotQueue, type SlotQueue, type SlotRequest } from './slot-queue.ts';
export type { DeploymentLimits, SlotTaking } from './slot-taking.ts';
