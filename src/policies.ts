import { buildCatalog, type Deployment } from './catalog/index.ts';
import type { Configuration } from './config/index.ts';
import { type Dialect, dialects } from './dialects/index.ts';
import type { DialectId } from './inference/index.ts';
import type { Policies } from './pipeline/index.ts';
import {
  createEndpoint,
  credentialFault,
  dialectsOf,
  type Endpoint,
  providerRow,
  type Signers,
  sandboxModels,
} from './providers/index.ts';
import { buildRules } from './rules.ts';
import { openCalendar, systemClock } from './std/index.ts';
import { version } from './version.ts';

/** What the rooms are told by the configuration; built anew when it is loaded again. */
export function buildPolicies(configuration: Configuration, signers: Signers): Policies {
  const credentials = new Map(configuration.credentials.map((credential) => [credential.name, credential]));
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
    const id = `${dialect} ${deployment.id} ${deployment.upstreamModel}`;
    const known = endpoints.get(id);
    if (known !== undefined) return known;
    const credential = credentials.get(deployment.credential);
    const spoken = spokenFor(deployment, dialect);
    const made =
      credential === undefined || spoken === null
        ? null
        : createEndpoint(credential, spoken, {
            version,
            model: deployment.upstreamModel,
            headers: deployment.headers,
            sign: signers(credential),
          });
    // Dynamic names have no end; the endpoints of a gateway in use do.
    if (endpoints.size > 10_000) endpoints.clear();
    endpoints.set(id, made);
    return made;
  };
  const { budgetExceededStatus, routing, allowances } = configuration;
  return {
    catalog,
    endpointOf,
    routing,
    budgetExceededStatus,
    unsupported: routing.unsupported,
    health: routing,
    rules: buildRules(allowances),
    calendar: openCalendar(allowances.timeZone),
  };
}

/** The client's own dialect where the model is spoken to in it, else the first that can stand for it. */
function spokenFor({ provider, upstreamModel }: Deployment, dialect: DialectId): DialectId | null {
  const spoken = dialectsOf(provider, upstreamModel);
  if (spoken.includes(dialect)) return dialect;
  const asked = dialects[dialect];
  return spoken.find((id) => canStandFor(dialects[id], asked)) ?? null;
}

function canStandFor(spoken: Dialect, asked: Dialect): boolean {
  return (spoken.chat !== null && asked.chat !== null) || (spoken.embedding !== null && asked.embedding !== null);
}

/** Credentials that parse and cannot work: a host that must not be called, a header that no request can have. */
export function credentialFaults(configuration: Configuration): readonly string[] {
  return configuration.credentials.flatMap((credential) => {
    const fault = credentialFault(credential);
    return fault === null ? [] : [`credential '${credential.name}': ${fault}`];
  });
}
