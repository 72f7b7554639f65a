import { type Adjust, buildCatalog, type Deployment } from './catalog/index.ts';
import type { Configuration } from './config/index.ts';
import { canStandFor, loadDialect } from './dialects/index.ts';
import type { DialectId, ProviderId } from './inference/index.ts';
import type { LowBalance } from './ledger/index.ts';
import type { Policies } from './pipeline/index.ts';
import {
  createEndpoint,
  credentialFault,
  dialectsOf,
  type Endpoint,
  providerRow,
  type Signers,
  sandboxModels,
  spokenBy,
} from './providers/index.ts';
import { buildPriorities, buildRules } from './rules.ts';
import { nanoFromUsd, openCalendar, systemClock } from './std/index.ts';
import { version } from './version.ts';

/** What the rooms are told by the configuration; built anew when it is loaded again. */
export function buildPolicies(configuration: Configuration, signers: Signers, adjust?: Adjust): Policies {
  const credentials = new Map(configuration.credentials.map((credential) => [credential.name, credential]));
  const catalog = buildCatalog({
    models: configuration.models,
    credentials: configuration.credentials,
    provider: providerRow,
    sandboxModels,
    timeouts: configuration.routing.timeouts,
    defaultFallbacks: configuration.routing.defaultFallbacks,
    fallbacksOfAll: configuration.routing.fallbacksOfAll,
    nowMs: systemClock.nowMs(),
    ...(adjust === undefined ? {} : { adjust }),
  });
  // By deployment, not by its id: a plan of two hundred asks two hundred times.
  const endpoints = new Map<DialectId, WeakMap<Deployment, Endpoint | null>>();
  const endpointOf = (deployment: Deployment, dialect: DialectId): Endpoint | null => {
    const ofDialect = endpoints.get(dialect) ?? new WeakMap<Deployment, Endpoint | null>();
    const known = ofDialect.get(deployment);
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
    ofDialect.set(deployment, made);
    endpoints.set(dialect, ofDialect);
    return made;
  };
  const { budgetExceededStatus, enforcedParams, routing, allowances, keys } = configuration;
  return {
    catalog,
    teamCredentials: teamCredentialsOf(configuration),
    accounts: configuration.credentials.map(({ name, provider }) => ({ name, provider })),
    endpointOf,
    routing,
    loadFor: openLoading(new Set(configuration.credentials.map(({ provider }) => provider))),
    budgetExceededStatus,
    enforcedParams,
    unsupported: routing.unsupported,
    health: routing,
    probes: routing.probes,
    rules: buildRules(allowances),
    customerBudgetId: allowances.customerBudgetId,
    lowBalance: lowBalanceOf(allowances),
    priorities: buildPriorities(routing.priorities),
    calendar: openCalendar(allowances.timeZone),
    keyRules: keys,
    prompts: promptsPolicyOf(configuration),
    promptsReaders: configuration.prompts.readers,
  };
}

/** null: nothing is kept of anybody's requests and answers. */
function promptsPolicyOf({ prompts, requestLog }: Configuration): Policies['prompts'] {
  const { mode, maxBytes } = prompts;
  const teams = new Map(Object.entries(prompts.teams));
  // Whose it is says the row of the request log.
  const isOff = requestLog === 'off' || [mode, ...teams.values()].every((each) => each === 'off');
  return isOff ? null : { mode, teams, maxBytes };
}

function lowBalanceOf({ lowBalance: { usd, share } }: Configuration['allowances']): LowBalance {
  return usd === null
    ? { kind: 'share', thousandths: Math.round(share * 1000) }
    : { kind: 'amount', nanoUsd: nanoFromUsd(usd) };
}

function teamCredentialsOf({ managed }: Configuration): ReadonlySet<string> {
  return new Set(managed?.entries.flatMap(({ credentials }) => Object.values(credentials)));
}

/** The client's own dialect where the model is spoken to in it, else the first that can stand for it. */
function spokenFor({ provider, upstreamModel }: Deployment, dialect: DialectId): DialectId | null {
  const spoken = dialectsOf(provider, upstreamModel);
  if (spoken.includes(dialect)) return dialect;
  return spoken.find((id) => canStandFor(id, dialect)) ?? null;
}

/** What each of the providers may be spoken to in when a call comes in another dialect, whatever the model. */
function openLoading(providers: ReadonlySet<ProviderId>): Policies['loadFor'] {
  const isThere = new Set<DialectId>();
  return (dialect) => {
    if (isThere.has(dialect)) return null;
    const needed = new Set([dialect, ...[...providers].flatMap((provider) => standingFor(dialect, provider))]);
    return Promise.all(Array.from(needed, loadDialect)).then(() => void isThere.add(dialect));
  };
}

function standingFor(dialect: DialectId, provider: ProviderId): readonly DialectId[] {
  const { always, sometimes } = spokenBy(provider);
  if (always.includes(dialect)) return [];
  const first = always.find((id) => canStandFor(id, dialect)) ?? [];
  return sometimes.filter((id) => canStandFor(id, dialect)).concat(first);
}

/** Credentials that parse and cannot work: a host that must not be called, a header that no request can have. */
export function credentialFaults(configuration: Configuration): readonly string[] {
  return configuration.credentials.flatMap((credential) => {
    const fault = credentialFault(credential);
    return fault === null ? [] : [`credential '${credential.name}': ${fault}`];
  });
}
