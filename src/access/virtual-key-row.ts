import type { Database } from '../store/index.ts';
import { kindOf } from './key-kind.ts';
import type { KeyTerms } from './key-terms.ts';
import { type VirtualKey, virtualKeyOf } from './virtual-key.ts';

/**
 * A row but for its hash, as one JSON array in one text: a hundred thousand keys are read at start in a third of the
 * time that columns take, and each is decoded when it is used. Amounts are text, since JSON has no integers of that size.
 */
const COLUMNS = [
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
  'aliases',
  'terms',
  'organization_id',
  'project_id',
];

/** What is told of a key and does not matter when it is used: a million keys are held without it. */
const TOLD = ['revoked_at_ms', 'updated_at_ms', 'rotated_at_ms', 'rotations'];

type Packed = readonly [
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
  aliases: string,
  terms: string,
  organizationId: string | null,
  projectId: string | null,
  revokedAtMs?: number | null,
  updatedAtMs?: number | null,
  rotatedAtMs?: number | null,
  rotations?: number,
];

/** What nearly every key has: one object for all of them. */
const NO_ALIASES = '{}';
const NO_LISTS: readonly (readonly string[])[] = Object.freeze([]);
const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

/** `held`: what the use of a key needs. `whole`: all that is told of it. */
export function packedRow(kind: Database['kind'], which: 'held' | 'whole'): string {
  const columns = (which === 'held' ? COLUMNS : [...COLUMNS, ...TOLD]).join(', ');
  return kind === 'sqlite' ? `json_array(${columns})` : `json_build_array(${columns})::text`;
}

export function unpackKey(hash: string, text: string): VirtualKey {
  const packed = JSON.parse(text) as Packed;
  const [
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
    aliases,
    terms,
    organizationId,
    projectId,
    revoked = null,
    updated = null,
    rotated = null,
    rotations = 0,
  ] = packed;
  const keyTerms = JSON.parse(terms) as KeyTerms;
  const caller = Object.freeze({
    kind: kindOf(keyTerms),
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
    allowedRoutes: keyTerms.allowedRoutes,
  });
  return virtualKeyOf({
    caller,
    id,
    hash,
    hint,
    metadata: JSON.parse(metadata) as Record<string, unknown>,
    maxBudgetNanoUsd: maxBudget === null ? null : BigInt(maxBudget),
    rpmLimit: rpm,
    terms: keyTerms,
    expiresAtMs: expires,
    blocked: blocked !== 0,
    createdAtMs: created,
    createdBy: by,
    revokedAtMs: revoked,
    updatedAtMs: updated,
    rotatedAtMs: rotated,
    rotations,
  });
}
