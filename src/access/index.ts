export type { Action } from './action.ts';
export { keyTypes, mayCallRoute, routeGroups, routesOfKeyType } from './allowed-routes.ts';
export { authorize, type Resource } from './authorize.ts';
export { candidates } from './credential.ts';
export {
  type Approve,
  type CreatedKey,
  createKeyAdministration,
  type KeyAdministration,
  type KeyChanges,
  type KeyRotation,
  keyAsMade,
  type NewKey,
  type NotCreated,
  type NotRotated,
  type NotUpdated,
  type RotatedKey,
  type UpdatedKey,
} from './key-administration.ts';
export { isCustomSecret, isWellFormed, publicIdIn } from './key-format.ts';
export { type AliasPage, type KeyFilter, type KeyOrder, type KeyPage, keyOrders } from './key-list.ts';
export { createKeyRing, type KeyRing, type KeyRingOptions } from './key-ring.ts';
export { type KeyRules, NO_KEY_RULES } from './key-rules.ts';
export {
  type BudgetTerms,
  type ForgivenTerms,
  hasTerms,
  type KeyAllowances,
  type KeyTerms,
  type ModelBudgetTerms,
  type StatedTerms,
  termsWith,
} from './key-terms.ts';
export { type ChangedFact, changedFacts } from './managed/changed-facts.ts';
export type { Desired, DesiredKey, DesiredParty } from './managed/desired.ts';
export { type Lent, listLent } from './managed/lent-store.ts';
export {
  type MadeKey,
  openReconciler,
  planReconciliation,
  type Reconciled,
  type Reconciler,
} from './managed/reconcile.ts';
export type { KeyStep, PartyStep, Reconciling } from './managed/reconciliation.ts';
export { type KeyView, viewOf } from './management-keys.ts';
export { mayUseModel, type OtherNames } from './may-use-model.ts';
export {
  findMovedKeys,
  insertMovedKeys,
  type MovedKey,
  overwriteMovedKeys,
  readAliasesNow,
  readKeysNow,
} from './moving/moved-keys-store.ts';
export {
  type MovedParty,
  readEmailsNow,
  readPartiesNow,
  writeMovedParties,
} from './moving/moved-parties-store.ts';
export { type Reader, type RowNow, raiseChange } from './moving/moved-rows.ts';
export {
  memberId,
  type Party,
  type PartyFacts,
  type PartyKind,
  type PartyRowKind,
  type PartySettings,
  type PartyTerms,
  type StoredTerms,
  termsOfStored,
} from './parties/party.ts';
export {
  createPartyAdministration,
  isTaken,
  type NewParty,
  newMember,
  type PartyAdministration,
  type PartyChanges,
  partyAsMade,
} from './parties/party-administration.ts';
export type { PartyFilter, PartyPage, PartyPaging } from './parties/party-store.ts';
export { type InvitationBounds, type Link, type LinkPurpose, linkPath } from './people/link.ts';
export { type Links, openLinks } from './people/links.ts';
export type { Lockout } from './people/lockouts.ts';
export { openPeople, type People, type PeopleOptions, type Person, type SignedIn } from './people/people.ts';
export type { Session } from './people/session.ts';
export type { SessionLifetimes } from './people/sessions.ts';
export type { AccessChange, Recording } from './recording.ts';
export {
  type FieldRule,
  type GovernedKind,
  governedKinds,
  keyFieldRules,
  type Need,
  type PartyFieldRule,
  partyFieldRules,
} from './roles/field-rules.ts';
export { matrix, memberPermissions, type Role, type Row, roles, type Scope } from './roles/matrix.ts';
export { groupsOf, isNamed, type Known, ownersOfKey, ownersOfParty, type Place } from './roles/owners.ts';
export { personId } from './roles/person.ts';
export {
  baseRole,
  covers,
  isReading,
  type LimitedReach,
  NOBODYS,
  type Owners,
  type Reach,
  reachesAnything,
  reachOf,
  USER_ROLES,
  type Within,
} from './roles/reach.ts';
export {
  changedMembers,
  type KeyMember,
  type PartyMember,
  type Settable,
  settableOfKey,
  settableOfParty,
} from './roles/settable.ts';
export {
  beginExchange,
  endExchange,
  isExchanging,
  isSecretKey,
} from './secrets/exchange-secret-key.ts';
export { resealSessions } from './secrets/reseal-sessions.ts';
export { derivePepper, secretKeyFingerprint } from './secrets/secret-key.ts';
export { type OpenedVault, openVault, readPepper } from './secrets/vault.ts';
export type { SignOnProvider, SignOnRefusal } from './sign-on/provider.ts';
export { openSignOn, type SignOn, type SignOnEnd, type SignOnStart } from './sign-on/sign-on.ts';
export { openCallers } from './tokens/callers.ts';
export { type TokenAlgorithm, type TokenGrant, type TokenIssuer, tokenAlgorithms } from './tokens/token-issuer.ts';
export {
  checkKey,
  type KeyParty,
  masterCaller,
  masterVirtualKey,
  type VirtualKey,
  virtualKeyOf,
} from './virtual-key.ts';
