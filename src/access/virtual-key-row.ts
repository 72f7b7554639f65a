import type { Database } from '../store/index.ts';
import type { KeyTerms } from './key-terms.ts';
import { type VirtualKey, virtualKeyOf } from './virtual-key.ts';

/**
 * A row as one JSON array in one text: a hundred thousand keys are read at start in a third of the time that columns
 * take, and each is decoded when it is first used. Amounts are text, since JSON has no integers of that size.
 */
const COLUMNS = [
  'hash',
  'id',
  'hint',
  'alias',
  'user_id',
  'team_id',
  'models',
  'metadata',
  'CAST(max_budget_nano AS TEXT)',
  'rpm_limit',
  'expires_at_ms',
  'blocked',
  'created_at_ms',
  'created_by',
  'revoked_at_ms',
  'changed_seq',
  'aliases',
  'terms',
  'organization_id',
  'project_id',
].join(', ');

type Packed = readonly [
  hash: string,
  id: string,
  hint: string,
  alias: string | null,
  userId: string | null,
  teamId: string | null,
  models: string,
  metadata: string,
  maxBudgetNano: string | null,
  rpmLimit: number | null,
  expiresAtMs: number | null,
  blocked: number,
  createdAtMs: number,
  createdBy: string,
  revokedAtMs: number | null,
  changedSeq: number,
  aliases: string,
  terms: string,
  organizationId: string | null,
  projectId: string | null,
];

/** What nearly every key has: one object for all of them. */
const NO_ALIASES = '{}';
const NO_LISTS: readonly (readonly string[])[] = Object.freeze([]);
const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

export function packedRow(kind: Database['kind']): string {
  return kind === 'sqlite' ? `json_array(${COLUMNS})` : `json_build_array(${COLUMNS})::text`;
}

export function unpackKey(text: string): VirtualKey {
  const packed = JSON.parse(text) as Packed;
  const [
    hash,
    id,
    hint,
    alias,
    userId,
    teamId,
    models,
    metadata,
    maxBudget,
    rpm,
    expires,
    blocked,
    created,
    by,
    revoked,
    ,
    aliases,
    terms,
    organizationId,
    projectId,
  ] = packed;
  const caller = Object.freeze({
    kind: 'virtual-key' as const,
    keyId: id,
    keyHash: hash,
    keyAlias: alias,
    userId,
    teamId,
    projectId,
    organizationId,
    models: Object.freeze(JSON.parse(models) as string[]),
    furtherModels: NO_LISTS,
    aliases: aliases === NO_ALIASES ? NOTHING : Object.freeze(JSON.parse(aliases) as Record<string, string>),
  });
  return virtualKeyOf({
    caller,
    id,
    hash,
    hint,
    metadata: JSON.parse(metadata) as Record<string, unknown>,
    maxBudgetNanoUsd: maxBudget === null ? null : BigInt(maxBudget),
    rpmLimit: rpm,
    terms: JSON.parse(terms) as KeyTerms,
    expiresAtMs: expires,
    blocked: blocked !== 0,
    createdAtMs: created,
    createdBy: by,
    revokedAtMs: revoked,
  });
}
