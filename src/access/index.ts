export { type Action, authorize, type Resource } from './authorize.ts';
export { candidates } from './credential.ts';
export {
  type CreatedKey,
  createKeyAdministration,
  type KeyAdministration,
  type KeyChanges,
  type KeyScope,
  type NewKey,
  type NotCreated,
  type NotUpdated,
  type UpdatedKey,
} from './key-administration.ts';
export { isCustomSecret, isWellFormed, publicIdIn } from './key-format.ts';
export { createKeyRing, type KeyRing, type KeyRingOptions } from './key-ring.ts';
export type { BudgetTerms, KeyTerms, ModelBudgetTerms } from './key-terms.ts';
export { mayUseModel } from './may-use-model.ts';
export {
  memberId,
  type Party,
  type PartyFacts,
  type PartyKind,
  type PartyRowKind,
  type PartySettings,
  type PartyTerms,
  type StoredTerms,
} from './parties/party.ts';
export {
  createPartyAdministration,
  type NewParty,
  newMember,
  type PartyAdministration,
  type PartyChanges,
} from './parties/party-administration.ts';
export type { PartyFilter, PartyPage } from './parties/party-store.ts';
export { derivePepper, secretKeyFingerprint } from './secret-key.ts';
export {
  checkKey,
  type KeyParty,
  masterCaller,
  masterVirtualKey,
  type VirtualKey,
  virtualKeyOf,
} from './virtual-key.ts';
export type { KeyFilter, KeyPage } from './virtual-key-store.ts';
