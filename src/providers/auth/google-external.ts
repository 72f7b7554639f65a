import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { GOOGLE_SCOPE, impersonate } from './google-impersonate.ts';
import type { Expiring } from './keep-fresh.ts';
import { accessToken } from './oauth.ts';
import { CredentialError } from './signer.ts';
import {
  FORM,
  fieldOf,
  formOf,
  parseDocument,
  requireText,
  type Surroundings,
  TOKEN_TIMEOUT_MS,
} from './surroundings.ts';

/** Workload identity federation: another issuer's token, from a file or an address, is changed for one of Google's. */
export async function externalAccountToken(
  document: JsonObject,
  source: string,
  around: Surroundings,
): Promise<Expiring<string>> {
  const from = document['credential_source'];
  if (!isJsonObject(from)) throw new CredentialError(`${source} holds no credential_source`);
  const body = formOf({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: fieldOf(document, 'audience', source),
    scope: GOOGLE_SCOPE,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: fieldOf(document, 'subject_token_type', source),
    subject_token: await subjectToken(from, source, around),
  });
  const url = fieldOf(document, 'token_url', source);
  const answer = await around.ask({ method: 'POST', url, headers: FORM, body, timeoutMs: TOKEN_TIMEOUT_MS });
  const token = accessToken(answer, "Google's token exchange", around);
  const actsAs = document['service_account_impersonation_url'];
  return typeof actsAs === 'string' ? impersonate(actsAs, token.value, around) : token;
}

async function subjectToken(from: JsonObject, source: string, around: Surroundings): Promise<string> {
  const { file, url, headers, format } = from;
  if (typeof file === 'string') return tokenIn(await requireText(around, file, source), format, file);
  if (typeof url !== 'string')
    throw new CredentialError(`${source}: a credential_source by file or url is known, no other`);
  const given = isJsonObject(headers) ? Object.entries(headers).map(([name, value]) => [name, String(value)]) : [];
  // Such an address is often the metadata service of the cloud in which this runs.
  const ask = url.startsWith('http://') ? around.askMetadata : around.ask;
  const request = { method: 'GET', url, body: null, timeoutMs: TOKEN_TIMEOUT_MS } as const;
  const { status, text } = await ask({ ...request, headers: Object.fromEntries(given) });
  if (status !== 200) throw new CredentialError(`${source}: its credential_source answered ${status}`);
  return tokenIn(text, format, `${source}: its credential_source`);
}

function tokenIn(text: string, format: unknown, source: string): string {
  if (!isJsonObject(format) || format['type'] !== 'json') return text.trim();
  return fieldOf(parseDocument(text, source), String(format['subject_token_field_name']), source);
}
