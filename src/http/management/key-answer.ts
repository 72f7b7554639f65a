import type { VirtualKey } from '../../access/index.ts';
import { encodeTerms, isoOrNull, type SpentBy } from './terms-answer.ts';

/** LiteLLM's fields. `token` is what is stored of the key; `token_id` is its public id, safe in logs. */
export async function encodeKey(key: VirtualKey, spentBy: SpentBy): Promise<Readonly<Record<string, unknown>>> {
  const { caller } = key;
  return {
    token: key.hash,
    token_id: key.id,
    key_name: `sk-...${key.hint}`,
    key_alias: caller.keyAlias,
    ...(await encodeTerms({ kind: 'key', id: key.id }, key, spentBy)),
    models: caller.models,
    aliases: caller.aliases,
    user_id: caller.userId,
    team_id: caller.teamId,
    project_id: caller.projectId,
    organization_id: caller.organizationId,
    metadata: key.metadata,
    blocked: key.blocked,
    expires: isoOrNull(key.expiresAtMs),
    created_at: new Date(key.createdAtMs).toISOString(),
    created_by: key.createdBy,
  };
}
