import { buildCatalog, type Deployment } from './catalog/index.ts';
import type { Configuration, CredentialConfiguration } from './config/index.ts';
import { type Dialect, dialects } from './dialects/index.ts';
import type { DialectId, ProviderId } from './inference/index.ts';
import type { Policies } from './pipeline/index.ts';
import {
  createEndpoint,
  credentialFault,
  type Endpoint,
  type EndpointCredential,
  providerRow,
  sandboxModels,
} from './providers/index.ts';
import { systemClock } from './std/index.ts';
import { version } from './version.ts';

/** What the rooms are told by the configuration; built anew when it is loaded again. */
export function buildPolicies(configuration: Configuration): Policies {
  const credentials = new Map(
    configuration.credentials.filter(isReachable).map((credential) => [credential.name, credential]),
  );
  const catalog = buildCatalog({
    models: configuration.models,
    credentials: configuration.credentials,
    provider: providerRow,
    sandboxModels,
    timeouts: configuration.routing.timeouts,
    defaultFallbacks: configuration.routing.defaultFallbacks,
    nowMs: systemClock.nowMs(),
  });
  const endpoints = new Map<string, Endpoint | null>();
  const endpointOf = (deployment: Deployment, dialect: DialectId): Endpoint | null => {
    const id = `${dialect} ${deployment.id}`;
    const known = endpoints.get(id);
    if (known !== undefined) return known;
    const credential = credentials.get(deployment.credential);
    const spoken = credential === undefined ? null : spokenFor(credential.provider, dialect);
    const made =
      credential === undefined || spoken === null
        ? null
        : createEndpoint(credential, spoken, { version, headers: deployment.headers });
    // Dynamic names have no end; the endpoints of a gateway in use do.
    if (endpoints.size > 10_000) endpoints.clear();
    endpoints.set(id, made);
    return made;
  };
  const { budgetExceededStatus, routing } = configuration;
  const { maxAttempts, retries } = routing;
  return {
    catalog,
    endpointOf,
    maxAttempts,
    retries,
    budgetExceededStatus,
    unsupported: routing.unsupported,
    health: routing,
  };
}

/** The client's own dialect where the provider speaks it, else the first of its dialects that can stand for it. */
function spokenFor(provider: ProviderId, dialect: DialectId): DialectId | null {
  const speaks = providerRow(provider)?.speaks ?? {};
  if (speaks[dialect] !== undefined) return dialect;
  const asked = dialects[dialect];
  const spoken = Object.keys(speaks) as DialectId[];
  return spoken.find((id) => canStandFor(dialects[id], asked)) ?? null;
}

function canStandFor(spoken: Dialect, asked: Dialect): boolean {
  return (spoken.chat !== null && asked.chat !== null) || (spoken.embedding !== null && asked.embedding !== null);
}

/** Credentials that parse and cannot work: a host that must not be called, a header that no request can have. */
export function credentialFaults(configuration: Configuration): readonly string[] {
  return configuration.credentials.flatMap((credential) => {
    const fault = isReachable(credential)
      ? credentialFault(credential)
      : "auth 'entra' is not available in this version yet; use api_key";
    return fault === null ? [] : [`credential '${credential.name}': ${fault}`];
  });
}

function isReachable(credential: CredentialConfiguration): credential is CredentialConfiguration & EndpointCredential {
  return credential.auth !== 'entra';
}
