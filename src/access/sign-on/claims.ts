import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ProviderClaims, SignOnProvider } from './provider.ts';

/** The most powerful first. */
const ROLES = ['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer'] as const;

/** The ID token's claims, and what the UserInfo endpoint has beside them; what the token says holds. */
export function claimsOf(
  token: JsonObject,
  userInfo: JsonObject,
  { claims, trustsEmail }: Pick<SignOnProvider, 'claims' | 'trustsEmail'>,
): ProviderClaims {
  const all = { ...userInfo, ...token };
  const email = textAt(all, claims.email)?.trim().toLowerCase() ?? null;
  const isVerified = all['email_verified'] === true || all['email_verified'] === 'true' || trustsEmail;
  return {
    issuer: String(token['iss']),
    subject: String(token['sub']),
    email: email !== null && isVerified && /^[^\s@]+@[^\s@]+$/.test(email) ? email : null,
    name: textAt(all, claims.name),
    groups: namesIn(valueAt(all, claims.groups)),
    saidAtMs: Number(token['iat']) * 1000,
  };
}

/** null: the provider says nothing of roles. Without a group that it knows somebody has the usual role. */
export function roleOf(
  { groups }: ProviderClaims,
  { roles, usualRole }: Pick<SignOnProvider, 'roles' | 'usualRole'>,
): string | null {
  if (Object.keys(roles).length === 0) return null;
  const given = new Set(groups.flatMap((group) => (Object.hasOwn(roles, group) ? [roles[group]] : [])));
  return ROLES.find((role) => given.has(role)) ?? usualRole;
}

export function isAllowedAddress(
  { email }: ProviderClaims,
  { emailDomains }: Pick<SignOnProvider, 'emailDomains'>,
): boolean {
  if (emailDomains.length === 0) return true;
  const domain = email?.slice(email.lastIndexOf('@') + 1);
  return emailDomains.some((allowed) => allowed.toLowerCase() === domain);
}

function valueAt(claims: JsonObject, path: string): unknown {
  // Names with dots of their own first: `https://acme.example/groups`.
  if (Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('.')
    .reduce<unknown>((at, name) => (isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), claims);
}

function textAt(claims: JsonObject, path: string): string | null {
  const value = valueAt(claims, path);
  return typeof value === 'string' && value !== '' ? value : null;
}

function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
