import { given } from '../draft.ts';
import type { Place } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import type { WaybillFile } from '../waybill/schema.ts';
import type { WaybillGrant, WaybillIssuer } from './schema-tokens.ts';
import {
  type TokenGrantConfiguration,
  type TokenIssuerConfiguration,
  type TokensConfiguration,
  usualIssuer,
} from './tokens-configuration.ts';

/** Identity providers of a file of our own schema. */
export function readTokens(
  { jwt, scim }: WaybillFile,
  placeOf: (...path: readonly string[]) => Place,
  reading: Reading,
): TokensConfiguration {
  const issuers = (jwt?.issuers ?? []).map(issuerOf);
  for (const [index, { issuer }] of issuers.entries()) {
    if (issuers.findIndex((other) => other.issuer === issuer) === index) continue;
    reading.fault(placeOf('jwt', 'issuers'), `the issuer '${issuer}' is there twice: put both into one`);
  }
  return { issuers, directory: scim?.token ?? null };
}

function issuerOf(entry: WaybillIssuer): TokenIssuerConfiguration {
  const scopes = grantsOf(entry.scopes);
  return {
    ...usualIssuer,
    issuer: entry.issuer,
    audiences: entry.audience,
    claims: { ...usualIssuer.claims, user: 'sub', email: 'email', scopes: 'scope', ...given(entry.claims ?? {}) },
    roles: grantsOf(entry.roles),
    scopes,
    needsScope: Object.keys(scopes).length > 0,
    ...given({
      keysUrl: entry.jwks_url,
      keysKeptMs: entry.jwks_refresh,
      algorithms: entry.algorithms,
      required: entry.require,
      teams: entry.teams,
      usualTeamId: entry.default_team,
      emailDomains: entry.email_domains,
      createsUsers: entry.create_users,
      routes: entry.routes,
      toleranceMs: entry.clock_tolerance,
    }),
  };
}

function grantsOf(grants: Readonly<Record<string, WaybillGrant>> = {}): TokenIssuerConfiguration['roles'] {
  return Object.fromEntries(Object.entries(grants).map(([name, grant]) => [name, grantOf(grant)]));
}

function grantOf(grant: WaybillGrant): TokenGrantConfiguration {
  if (typeof grant === 'string') return { role: grant, models: [], routes: [] };
  return { role: grant.role ?? null, models: grant.models ?? [], routes: grant.routes ?? [] };
}
