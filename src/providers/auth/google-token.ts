import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { externalAccountToken } from './google-external.ts';
import { GOOGLE_SCOPE, impersonate } from './google-impersonate.ts';
import { readPrivateKey, signJwt } from './jwt.ts';
import { type Expiring, keepFresh } from './keep-fresh.ts';
import { accessToken } from './oauth.ts';
import { bearerSigner, CredentialError, type Signer } from './signer.ts';
import {
  FORM,
  fieldOf,
  formOf,
  METADATA_TIMEOUT_MS,
  parseDocument,
  requireText,
  type Surroundings,
  TOKEN_TIMEOUT_MS,
  variable,
} from './surroundings.ts';

/** What the configuration says of a Google account. null: not said, so application default credentials are looked for. */
export type GoogleAccount = {
  /** A credential's JSON itself. */
  readonly json: string | null;
  /** Where such a file lies. */
  readonly file: string | null;
};

const METADATA_HOST = 'metadata.google.internal';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const HOUR_S = 3_600;

export function googleSigner(account: GoogleAccount, around: Surroundings): Signer {
  return bearerSigner(keepFresh(() => findGoogleToken(account, around), around.clock));
}

/** The order of Google's libraries: what is named, the variable, the file of `gcloud`, the machine's own account. */
export async function findGoogleToken({ json, file }: GoogleAccount, around: Surroundings): Promise<Expiring<string>> {
  if (json !== null) return tokenBy(parseDocument(json, 'the Google credential'), 'the Google credential', around);
  const named = file ?? variable(around, 'GOOGLE_APPLICATION_CREDENTIALS');
  if (named !== null) return tokenBy(parseDocument(await requireText(around, named, 'Google'), named), named, around);
  const usual = usualFile(around);
  const text = usual === null ? null : await around.readText(usual);
  if (usual !== null && text !== null) return tokenBy(parseDocument(text, usual), usual, around);
  return metadataToken(around);
}

function usualFile(around: Surroundings): string | null {
  const folder = variable(around, 'CLOUDSDK_CONFIG');
  const home = variable(around, 'HOME');
  const windows = variable(around, 'APPDATA');
  const name = 'application_default_credentials.json';
  if (folder !== null) return `${folder}/${name}`;
  if (windows !== null) return `${windows}/gcloud/${name}`;
  return home === null ? null : `${home}/.config/gcloud/${name}`;
}

type Kind = (document: JsonObject, source: string, around: Surroundings) => Promise<Expiring<string>>;

const KINDS: Readonly<Record<string, Kind>> = {
  service_account: serviceAccountToken,
  authorized_user: authorizedUserToken,
  external_account: externalAccountToken,
  impersonated_service_account: impersonatedToken,
};

async function tokenBy(document: JsonObject, source: string, around: Surroundings): Promise<Expiring<string>> {
  const kind = KINDS[String(document['type'])];
  if (kind !== undefined) return kind(document, source, around);
  throw new CredentialError(`${source}: its type must be one of ${Object.keys(KINDS).join(', ')}`);
}

/** An assertion signed with the account's own key is changed for a token (RFC 7523). */
async function serviceAccountToken(
  document: JsonObject,
  source: string,
  around: Surroundings,
): Promise<Expiring<string>> {
  const email = fieldOf(document, 'client_email', source);
  const key = readPrivateKey(fieldOf(document, 'private_key', source), source);
  const keyId = document['private_key_id'];
  const url = typeof document['token_uri'] === 'string' ? document['token_uri'] : TOKEN_URL;
  const nowS = Math.floor(around.clock.nowMs() / 1000);
  const claims = { iss: email, scope: GOOGLE_SCOPE, aud: url, iat: nowS, exp: nowS + HOUR_S };
  const assertion = signJwt('RS256', typeof keyId === 'string' ? { kid: keyId } : {}, claims, key);
  const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  return exchange(url, { grant_type: grant, assertion }, `Google, asked for a token of ${email},`, around);
}

/** A person's own, as `gcloud auth application-default login` leaves it. */
async function authorizedUserToken(
  document: JsonObject,
  source: string,
  around: Surroundings,
): Promise<Expiring<string>> {
  const fields = {
    grant_type: 'refresh_token',
    client_id: fieldOf(document, 'client_id', source),
    client_secret: fieldOf(document, 'client_secret', source),
    refresh_token: fieldOf(document, 'refresh_token', source),
  };
  return exchange(TOKEN_URL, fields, 'Google, asked to renew a sign-in,', around);
}

async function impersonatedToken(
  document: JsonObject,
  source: string,
  around: Surroundings,
): Promise<Expiring<string>> {
  const own = document['source_credentials'];
  if (!isJsonObject(own)) throw new CredentialError(`${source} holds no source_credentials`);
  const url = fieldOf(document, 'service_account_impersonation_url', source);
  return impersonate(url, (await tokenBy(own, source, around)).value, around);
}

/** The account of the machine, the container or the function. */
async function metadataToken(around: Surroundings): Promise<Expiring<string>> {
  const host = variable(around, 'GCE_METADATA_HOST') ?? METADATA_HOST;
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  const headers = { 'metadata-flavor': 'Google' };
  const request = { method: 'GET', url, headers, body: null, timeoutMs: METADATA_TIMEOUT_MS } as const;
  const answer = await around.askMetadata(request).catch(() => null);
  if (answer === null)
    throw new CredentialError(
      'no Google credentials; asked were: GOOGLE_APPLICATION_CREDENTIALS, the file of gcloud, the metadata server',
    );
  return accessToken(answer, 'the metadata server of Google', around);
}

async function exchange(
  url: string,
  fields: Readonly<Record<string, string>>,
  source: string,
  around: Surroundings,
): Promise<Expiring<string>> {
  const body = formOf(fields);
  const answer = await around.ask({ method: 'POST', url, headers: FORM, body, timeoutMs: TOKEN_TIMEOUT_MS });
  return accessToken(answer, source, around);
}
