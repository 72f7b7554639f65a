import { type AwsAccount, awsSigner, azureSigner, googleSigner, type Signer, type Surroundings } from './auth/index.ts';
import type { EndpointCredential } from './endpoint.ts';
import type { Signing } from './provider-row.ts';
import { providerRow } from './table.ts';

/** null: the credential's calls are not signed, its headers say all. */
export type Signers = (credential: EndpointCredential) => Signer | null;

/**
 * One signer for each account: its endpoints share what it holds, and so do the configurations that follow one another.
 */
export function openSigners(around: Surroundings): Signers {
  const signers = new Map<string, Signer>();
  return (credential) => {
    const signing = signingOf(credential);
    if (signing === null) return null;
    const account = JSON.stringify([signing, credential.options]);
    const signer = signers.get(account) ?? signerOf(signing, credential, around);
    signers.set(account, signer);
    return signer;
  };
}

function signingOf({ provider, auth, apiKey }: EndpointCredential): Signing | null {
  const signing = providerRow(provider)?.signing ?? null;
  if (auth === 'entra') return signing;
  return auth === 'api-key' && apiKey === null ? signing : null;
}

function signerOf(signing: Signing, { options }: EndpointCredential, around: Surroundings): Signer {
  const given = (name: string): string | null => options[name] ?? null;
  if (signing.by === 'aws') return awsSigner(awsAccount(given), signing.service, around);
  if (signing.by === 'google') {
    const account = given('service_account');
    const isDocument = account?.trimStart().startsWith('{') === true;
    return googleSigner({ json: isDocument ? account : null, file: isDocument ? null : account }, around);
  }
  const application = {
    tenantId: given('tenant_id'),
    clientId: given('client_id'),
    clientSecret: given('client_secret'),
    certificate: given('client_certificate'),
  };
  return azureSigner({ apiKey: null, ...application, resource: signing.resource }, around);
}

function awsAccount(given: (name: string) => string | null): AwsAccount {
  const [accessKeyId, secretAccessKey] = [given('access_key_id'), given('secret_access_key')];
  const isWhole = accessKeyId !== null && secretAccessKey !== null;
  return {
    region: given('region') ?? '',
    bearerKey: null,
    keys: isWhole ? { accessKeyId, secretAccessKey, sessionToken: given('session_token') } : null,
    profile: given('profile'),
    roleArn: given('role_arn'),
    externalId: given('external_id'),
    sessionName: given('role_session_name'),
    webIdentityTokenFile: given('web_identity_token_file'),
  };
}
