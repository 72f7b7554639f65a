import type { Caller, PromptsMode, VirtualKeyId } from '../inference/index.ts';
import type { NanoUsd } from '../std/index.ts';
import { allowancesOf, type KeyAllowances, type KeyTerms } from './key-terms.ts';
import type { Party, PartyKind } from './parties/party.ts';

/** A key as it is used: who calls with it, and what it may. Frozen. */
export type VirtualKey = KeyFacts &
  KeyAllowances & {
    /** The key and all that it belongs to; nobody for the master key. */
    readonly parties: readonly KeyParty[];
    /** Somebody whom it belongs to, and who is blocked. */
    readonly blockedBy: Pick<Party, 'kind' | 'id'> | null;
    /** Of a token: the same caller in its other teams, for what this one may not call. Not as they stand now. */
    readonly inOtherTeams?: readonly VirtualKey[];
    /** Of a token: for whom its calls are made, whatever they say. */
    readonly customerId?: string | null;
    /** What it and those whom it belongs to let be kept of its calls; left out: all that the operator keeps. */
    readonly promptsAtMost?: PromptsMode;
  };

/** Somebody whom what a key does is counted for. */
export type KeyParty = KeyAllowances & { readonly kind: PartyKind | 'key'; readonly id: string };

/** A key as it is stored. */
export type KeyFacts = {
  readonly caller: Caller;
  readonly id: VirtualKeyId;
  /** What is stored of the key, in hex; empty for the master key. Not the key, and nothing it can be found from. */
  readonly hash: string;
  /** The key's last four characters. */
  readonly hint: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** null: no budget. */
  readonly maxBudgetNanoUsd: NanoUsd | null;
  readonly rpmLimit: number | null;
  /** Everything else that it may use. */
  readonly terms: KeyTerms;
  /** null: never. */
  readonly expiresAtMs: number | null;
  readonly blocked: boolean;
  readonly createdAtMs: number;
  readonly createdBy: string;
  /** null: in use. */
  readonly revokedAtMs: number | null;
  /** These three are told of a key; as it is held for calls it has none of them. */
  readonly updatedAtMs?: number | null;
  readonly rotatedAtMs?: number | null;
  readonly rotations?: number;
};

export function virtualKeyOf(facts: KeyFacts): VirtualKey {
  const allowances = allowancesOf(facts);
  const own: KeyParty = { kind: 'key', id: facts.id, ...allowances };
  return Object.freeze({
    ...facts,
    ...allowances,
    parties: facts.caller.kind === 'master' ? [] : [own],
    blockedBy: null,
  });
}

export function checkKey(key: VirtualKey, nowMs: number): 'ok' | 'expired' | 'blocked' {
  if (key.blocked) return 'blocked';
  return key.expiresAtMs !== null && key.expiresAtMs <= nowMs ? 'expired' : 'ok';
}

export const masterCaller: Caller = Object.freeze({
  kind: 'master',
  keyId: 'master',
  keyHash: null,
  keyAlias: null,
  userId: null,
  teamId: null,
  projectId: null,
  organizationId: null,
  models: Object.freeze([]),
  furtherModels: Object.freeze([]),
  aliases: Object.freeze({}),
});

export const masterVirtualKey: VirtualKey = virtualKeyOf({
  caller: masterCaller,
  id: 'master',
  hash: '',
  hint: '',
  metadata: Object.freeze({}),
  maxBudgetNanoUsd: null,
  rpmLimit: null,
  terms: Object.freeze({}),
  expiresAtMs: null,
  blocked: false,
  createdAtMs: 0,
  createdBy: 'master',
  revokedAtMs: null,
  updatedAtMs: null,
  rotatedAtMs: null,
  rotations: 0,
});
