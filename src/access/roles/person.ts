import { type VirtualKey, virtualKeyOf } from '../virtual-key.ts';

/** A user who calls without a key: limits and authority are the user's own, worked out like a key's. */
export function personKey(userId: string): VirtualKey {
  const id = personId(userId);
  const caller = Object.freeze({
    kind: 'person' as const,
    keyId: id,
    keyHash: null,
    keyAlias: null,
    userId,
    teamId: null,
    projectId: null,
    organizationId: null,
    models: [],
    furtherModels: [],
    aliases: {},
  });
  return virtualKeyOf({
    caller,
    id,
    hash: '',
    hint: '',
    metadata: {},
    maxBudgetNanoUsd: null,
    rpmLimit: null,
    terms: {},
    expiresAtMs: null,
    blocked: false,
    createdAtMs: 0,
    createdBy: id,
    revokedAtMs: null,
  });
}

/** What the audit log and `created_by` say; no key has such an id. */
export function personId(userId: string): string {
  return `user:${userId}`;
}
