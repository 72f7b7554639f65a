export { type AsCode, ManagedFault, openAsCode } from './as-code.ts';
export { type Asker, isOperator } from './attenuation/asker.ts';
export { isStillInvitable, requireInvitable, requireOwnInvitee, seesInvitationsOf } from './attenuation/inviting.ts';
export type { GroupKind, JoinedGroup, NamedUser } from './attenuation/joining.ts';
export type { AttenuationDoors } from './attenuation/key-attenuation.ts';
export { idOfNew } from './attenuation/party-attenuation.ts';
export { type Belongings, type IsRuled, requireBelongings } from './belongings.ts';
export { bookCredit, type CreditBooks } from './book-credit.ts';
export { findBudget, removeBudget } from './budgets.ts';
export { changeKey } from './change-key.ts';
export { type ContentDoors, type NotRead, type ReadContent, readContent } from './contents/read-content.ts';
export { correctExchange } from './correct-exchange.ts';
export { createKey, type KeyMaking } from './create-key.ts';
export { findWorkspace, requireMember } from './find-workspace.ts';
export { changeGoverned, createGovernedWith, type PartyMaking } from './governed-parties.ts';
export {
  addMembers,
  findMember,
  type Joining,
  type MemberFacts,
  membersOfNew,
} from './memberships.ts';
export {
  type AccessGroup,
  changeGroup,
  createGroup,
  findGroup,
  type GroupMembers,
  listGroups,
  removeGroup,
} from './models/access-groups.ts';
export {
  changeCredential,
  createCredential,
  findCredential,
  listCredentials,
  removeCredential,
  type ShownCredential,
  valuesOfDeployment,
} from './models/credentials.ts';
export {
  BLOCKED,
  changeDeployment,
  createDeployment,
  type DeploymentChanges,
  type NewDeployment,
  removeDeployment,
  type SettledDeployment,
} from './models/deployments.ts';
export { findFallback, putFallback, removeFallback } from './models/fallbacks.ts';
export type {
  ConnectionTest,
  DeploymentVerdict,
  EntryBook,
  FallbackType,
  FileCredential,
  FileFacts,
  ModelBook,
  ProposedDeployment,
  ProposedFallback,
} from './models/model-book.ts';
export { publicModels, setPublicModels } from './models/public-models.ts';
export {
  type AskedOverlay,
  type LaidOverlay,
  type LentTo,
  LONGEST_OVERLAY_MS,
  lentId,
  type Overlays,
  openOverlays,
} from './overlays.ts';
export { changeParty, createParties, createParty, findParty, noParty, removeParties } from './parties.ts';
export { type CostMismatch, type Recomputed, recomputeCosts } from './recompute-costs.ts';
export { rotateKey } from './rotate-key.ts';
export { noKey, notAllowed, requireAllowed, type Subject, type SubjectDoors } from './subject.ts';
export { changeTeamMembers, requireUsers, teamMemberIds } from './team-members.ts';
export { passwordIn } from './user-password.ts';
export { changeUser, createUser, type Joined } from './users.ts';
export { verifyBooks } from './verify-books.ts';
