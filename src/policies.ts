import { buildCatalog, type Deployment } from './catalog/index.ts';
import type { Configuration, CredentialConfiguration } from './config/index.ts';
import type { DialectId } from './inference/index.ts';
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
    const made =
      credential === undefined ? null : createEndpoint(credential, dialect, { version, headers: deployment.headers });
    // Dynamic names have no end; the endpoints of a gateway in use do.
    if (endpoints.size > 10_000) endpoints.clear();
    endpoints.set(id, made);
    return made;
  };
  const { budgetExceededStatus, routing } = configuration;
  const { maxAttempts, retries } = routing;
  return { catalog, endpointOf, maxAttempts, retries, budgetExceededStatus, health: routing };
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
