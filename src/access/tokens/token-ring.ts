import { hash } from 'node:crypto';
import { GatewayError } from '../../inference/index.ts';
import type { Ask } from '../../network/index.ts';
import type { Clock } from '../../std/index.ts';
import { openRecentEntries } from '../held/recent-entries.ts';
import type { KeyRing } from '../key-ring.ts';
import type { PartyRowKind } from '../parties/party.ts';
import type { VirtualKey } from '../virtual-key.ts';
import { type KeySet, openKeySet } from './key-set.ts';
import { grantedDigest, identityOf, refused, type TokenIdentity } from './token-identity.ts';
import type { TokenIssuer } from './token-issuer.ts';
import { tokenKey } from './token-key.ts';
import { settleUser, type TokenUsers } from './token-user.ts';
import { isToken, statedIssuer, type VerifiedClaims, verifyToken } from './verify-token.ts';

/** Tokens that were verified lately; their signatures are not checked again while they last. */
const MAX_VERIFIED = 20_000;

export type TokenRing = Pick<KeyRing, 'find' | 'lookUp'> & {
  /** What was verified by the issuers of before is verified again. */
  readonly configure: (issuers: readonly TokenIssuer[]) => void;
};

export type TokenRingOptions = {
  readonly issuers: readonly TokenIssuer[];
  readonly ring: Pick<KeyRing, 'party' | 'standing'>;
  readonly users: TokenUsers;
  readonly ask: Ask;
  readonly clock: Clock;
};

type Trusted = { readonly issuer: TokenIssuer; readonly keySet: KeySet };

type Verified = {
  readonly key: VirtualKey;
  readonly untilMs: number;
  readonly by: Trusted;
  /** Of the issuer's keys. */
  readonly version: number;
};

/** Tokens of identity providers as callers. What is no token, or of an issuer that is not trusted, is found by nobody. */
export function openTokenRing(options: TokenRingOptions): TokenRing {
  const { ring, clock } = options;
  let trusted = trust(options.issuers, [], options);
  let verified = openRecentEntries<Verified>(MAX_VERIFIED);
  const entries = openRecentEntries<VirtualKey>(MAX_VERIFIED);
  const running = new Map<string, Promise<VirtualKey | null>>();

  const entryOf = (identity: TokenIdentity): VirtualKey => {
    const digest = grantedDigest(identity);
    const entry = entries.get(digest) ?? tokenKey(identity);
    entries.set(digest, entry);
    return entry;
  };
  const find = (token: string): VirtualKey | null => {
    if (trusted.length === 0 || !isToken(token)) return null;
    const digest = hash('sha256', token);
    const known = verified.get(digest);
    if (known === undefined) return null;
    const isOver = known.untilMs <= clock.nowMs() || known.version !== known.by.keySet.version();
    if (!isOver && isThere(known.key, ring)) return standingIn(known.key, ring);
    verified.delete(digest);
    return null;
  };
  const verify = async (token: string, digest: string): Promise<VirtualKey | null> => {
    const proof = await prove(token, trusted, clock);
    if (proof === null) return null;
    const { payload, version, by } = proof;
    const claimed = identityOf(payload, by.issuer);
    const userId = await settleUser(claimed, payload, by.issuer, options.users);
    const identity = { ...claimed, userId, teamIds: knownTeams(claimed, by.issuer, ring) };
    requireOrganization(identity, by.issuer, ring);
    const key = entryOf(identity);
    const untilMs = Number(payload['exp']) * 1000 + by.issuer.toleranceMs;
    if (trusted.includes(by)) verified.set(digest, { key, untilMs, by, version });
    return standingIn(key, ring);
  };
  return {
    find,
    lookUp: async (token) => {
      if (trusted.length === 0 || !isToken(token)) return null;
      const digest = hash('sha256', token);
      const asked = running.get(digest) ?? verify(token, digest).finally(() => running.delete(digest));
      running.set(digest, asked);
      return asked;
    },
    configure: (issuers) => {
      trusted = trust(issuers, trusted, options);
      verified = openRecentEntries(MAX_VERIFIED);
    },
  };
}

/** An issuer whose keys are where they were keeps them. */
function trust(
  issuers: readonly TokenIssuer[],
  before: readonly Trusted[],
  { ask, clock }: Pick<TokenRingOptions, 'ask' | 'clock'>,
): readonly Trusted[] {
  return issuers.map((issuer) => {
    const { keysUrl, keysKeptMs } = issuer;
    const kept = before.find(
      ({ issuer: { keysUrl: url, issuer: name, keysKeptMs: ms } }) =>
        url === keysUrl && name === issuer.issuer && ms === keysKeptMs,
    );
    const settings = { url: keysUrl, issuer: issuer.issuer, keptMs: keysKeptMs, ask, clock };
    return { issuer, keySet: kept?.keySet ?? openKeySet(settings) };
  });
}

type Proof = VerifiedClaims & { readonly by: Trusted };

/** null: nobody who is trusted signed it, so that it may be meant for somebody else. */
async function prove(token: string, trusted: readonly Trusted[], clock: Clock): Promise<Proof | null> {
  const stated = statedIssuer(token);
  const named = trusted.find(({ issuer }) => issuer.issuer === stated);
  for (const by of named === undefined ? trusted.filter(({ issuer }) => issuer.issuer === null) : [named]) {
    const claims = await verifyToken(token, by.issuer, by.keySet, clock);
    if (claims !== null) return { ...claims, by };
  }
  if (named === undefined) return null;
  throw new GatewayError(
    'invalid_api_key',
    `The token is not taken: '${stated}' does not have the key it is signed with.`,
  );
}

/** A team that is blocked keeps nobody out of those after it. */
function standingIn(key: VirtualKey, { standing }: Pick<KeyRing, 'standing'>): VirtualKey {
  const first = standing(key);
  const { inOtherTeams = [] } = key;
  if (first.blockedBy === null || inOtherTeams.length === 0) return first;
  const others = inOtherTeams.map(standing);
  const at = others.findIndex(({ blockedBy }) => blockedBy === null);
  const other = others[at];
  return other === undefined ? first : { ...other, inOtherTeams: inOtherTeams.slice(at + 1) };
}

type Parties = Pick<KeyRing, 'party'>;

/** Whoever is removed is gone at once; `standing` sees to who is blocked. */
function isThere({ caller: { userId, teamId, organizationId } }: VirtualKey, { party }: Parties): boolean {
  const named: readonly (readonly [PartyRowKind, string | null])[] = [
    ['user', userId],
    ['team', teamId],
    ['organization', organizationId],
  ];
  return named.every(([kind, id]) => id === null || party(kind, id) !== null);
}

function knownTeams({ teamIds }: TokenIdentity, { claims }: TokenIssuer, { party }: Parties): readonly string[] {
  const known = teamIds.filter((id) => party('team', id) !== null);
  if (known.length > 0 || teamIds.length === 0) return known;
  const names = [claims.team, claims.teams].filter((name) => name !== null).join("', '");
  const named = teamIds.map((id) => `'${id}'`).join(', ');
  throw refused(`its claim '${names}' names ${named}, and no such team is known here`);
}

function requireOrganization({ organizationId }: TokenIdentity, { claims }: TokenIssuer, { party }: Parties): void {
  if (organizationId === null || party('organization', organizationId) !== null) return;
  throw refused(
    `its claim '${claims.organization}' names the organization '${organizationId}', which is not known here`,
  );
}
