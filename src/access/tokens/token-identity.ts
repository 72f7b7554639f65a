import { createHash } from 'node:crypto';
import { GatewayError } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { TokenGrant, TokenIssuer } from './token-issuer.ts';

/** Whom a token stands for, and what it may: as its claims say, before anybody is looked for. */
export type TokenIdentity = {
  readonly issuer: string;
  readonly userId: string | null;
  readonly email: string | null;
  /** In the order of preference. */
  readonly teamIds: readonly string[];
  readonly organizationId: string | null;
  readonly customerId: string | null;
  readonly role: string | null;
  readonly models: readonly string[];
  readonly routes: readonly string[];
};

/** Throws a GatewayError (403) that names the claim which keeps the token out. */
export function identityOf(payload: JsonObject, issuer: TokenIssuer): TokenIdentity {
  requireClaims(payload, issuer);
  const { claims, usualTeamId } = issuer;
  const email = textAt(payload, claims.email);
  requireDomain(payload, email, issuer);
  const teamIds = teamsOf(payload, issuer);
  const userId = textAt(payload, claims.user);
  const grants = grantsOf(payload, issuer);
  const role = grants.find((grant) => grant.role !== null)?.role ?? null;
  if (userId === null && role === null && teamIds.length === 0 && usualTeamId === null) {
    const asked = [claims.user, claims.team, claims.teams].filter((name) => name !== null);
    throw refused(`it names nobody: neither of its claims '${asked.join("', '")}' says who it is of`);
  }
  return {
    issuer: issuer.issuer ?? textAt(payload, 'iss') ?? '',
    userId,
    email: email?.toLowerCase() ?? null,
    teamIds: teamIds.length === 0 && usualTeamId !== null ? [usualTeamId] : teamIds,
    organizationId: textAt(payload, claims.organization),
    customerId: textAt(payload, claims.customer),
    role,
    models: [...new Set(grants.flatMap(({ models }) => models))],
    routes: routesOf(grants, issuer),
  };
}

/** The same for all tokens that stand for the same, whatever they may: rates and budgets are counted by it. */
export function identityDigest({ issuer, userId, teamIds, organizationId }: TokenIdentity): string {
  return digestOf([issuer, userId, teamIds, organizationId]);
}

/** The same for those that may the same as well. */
export function grantedDigest({ email: _, ...identity }: TokenIdentity): string {
  return digestOf(identity);
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

export function refused(reason: string): GatewayError {
  return new GatewayError('permission_denied', `The token is not taken: ${reason}.`);
}

function requireClaims(payload: JsonObject, { required }: TokenIssuer): void {
  for (const [name, allowed] of Object.entries(required)) {
    if (!valuesAt(payload, name).some((value) => allowed.includes(value))) {
      throw refused(`its claim '${name}' is not ${allowed.map((value) => `'${value}'`).join(' or ')}`);
    }
  }
}

function requireDomain(payload: JsonObject, email: string | null, { claims, emailDomains }: TokenIssuer): void {
  if (emailDomains.length === 0) return;
  const name = claims.email ?? 'email';
  const domain = email?.split('@').at(-1)?.toLowerCase() ?? '';
  if (!emailDomains.some((allowed) => allowed.toLowerCase() === domain)) {
    throw refused(`its claim '${name}' is no address at ${emailDomains.join(' or ')}`);
  }
  if (payload['email_verified'] === false || payload['email_verified'] === 'false') {
    throw refused("its claim 'email_verified' says that the address is nobody's for certain");
  }
}

function teamsOf(payload: JsonObject, { claims, teams }: TokenIssuer): readonly string[] {
  const named = [...valuesAt(payload, claims.team), ...valuesAt(payload, claims.teams)];
  return [...new Set(named.map((name) => (Object.hasOwn(teams, name) ? (teams[name] ?? name) : name)))];
}

/** By scopes first: they say what this token is for, roles whose it is. */
function grantsOf(payload: JsonObject, { claims, scopes, roles, needsScope }: TokenIssuer): readonly TokenGrant[] {
  const held = scopesAt(payload, claims.scopes);
  const byScope = held.flatMap((name) => granted(scopes, name));
  if (needsScope && byScope.length === 0) {
    const known = Object.keys(scopes).map((name) => `'${name}'`);
    throw refused(`its claim '${claims.scopes ?? 'scope'}' has none of the scopes ${known.join(', ')}`);
  }
  return [...byScope, ...valuesAt(payload, claims.roles).flatMap((name) => granted(roles, name))];
}

function granted(grants: Readonly<Record<string, TokenGrant>>, name: string): readonly TokenGrant[] {
  const grant = Object.hasOwn(grants, name) ? grants[name] : undefined;
  return grant === undefined ? [] : [grant];
}

function routesOf(grants: readonly TokenGrant[], issuer: TokenIssuer): readonly string[] {
  const own = [...new Set(grants.flatMap(({ routes }) => routes))];
  if (own.length > 0) return own;
  return grants.some(({ role }) => role !== null) ? [] : issuer.routes;
}

/** RFC 8693 4.2: one text with spaces between them. Some providers send a list. */
function scopesAt(payload: JsonObject, path: string | null): readonly string[] {
  return valuesAt(payload, path).flatMap((text) => text.split(' ').filter((scope) => scope !== ''));
}

function textAt(payload: JsonObject, path: string | null): string | null {
  return valuesAt(payload, path)[0] ?? null;
}

/** Texts, numbers and booleans at a path, a list's members one by one; a name that holds dots itself is found as well. */
function valuesAt(payload: JsonObject, path: string | null): readonly string[] {
  if (path === null) return [];
  const found = Object.hasOwn(payload, path) ? payload[path] : path.split('.').reduce<unknown>(memberOf, payload);
  return (Array.isArray(found) ? found : [found]).flatMap((value) =>
    ['string', 'number', 'boolean'].includes(typeof value) && value !== '' ? [String(value)] : [],
  );
}

function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
