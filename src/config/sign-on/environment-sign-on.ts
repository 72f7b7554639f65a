import type { Reading } from '../reading/reading.ts';
import { type SignOnProviderConfiguration, usualProvider } from './sign-on-configuration.ts';

const PUBLIC_TENANTS: ReadonlySet<string> = new Set(['common', 'organizations', 'consumers']);

/** LiteLLM's variables of single sign-on; what a file says of a provider of the same id holds. */
export function environmentProviders(reading: Reading): readonly SignOnProviderConfiguration[] {
  const emailDomains = separated(reading.variable('ALLOWED_EMAIL_DOMAINS'));
  return [google(reading, emailDomains), microsoft(reading, emailDomains), generic(reading, emailDomains)].filter(
    (provider) => provider !== null,
  );
}

/** Whoever has an account at Google could come: without a list of domains nobody is made a user. */
function google(reading: Reading, emailDomains: readonly string[]): SignOnProviderConfiguration | null {
  const clientId = reading.variable('GOOGLE_CLIENT_ID');
  if (clientId === null) return null;
  if (emailDomains.length === 0)
    reading.notices.push('people come with Google who are users here already: ALLOWED_EMAIL_DOMAINS lets others in');
  return {
    ...usualProvider,
    ...{ id: 'google', name: 'Google', clientId, emailDomains },
    issuer: 'https://accounts.google.com',
    clientSecret: reading.secret('GOOGLE_CLIENT_SECRET')?.value ?? null,
    createsUsers: emailDomains.length > 0,
  };
}

/** Its tokens say nothing of whether an address was verified: one's own directory is believed, and no other. */
function microsoft(reading: Reading, emailDomains: readonly string[]): SignOnProviderConfiguration | null {
  const clientId = reading.variable('MICROSOFT_CLIENT_ID');
  if (clientId === null) return null;
  const tenant = reading.variable('MICROSOFT_TENANT');
  if (tenant === null || PUBLIC_TENANTS.has(tenant)) {
    reading.fault(null, "MICROSOFT_TENANT: expected the id of your directory; with 'common' anybody's would do");
    return null;
  }
  return {
    ...usualProvider,
    ...{ id: 'microsoft', name: 'Microsoft', clientId, emailDomains },
    issuer: `https://login.microsoftonline.com/${encodeURIComponent(tenant)}/v2.0`,
    clientSecret: reading.secret('MICROSOFT_CLIENT_SECRET')?.value ?? null,
    createsUsers: true,
    trustsEmail: true,
  };
}

function generic(reading: Reading, emailDomains: readonly string[]): SignOnProviderConfiguration | null {
  const clientId = reading.variable('GENERIC_CLIENT_ID');
  if (clientId === null) return null;
  const authorizationEndpoint = reading.variable('GENERIC_AUTHORIZATION_ENDPOINT');
  if (authorizationEndpoint === null || !URL.canParse(authorizationEndpoint)) {
    reading.fault(null, 'GENERIC_AUTHORIZATION_ENDPOINT: expected a URL, since GENERIC_CLIENT_ID is set');
    return null;
  }
  const { claims } = usualProvider;
  return {
    ...usualProvider,
    ...{ id: 'sso', name: 'SSO', clientId, authorizationEndpoint, emailDomains },
    clientSecret: reading.secret('GENERIC_CLIENT_SECRET')?.value ?? null,
    scopes: separated(reading.variable('GENERIC_SCOPE')?.replaceAll(' ', ',') ?? null, usualProvider.scopes),
    claims: {
      groups: reading.variable('GENERIC_USER_GROUPS_ATTRIBUTE') ?? claims.groups,
      email: reading.variable('GENERIC_USER_EMAIL_ATTRIBUTE') ?? claims.email,
      name: reading.variable('GENERIC_USER_DISPLAY_NAME_ATTRIBUTE') ?? claims.name,
    },
    createsUsers: true,
  };
}

function separated(text: string | null, usual: readonly string[] = []): readonly string[] {
  const parts = (text ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
  return parts.length === 0 ? usual : parts;
}

/** LiteLLM's name of where people reach it. */
export function publicUrlOf(reading: Reading): string | null {
  const given = reading.variable('PROXY_BASE_URL');
  if (given === null || (URL.canParse(given) && /^https?:/.test(given))) return given;
  reading.fault(null, 'PROXY_BASE_URL: expected a URL that begins with https:// or http://');
  return null;
}
