import { maskSecret } from '../std/index.ts';
import type { Configuration, CredentialConfiguration } from './configuration.ts';

const SECRET_OPTIONS = new Set([
  'access_key_id',
  'secret_access_key',
  'session_token',
  'service_account',
  'client_secret',
  'client_certificate',
]);

/** Plain data, for JSON. */
type MaskedConfiguration = Readonly<Record<string, unknown>> & Pick<Configuration, 'credentials'>;

/** The configuration as it may be printed: every secret as `****last4`, or `****` if it is short. */
export function maskedConfiguration(configuration: Configuration): MaskedConfiguration {
  const { source, secrets, store, network, tokens } = configuration;
  return {
    ...configuration,
    source: { schema: source.schema, files: source.files },
    secrets: {
      masterKey:
        secrets.masterKey === null ? null : { ...secrets.masterKey, value: maskSecret(secrets.masterKey.value) },
      secretKey: secrets.secretKey === null ? null : maskSecret(secrets.secretKey),
      newSecretKey:
        secrets.newSecretKey === null
          ? null
          : { ...secrets.newSecretKey, value: maskSecret(secrets.newSecretKey.value) },
      litellmKeys: secrets.litellmKeys.map(maskSecret),
    },
    store: { databaseUrl: maskUrl(store.databaseUrl), redisUrl: maskUrl(store.redisUrl) },
    network: {
      ...network,
      ca: network.ca.map((pem) => `${pem.split('-----BEGIN CERTIFICATE-----').length - 1} certificates`),
      httpProxy: maskUrl(network.httpProxy),
      httpsProxy: maskUrl(network.httpsProxy),
    },
    tokens: { ...tokens, directory: tokens.directory === null ? null : maskSecret(tokens.directory) },
    credentials: configuration.credentials.map(maskCredential),
    managed: maskManaged(configuration.managed),
    signOn: {
      ...configuration.signOn,
      providers: configuration.signOn.providers.map(({ clientSecret, ...provider }) => ({
        ...provider,
        clientSecret: clientSecret === null ? null : maskSecret(clientSecret),
      })),
    },
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
    return { ...entry, secret: secret === null ? null : { ...secret, value: maskSecret(secret.value) } };
  });
  return { entries };
}

function maskCredential(credential: CredentialConfiguration): CredentialConfiguration {
  return {
    ...credential,
    baseUrl: maskUrl(credential.baseUrl),
    apiKey: credential.apiKey === null ? null : maskSecret(credential.apiKey),
    headers: maskValues(credential.headers, () => true),
    options: maskValues(credential.options, (name) => SECRET_OPTIONS.has(name)),
  };
}

function maskValues(
  values: Readonly<Record<string, string>>,
  isSecret: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isSecret(name) ? maskSecret(value) : value]),
  );
}

/** A URL keeps all but its password and its query, which may hold another. */
function maskUrl(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  if (url === null) return maskSecret(text);
  if (url.password !== '') url.password = '****';
  for (const name of url.searchParams.keys())
    if (/key|token|pass|secret|sig/i.test(name)) url.searchParams.set(name, '****');
  return url.href;
}
