import type { VirtualKey } from '../../access/index.ts';
import { encodeSharing } from '../budgets/shared-budget.ts';
import type { ManagementDoors } from './doors.ts';
import { isoOrNull } from './terms-answer.ts';

/** LiteLLM's fields. `token` is what is stored of the key; `token_id` is its public id, safe in logs. */
export async function encodeKey(
  key: VirtualKey,
  { parties, spentBy }: Pick<ManagementDoors, 'parties' | 'spentBy'>,
): Promise<Readonly<Record<string, unknown>>> {
  const { caller } = key;
  const { budgetId } = key.terms;
  const budget = budgetId === undefined ? null : await parties.findParty('budget', budgetId);
  return {
    token: key.hash,
    token_id: key.id,
    key_name: `sk-...${key.hint}`,
    key_alias: caller.keyAlias,
    ...(await encodeSharing({ kind: 'key', id: key.id }, key, budget, spentBy)),
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
