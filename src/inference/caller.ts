import type { VirtualKeyId } from './identity.ts';
import type { RoutedBy } from './routed-by.ts';

/** `whose`: `team 'payments'`. */
export type CallerPolicy = { readonly whose: string; readonly policy: RoutedBy };

/** Who calls: what a credential resolved to. Frozen; one object per virtual key, shared by its exchanges. */
export type Caller = {
  /** A `person` calls without a key: signed in, and administering. */
  readonly kind: 'master' | 'virtual-key' | 'management-key' | 'scim-key' | 'person';
  /** `master` for the master key. */
  readonly keyId: VirtualKeyId;
  /** What is stored of the key, in hex, shown where LiteLLM shows its hash; null for the master key. */
  readonly keyHash: string | null;
  readonly keyAlias: string | null;
  readonly userId: string | null;
  readonly teamId: string | null;
  readonly projectId: string | null;
  readonly organizationId: string | null;
  /** Models that may be called: names and `prefix*` patterns. Empty: all. */
  readonly models: readonly string[];
  /** What those that the key belongs to may call, a list of each that has one: the model must stand in all. */
  readonly furtherModels: readonly (readonly string[])[];
  /** Names that mean another model for this caller: the key's own, before its team's. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Addresses and groups of them that may be called at all; undefined or empty: all. */
  readonly allowedRoutes?: readonly string[] | undefined;
  /** Where those that it belongs to, and the key itself, let its calls go; left out: anywhere. */
  readonly policies?: readonly CallerPolicy[];
  /** Of its team, by provider: the credential that signs its calls. Left out: the shared ones. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** Of a token: its user's role while it lasts, as its issuer says; undefined: the one that the user has here. */
  readonly tokenRole?: string | undefined;
  /** In whose name it administers, as that user stands now; undefined: in nobody's. */
  readonly authority?: Authority | undefined;
};

/** What a user is to the gateway, and in the teams and organizations that it is a member of. */
export type Authority = {
  readonly role: string | null;
  readonly teams: readonly TeamSeat[];
  readonly organizations: readonly OrganizationSeat[];
};

export type TeamSeat = {
  readonly teamId: string;
  readonly isAdmin: boolean;
  /** What the team lets its members do besides calling models: LiteLLM's routes of keys. */
  readonly permissions: readonly string[];
};

export type OrganizationSeat = { readonly organizationId: string; readonly isAdmin: boolean };
