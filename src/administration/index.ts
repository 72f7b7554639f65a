export { type Belongings, type IsRuled, requireBelongings } from './belongings.ts';
export { bookCredit, type CreditBooks } from './book-credit.ts';
export { findBudget, removeBudget } from './budgets.ts';
export { changeKey } from './change-key.ts';
export { correctExchange } from './correct-exchange.ts';
export { createKey } from './create-key.ts';
export { findWorkspace, requireMember } from './find-workspace.ts';
export {
  addMembers,
  findMember,
  type GroupKind,
  type Joining,
  type MemberFacts,
  membersOfNew,
  type NamedUser,
} from './memberships.ts';
export { changeParty, createParties, createParty, findParty, noParty, removeParties } from './parties.ts';
export { type CostMismatch, type Recomputed, recomputeCosts } from './recompute-costs.ts';
export { rotateKey } from './rotate-key.ts';
export { noKey, notAllowed, requireAllowed, type Subject, type SubjectDoors } from './subject.ts';
export { changeUser, createUser, type Joined } from './users.ts';
