import { isDeepStrictEqual } from 'node:util';
import type { KeyTerms } from '../key-terms.ts';
import type { PartyFacts, PartySettings } from '../parties/party.ts';
import type { KeyFacts } from '../virtual-key.ts';

/** Of `metadata`, what is heeded: the tags of calls, and the class that goes first. */
type Heeded = 'tags' | 'priority';

type KeyOwn =
  | 'keyAlias'
  | 'userId'
  | 'teamId'
  | 'projectId'
  | 'organizationId'
  | 'models'
  | 'aliases'
  | 'metadata'
  | 'maxBudgetNanoUsd'
  | 'rpmLimit'
  | 'expiresAtMs'
  | 'blocked';

type PartyOwn = Exclude<
  keyof PartyFacts,
  | 'kind'
  | 'id'
  | 'terms'
  | 'settings'
  | 'createdAtMs'
  | 'createdBy'
  | 'updatedAtMs'
  | 'updatedBy'
  | 'deletedAtMs'
  | 'changedSeq'
>;

/** What can be said of a key, each by itself. A new term without a rule does not compile. */
export type KeyMember = keyof KeyTerms | KeyOwn | Heeded;
export type PartyMember = keyof KeyTerms | keyof PartySettings | PartyOwn | Heeded;

export type Settable<Member extends string> = Readonly<Partial<Record<Member, unknown>>>;

export function settableOfKey({ caller, terms, metadata, ...key }: KeyFacts): Settable<KeyMember> {
  const { keyAlias, userId, teamId, projectId, organizationId, models, aliases } = caller;
  const { maxBudgetNanoUsd, rpmLimit, expiresAtMs, blocked } = key;
  const whose = { keyAlias, userId, teamId, projectId, organizationId };
  return {
    ...terms,
    ...heededIn(metadata),
    ...whose,
    models,
    aliases,
    maxBudgetNanoUsd,
    rpmLimit,
    expiresAtMs,
    blocked,
  };
}

export function settableOfParty(party: Omit<PartyFacts, 'changedSeq'>): Settable<PartyMember> {
  const { terms, settings, metadata, kind: _, id: __, ...own } = party;
  return { ...terms, ...settings, ...own, ...heededIn(metadata) };
}

function heededIn({ tags, priority, ...metadata }: Readonly<Record<string, unknown>>) {
  return { tags, priority, metadata };
}

/** Which of the members are not as they were; what says nothing is nothing, however it is written. */
export function changedMembers<Member extends string>(
  members: readonly Member[],
  before: Settable<Member>,
  after: Settable<Member>,
): readonly Member[] {
  return members.filter((member) => !isDeepStrictEqual(plain(before[member]), plain(after[member])));
}

function plain(value: unknown): unknown {
  if (isNothing(value)) return null;
  return JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : (each as unknown))));
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
