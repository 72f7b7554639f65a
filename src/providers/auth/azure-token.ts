import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { randomText } from '../../std/index.ts';
import { readPrivateKey, signJwt } from './jwt.ts';
import { type Expiring, keepFresh } from './keep-fresh.ts';
import { accessToken } from './oauth.ts';
import { bearerSigner, CredentialError, headerSigner, type Signer } from './signer.ts';
import {
  FORM,
  formOf,
  METADATA_TIMEOUT_MS,
  requireText,
  type Surroundings,
  TOKEN_TIMEOUT_MS,
  variable,
} from './surroundings.ts';

/** What the configuration says of an Azure account. null: not said, so the variables of Azure's SDKs are looked at. */
export type AzureAccount = {
  readonly apiKey: string | null;
  readonly tenantId: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  /** PEM of a certificate and its key. */
  readonly certificate: string | null;
  /** What tokens are for: `https://cognitiveservices.azure.com`, `https://ai.azure.com`. */
  readonly resource: string;
};

const LOGIN = 'https://login.microsoftonline.com';
const INSTANCE_URL = 'http://169.254.169.254/metadata/identity/oauth2/token';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const TEN_MINUTES_S = 600;

export function azureSigner(account: AzureAccount, around: Surroundings): Signer {
  if (account.apiKey !== null) return headerSigner('api-key', account.apiKey);
  return bearerSigner(keepFresh(() => findAzureToken(account, around), around.clock));
}

type Application = { readonly tenantId: string; readonly clientId: string };

/** The order of Azure's SDKs: secret, certificate, workload identity, managed identity. */
export async function findAzureToken(account: AzureAccount, around: Surroundings): Promise<Expiring<string>> {
  const { resource } = account;
  const clientId = account.clientId ?? variable(around, 'AZURE_CLIENT_ID');
  const tenantId = account.tenantId ?? variable(around, 'AZURE_TENANT_ID');
  const application = clientId === null || tenantId === null ? null : { clientId, tenantId };
  const secret = account.clientSecret ?? variable(around, 'AZURE_CLIENT_SECRET');
  const certificate = account.certificate ?? (await certificateFile(around));
  const federated = variable(around, 'AZURE_FEDERATED_TOKEN_FILE');
  if (application === null) {
    if (account.clientSecret !== null || account.certificate !== null)
      throw new CredentialError('Azure: a secret or a certificate needs a tenant id and a client id');
    return managedIdentityToken(clientId, resource, around);
  }
  if (secret !== null) return entraToken(application, resource, { client_secret: secret }, around);
  if (certificate !== null) {
    const assertion = certificateAssertion(application, certificate, around);
    return entraToken(
      application,
      resource,
      { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion },
      around,
    );
  }
  if (federated === null) return managedIdentityToken(clientId, resource, around);
  const assertion = (await requireText(around, federated, 'Azure workload identity')).trim();
  return entraToken(
    application,
    resource,
    { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion },
    around,
  );
}

async function certificateFile(around: Surroundings): Promise<string | null> {
  const path = variable(around, 'AZURE_CLIENT_CERTIFICATE_PATH');
  return path === null ? null : requireText(around, path, 'Azure certificate');
}

async function entraToken(
  { tenantId, clientId }: Application,
  resource: string,
  proof: Readonly<Record<string, string>>,
  around: Surroundings,
): Promise<Expiring<string>> {
  const fields = { grant_type: 'client_credentials', client_id: clientId, scope: `${resource}/.default`, ...proof };
  const request = { method: 'POST', headers: FORM, body: formOf(fields), timeoutMs: TOKEN_TIMEOUT_MS } as const;
  const answer = await around.ask({ ...request, url: tokenUrl(tenantId, around) });
  return accessToken(answer, `Microsoft Entra, asked for a token of ${clientId},`, around);
}

function tokenUrl(tenantId: string, around: Surroundings): string {
  const authority = variable(around, 'AZURE_AUTHORITY_HOST')?.replace(/\/+$/, '') ?? LOGIN;
  return `${authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
}

/** Microsoft knows the certificate by its thumbprint. */
function certificateAssertion({ tenantId, clientId }: Application, pem: string, around: Surroundings): string {
  const { thumbprint, key } = readCertificate(pem);
  const nowS = Math.floor(around.clock.nowMs() / 1000);
  const claims = {
    aud: tokenUrl(tenantId, around),
    iss: clientId,
    sub: clientId,
    jti: randomText(32),
    nbf: nowS,
    exp: nowS + TEN_MINUTES_S,
  };
  return signJwt('PS256', { 'x5t#S256': thumbprint }, claims, key);
}

function readCertificate(pem: string): { readonly thumbprint: string; readonly key: KeyObject } {
  try {
    const thumbprint = createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
    return { thumbprint, key: readPrivateKey(pem, 'Azure certificate') };
  } catch (error) {
    if (error instanceof CredentialError) throw error;
    throw new CredentialError('Azure certificate: it cannot be read; a certificate and its key are wanted, in PEM');
  }
}

/** App Service and Container Apps say where to ask; a machine's own service is at a fixed address. */
async function managedIdentityToken(
  clientId: string | null,
  resource: string,
  around: Surroundings,
): Promise<Expiring<string>> {
  const endpoint = variable(around, 'IDENTITY_ENDPOINT');
  const secret = variable(around, 'IDENTITY_HEADER');
  const isAppService = endpoint !== null && secret !== null;
  const query = new URLSearchParams({
    'api-version': isAppService ? '2019-08-01' : '2018-02-01',
    resource,
    ...(clientId === null ? {} : { client_id: clientId }),
  });
  const url = `${isAppService ? endpoint : INSTANCE_URL}?${query}`;
  const headers: Readonly<Record<string, string>> = isAppService
    ? { 'x-identity-header': secret }
    : { metadata: 'true' };
  const request = { method: 'GET', url, headers, body: null, timeoutMs: METADATA_TIMEOUT_MS } as const;
  const answer = await around.askMetadata(request).catch(() => null);
  if (answer === null)
    throw new CredentialError(
      'no Azure credentials; asked were: client secret, certificate, workload identity, managed identity',
    );
  return accessToken(answer, 'the managed identity of Azure', around);
}
