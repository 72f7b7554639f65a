import type { PartyFacts, PartyKind } from '../parties/party.ts';
import type { VirtualKey } from '../virtual-key.ts';

/** Facts of a party that the configuration has the say of; null: nothing. */
export type GovernedParty = Pick<
  PartyFacts,
  | 'alias'
  | 'organizationId'
  | 'teamId'
  | 'userId'
  | 'budgetId'
  | 'role'
  | 'email'
  | 'models'
  | 'aliases'
  | 'metadata'
  | 'maxBudgetNanoUsd'
  | 'rpmLimit'
  | 'terms'
  | 'settings'
  | 'blocked'
>;

/** The same of a key. */
export type GovernedKey = Pick<
  VirtualKey,
  'metadata' | 'maxBudgetNanoUsd' | 'rpmLimit' | 'terms' | 'expiresAtMs' | 'blocked'
> &
  Pick<VirtualKey['caller'], 'keyAlias' | 'userId' | 'teamId' | 'projectId' | 'organizationId' | 'models' | 'aliases'>;

export type DesiredParty = {
  readonly kind: PartyKind;
  readonly id: string;
  /** `file.yaml:12:3`. */
  readonly at: string;
  readonly facts: GovernedParty;
};

export type DesiredKey = {
  /** Its alias as well. */
  readonly name: string;
  readonly at: string;
  readonly facts: GovernedKey;
  /** The sha256 of the key in hex, and its last four characters; null: it is made once. */
  readonly secret: { readonly inner: string; readonly hint: string } | null;
};

/** Whom and which keys the configuration has. */
export type Desired = { readonly parties: readonly DesiredParty[]; readonly keys: readonly DesiredKey[] };
