import type { Allowance, RoutedBy } from '../../inference/index.ts';
import { allowancesOf, type KeyTerms, type StatedTerms } from '../key-terms.ts';

/**
 * Who takes part in a call besides its key. A `member` is one user in one team, an `organization_member` one in an
 * organization; their ids are `team\nuser` and `organization\nuser`.
 */
export type PartyKind =
  | 'organization'
  | 'organization_member'
  | 'project'
  | 'team'
  | 'member'
  | 'user'
  | 'customer'
  | 'tag';

/** A `budget` is nobody: the terms that several share, kept beside them. */
export type PartyRowKind = PartyKind | 'budget';

export type PartyTerms = StatedTerms;

/** The same as JSON has it: amounts as text. */
export type StoredTerms = {
  readonly maxBudget?: string | undefined;
  readonly rpmLimit?: number | undefined;
  readonly terms?: KeyTerms | undefined;
};

/** What only some kinds have. */
export type PartySettings = {
  /** Of an organization: by credits that it has, by budgets alone, or not at all. Left out: `metered`. */
  readonly pays?: 'prepaid' | 'metered' | 'free' | undefined;
  /** Of a team: what its members may use who have no terms of their own. */
  readonly memberTerms?: StoredTerms | undefined;
  /** Of a team: models of new members. */
  readonly memberModels?: readonly string[] | undefined;
  /** Of a team: what its members may do besides calling models, in LiteLLM's words. */
  readonly memberPermissions?: readonly string[] | undefined;
  /** Of a customer: where its calls may be served. */
  readonly allowedModelRegion?: string | undefined;
  /** Of a customer: the model that is called whatever is asked for. */
  readonly defaultModel?: string | undefined;
  /** Of a tag. */
  readonly description?: string | undefined;
  /** Of a member: the identity provider whose groups made it one, and can end that; left out: somebody here did. */
  readonly joinedBy?: string | undefined;
  /** Of a user: its id at the identity provider. */
  readonly ssoUserId?: string | undefined;
  /** What a directory has told over SCIM, to be told again. */
  readonly scim?: ScimSettings | undefined;
  /** Of a team: groups of the identity provider whose people are its members. */
  readonly ssoGroups?: readonly string[] | undefined;
  /** Where its calls may go, whatever their requests say. */
  readonly policy?: RoutedBy | undefined;
  /** Of a team: by provider, the credential that signs its calls. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
  /** The configuration has it, at this place: nobody else changes it. */
  readonly managedAt?: string | undefined;
};

export type ScimSettings = {
  /** Of a team; a user's is its `ssoUserId`. */
  readonly externalId?: string | undefined;
  /** Of a user, in the directory's own spelling. */
  readonly userName?: string | undefined;
  /** Of a user: what only the directory needs. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
};

/** As it is stored. */
export type PartyFacts = PartyTerms & {
  readonly kind: PartyRowKind;
  readonly id: string;
  readonly alias: string | null;
  readonly organizationId: string | null;
  readonly teamId: string | null;
  /** Of a member. */
  readonly userId: string | null;
  /** The budget that it shares the terms of, where it has none of its own. */
  readonly budgetId: string | null;
  readonly role: string | null;
  readonly email: string | null;
  /** Of a user: its name in the directory that keeps it, in lower case; null: none keeps it. */
  readonly login: string | null;
  /** Names and patterns; empty: all. */
  readonly models: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly settings: PartySettings;
  readonly blocked: boolean;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly updatedBy: string;
  readonly deletedAtMs: number | null;
  /** Of its last change: two changes at once do not go unnoticed. */
  readonly changedSeq: number;
};

/** Frozen. */
export type Party = PartyFacts & {
  readonly allowance: Allowance;
  readonly modelAllowances: ReadonlyMap<string, Allowance>;
};

export function partyOf(facts: PartyFacts): Party {
  return Object.freeze({ ...facts, ...allowancesOf(facts) });
}

export function termsOfStored({ maxBudget, rpmLimit, terms }: StoredTerms): PartyTerms {
  return {
    maxBudgetNanoUsd: maxBudget === undefined ? null : BigInt(maxBudget),
    rpmLimit: rpmLimit ?? null,
    terms: terms ?? {},
  };
}

export function memberId(groupId: string, userId: string): string {
  return `${groupId}\n${userId}`;
}
