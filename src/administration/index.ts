export { changeKey } from './change-key.ts';
export { createKey } from './create-key.ts';
export {
  addMembers,
  findMember,
  type GroupKind,
  type Joining,
  type MemberFacts,
  membersOfNew,
  type NamedUser,
} from './memberships.ts';
export { changeParty, createParties, findParty, noParty, removeParties } from './parties.ts';
export { type CostMismatch, type Recomputed, recomputeCosts } from './recompute-costs.ts';
