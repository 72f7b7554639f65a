import type { Configuration, CredentialConfiguration } from './configuration.ts';

const SECRET_OPTIONS = new Set([
  'access_key_id',
  'secret_access_key',
  'session_token',
  'service_account',
  'client_secret',
  'client_certificate',
]);
/** Of anything shorter the last four would be too much of it. */
const SHOWN_FROM_LENGTH = 12;

/** The configuration as it may be printed: every secret as `****last4`, or `****` if it is short. */
export function maskedConfiguration(configuration: Configuration): object {
  const { secrets, store, network, tokens } = configuration;
  return {
    ...configuration,
    secrets: {
      masterKey: secrets.masterKey === null ? null : { ...secrets.masterKey, value: mask(secrets.masterKey.value) },
      secretKey: secrets.secretKey === null ? null : mask(secrets.secretKey),
    },
    store: { databaseUrl: maskUrl(store.databaseUrl), redisUrl: maskUrl(store.redisUrl) },
    network: {
      ...network,
      ca: network.ca.map((pem) => `${pem.split('-----BEGIN CERTIFICATE-----').length - 1} certificates`),
      httpProxy: maskUrl(network.httpProxy),
      httpsProxy: maskUrl(network.httpsProxy),
    },
    tokens: { ...tokens, directory: tokens.directory === null ? null : mask(tokens.directory) },
    credentials: configuration.credentials.map(maskCredential),
    managed: maskManaged(configuration.managed),
    cloudVariables: maskValues(configuration.cloudVariables, () => true),
    models: configuration.models.map((model) => ({
      ...model,
      deployments: model.deployments.map((deployment) => ({
        ...deployment,
        headers: maskValues(deployment.headers, () => true),
      })),
    })),
  };
}

function maskManaged(managed: Configuration['managed']): object | null {
  if (managed === null) return null;
  const entries = managed.entries.map((entry) => {
    const { secret } = entry;
    return { ...entry, secret: secret === null ? null : { ...secret, value: mask(secret.value) } };
  });
  return { entries };
}

function maskCredential(credential: CredentialConfiguration): object {
  return {
    ...credential,
    baseUrl: maskUrl(credential.baseUrl),
    apiKey: credential.apiKey === null ? null : mask(credential.apiKey),
    headers: maskValues(credential.headers, () => true),
    options: maskValues(credential.options, (name) => SECRET_OPTIONS.has(name)),
  };
}

function maskValues(
  values: Readonly<Record<string, string>>,
  isSecret: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isSecret(name) ? mask(value) : value]),
  );
}

function mask(secret: string): string {
  return secret.length < SHOWN_FROM_LENGTH ? '****' : `****${secret.slice(-4)}`;
}

/** A URL keeps all but its password and its query, which may hold another. */
function maskUrl(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  if (url === null) return mask(text);
  if (url.password !== '') url.password = '****';
  for (const name of url.searchParams.keys())
    if (/key|token|pass|secret|sig/i.test(name)) url.searchParams.set(name, '****');
  return url.href;
}
