export {
  type Admission,
  type Admissions,
  type AdmissionsOptions,
  type Moment,
  openAdmissions,
} from './admit.ts';
export {
  type DeploymentLimits,
  type DeploymentSlots,
  openDeploymentSlots,
  type SlotRefusal,
} from './deployment-slots.ts';
export { mayClampIn, newsOfPurses, type OpenPurses, refuseFor } from './open-purses.ts';
export { type BudgetNews, potIdOf } from './purse.ts';
export type { CallTokens } from './rates.ts';
export { type Allowances, type LimitedCall, type LimitedParty, NO_RULES, type RuleBook } from './rule-book.ts';
export { type Scope, type ScopeKind, scopeName } from './scope.ts';
export { openSlotQueue, type SlotQueue, type SlotRequest } from './slot-queue.ts';
