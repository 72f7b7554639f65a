import type { VirtualKey } from '../../access/index.ts';
import { encodeSharing } from '../budgets/shared-budget.ts';
import type { ManagementDoors } from '../management/doors.ts';
import { encodeManaged } from '../management/managed-answer.ts';
import { isoOrNull } from '../management/terms-answer.ts';

const KEY_TYPES: Readonly<Record<VirtualKey['caller']['kind'], string>> = {
  master: 'default',
  'virtual-key': 'default',
  'management-key': 'management',
  'scim-key': 'scim',
  person: 'default',
};

/** LiteLLM's fields. `token` is what is stored of the key; `token_id` is its public id, safe in logs. */
export async function encodeKey(
  key: VirtualKey,
  { parties, spentBy }: Pick<ManagementDoors, 'parties' | 'spentBy'>,
): Promise<Readonly<Record<string, unknown>>> {
  const { caller, terms } = key;
  const budget = terms.budgetId === undefined ? null : await parties.findParty('budget', terms.budgetId);
  return {
    token: key.hash,
    token_id: key.id,
    key_name: `sk-...${key.hint}`,
    key_alias: caller.keyAlias,
    key_type: KEY_TYPES[caller.kind],
    ...(await encodeSharing({ kind: 'key', id: key.id }, key, budget, spentBy)),
    models: caller.models,
    aliases: caller.aliases,
    user_id: caller.userId,
    team_id: caller.teamId,
    project_id: caller.projectId,
    organization_id: caller.organizationId,
    metadata: key.metadata,
    tags: Array.isArray(key.metadata['tags']) ? key.metadata['tags'] : [],
    allowed_routes: terms.allowedRoutes ?? [],
    allowed_cache_controls: terms.allowedCacheControls ?? [],
    enforced_params: terms.enforcedParams ?? [],
    blocked: key.blocked,
    expires: isoOrNull(key.expiresAtMs),
    created_at: new Date(key.createdAtMs).toISOString(),
    created_by: key.createdBy,
    updated_at: new Date(key.updatedAtMs ?? key.createdAtMs).toISOString(),
    last_rotation_at: isoOrNull(key.rotatedAtMs ?? null),
    rotation_count: key.rotations ?? 0,
    ...encodeManaged(terms.managedAt),
    ...(key.revokedAtMs === null ? {} : { deleted_at: isoOrNull(key.revokedAtMs) }),
  };
}
