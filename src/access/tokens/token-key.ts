import { type VirtualKey, virtualKeyOf } from '../virtual-key.ts';
import { identityDigest, type TokenIdentity } from './token-identity.ts';

/** Of the digest of whom a token stands for: 48 bits, to be told apart by people and the books. */
const ID_LETTERS = 12;

/**
 * The entry that a token's calls are made with: that of the first team which it names, with the others beside it. All
 * tokens of the same identity have the same, so that rates and budgets are those of who calls.
 */
export function tokenKey(identity: TokenIdentity): VirtualKey {
  const digest = identityDigest(identity);
  const [first = null, ...others] = identity.teamIds;
  const inOtherTeams = others.map((teamId) => entryOf(identity, digest, teamId));
  return Object.freeze({ ...entryOf(identity, digest, first), inOtherTeams });
}

function entryOf(identity: TokenIdentity, digest: string, teamId: string | null): VirtualKey {
  const { userId, organizationId, models, routes, role, customerId } = identity;
  const id = `jwt-${digest.slice(0, ID_LETTERS)}`;
  const allowedRoutes = routes.length === 0 ? undefined : routes;
  const caller = Object.freeze({
    kind: 'virtual-key' as const,
    keyId: id,
    keyHash: digest,
    keyAlias: null,
    userId,
    teamId,
    projectId: null,
    organizationId,
    models,
    furtherModels: [],
    aliases: {},
    allowedRoutes,
    ...(role === null ? {} : { tokenRole: role }),
  });
  const entry = virtualKeyOf({
    caller,
    id,
    hash: digest,
    hint: '',
    metadata: {},
    maxBudgetNanoUsd: null,
    rpmLimit: null,
    terms: { allowedRoutes },
    // A token's own end is looked at when it is found: many have this entry.
    expiresAtMs: null,
    blocked: false,
    createdAtMs: 0,
    createdBy: 'jwt',
    revokedAtMs: null,
  });
  return Object.freeze({ ...entry, customerId });
}
