import { type DraftSignOn, given } from '../draft.ts';
import type { Place } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import type { WaybillFile } from '../waybill/schema.ts';
import type { WaybillSignOnProvider } from './schema-sign-on.ts';
import { type SignOnProviderConfiguration, usualProvider } from './sign-on-configuration.ts';

/** How people sign in, in a file of our own schema. */
export function readSignOn(
  { sign_on: signOn }: WaybillFile,
  placeOf: (...path: readonly string[]) => Place,
  reading: Reading,
): DraftSignOn {
  const providers = (signOn?.providers ?? []).map(providerOf);
  for (const [index, { id, issuer }] of providers.entries()) {
    const place = placeOf('sign_on', 'providers', String(index));
    const before = providers.slice(0, index);
    if (before.some((other) => other.id === id)) reading.fault(place, `there are two providers '${id}': rename one`);
    if (before.some((other) => other.issuer === issuer))
      reading.fault(place, `the issuer '${issuer}' is there twice: put both into one`);
  }
  const { idle, lifetime } = signOn?.session ?? {};
  return {
    ...given({ publicUrl: signOn?.public_url }),
    sessions: given({ idleMs: idle, absoluteMs: lifetime }),
    providers,
  };
}

function providerOf(entry: WaybillSignOnProvider): SignOnProviderConfiguration {
  return {
    ...usualProvider,
    id: entry.id,
    name: entry.name ?? entry.id,
    issuer: entry.issuer,
    clientId: entry.client_id,
    claims: { ...usualProvider.claims, ...given(entry.claims ?? {}) },
    ...given({
      clientSecret: entry.client_secret,
      scopes: entry.scopes,
      roles: entry.roles,
      teams: entry.teams,
      usualRole: entry.default_role,
      emailDomains: entry.email_domains,
      createsUsers: entry.create_users,
      trustsEmail: entry.trust_email,
    }),
  };
}
