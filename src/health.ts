import { createHmac } from 'node:crypto';
import { switchedTo } from './catalog/index.ts';
import { type Configuration, shownSettings } from './config/index.ts';
import type { Ground } from './ground.ts';
import type { CountersKind } from './ground-counters.ts';
import type { CounterFacts, Dependencies, RunningFacts } from './http/operations/index.ts';
import type { Sharing } from './limits/index.ts';
import { deploymentsToProbe, type Policies, probeAll, type Rooms } from './pipeline/index.ts';
import {
  type Health,
  type HealthEvent,
  type HealthPolicy,
  type LearnedLimits,
  openHealth,
  openHealthSharing,
  type Standing,
} from './routing/index.ts';
import type { Clock } from './std/index.ts';
import type { Database } from './store/index.ts';
import type { DeploymentGauge, Log } from './telemetry/index.ts';
import { version } from './version.ts';

/** A rest that began elsewhere is known here within two of these. */
const REFRESH_EVERY_MS = 1_000;

function openLoggedHealth(policyNow: () => HealthPolicy, log: Log, learned: LearnedLimits): Health {
  const tell = (event: HealthEvent): void => {
    const { type, heard } = event;
    const level = heard ? 'debug' : type === 'rests' ? 'warn' : 'info';
    log[level](messageOf(event), fieldsOf(event));
  };
  return openHealth(policyNow, tell, { learned });
}

function messageOf({ type, circuit }: HealthEvent): string {
  if (circuit !== null) return type === 'rests' ? 'a deployment rests' : 'a deployment is back';
  return type === 'rests'
    ? 'a credential rests, and all of its deployments with it: the upstream does not accept it'
    : 'a credential is back';
}

/** Who is switched on is tried, whatever its failures say. */
export function heedingSwitches(health: Health): Health {
  return {
    ...health,
    standing: (deployment, nowMs) =>
      switchedTo(deployment) === 'on' ? SWITCHED_ON : health.standing(deployment, nowMs),
    claim: (deployment, nowMs) => health.claim(deployment, nowMs) || switchedTo(deployment) === 'on',
  };
}

const SWITCHED_ON: Standing = Object.freeze({ state: 'closed', untilMs: 0, cause: null });

/** Names only: nothing of the secret. */
function fieldsOf({ type, credential, circuit, cause, forMs }: HealthEvent): Readonly<Record<string, unknown>> {
  const rest = type === 'rests' ? { for_ms: Math.round(forMs) } : {};
  return { credential, ...(circuit === null ? {} : { circuit }), cause, ...rest };
}

/** Asks deployments without a caller as often as the configuration says; nothing where it says nothing. */
function openProbing(rooms: Rooms): { readonly close: () => void } {
  const { clock, log } = rooms;
  let lastMs = clock.monotonicMs();
  let isRunning = false;
  const look = async (): Promise<void> => {
    const { probes } = rooms.policies();
    if (probes === null || isRunning || clock.monotonicMs() - lastMs < probes.everyMs) return;
    isRunning = true;
    lastMs = clock.monotonicMs();
    try {
      await probeAll(deploymentsToProbe(probes.models, rooms), probes.billed, rooms);
    } catch (error) {
      log.error('deployments could not be probed', { error });
    }
    isRunning = false;
  };
  const timer = setInterval(() => void look(), REFRESH_EVERY_MS).unref();
  return { close: () => clearInterval(timer) };
}

/** Of the configured deployments: names that callers make up are no series. */
export function deploymentGauges({ policies, health, clock }: Rooms): readonly DeploymentGauge[] {
  const nowMs = clock.monotonicMs();
  const deployments = policies()
    .catalog.configured()
    .flatMap((model) => model.deployments);
  return deployments.map((deployment) => {
    const { id, upstreamModel, provider } = deployment;
    const { uptime5m, uptime30m, uptime1d } = health.stats(deployment, nowMs);
    return {
      labels: { model_id: id, litellm_model_name: upstreamModel, api_provider: provider },
      state: STATES[health.standing(deployment, nowMs).state],
      uptimes: { '5m': uptime5m, '30m': uptime30m, '1d': uptime1d },
    };
  });
}

const STATES = { closed: 0, 'half-open': 1, open: 2 } as const;

/** The health of one process: it compares, shares and probes while it is watched. */
export type WatchedHealth = {
  readonly health: Health;
  readonly configure: (configuration: Configuration) => void;
  readonly watch: (rooms: Rooms) => void;
  readonly close: () => void;
};

type WatchedHealthOptions = {
  readonly configuration: Configuration;
  readonly policies: () => Policies;
  readonly database: Database;
  readonly writer: string;
  readonly secretKey: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly learned: LearnedLimits;
};

export function openWatchedHealth(options: WatchedHealthOptions): WatchedHealth {
  const { configuration, policies, secretKey, log } = options;
  const health = openLoggedHealth(() => policies().health, log, options.learned);
  const watched: { readonly close: () => void }[] = [];
  const configure = ({ credentials }: Configuration): void =>
    health.configured(new Map(credentials.map((credential) => [credential.name, versionOf(credential, secretKey)])));
  configure(configuration);
  return {
    health,
    configure,
    watch: (rooms) => watched.push(openRefresh(health, options), openProbing(rooms)),
    close: () => {
      for (const each of watched) each.close();
    },
  };
}

/** Every second: compares deployments with their peers, and tells and hears what there is between processes. */
function openRefresh(
  health: Health,
  { database, writer, clock, log }: WatchedHealthOptions,
): { readonly close: () => void } {
  const sharing = openHealthSharing(health, database, writer, clock.monotonicMs);
  let isRunning = false;
  let failing = false;
  let closed = false;
  const refresh = async (): Promise<void> => {
    health.compare(clock.monotonicMs());
    if (isRunning) return;
    isRunning = true;
    try {
      await sharing.refresh();
      failing = false;
    } catch (error) {
      // Once, not every second of an outage: nothing but the sharing is missing.
      if (!failing && !closed)
        log.warn('the health of deployments could not be shared with other processes', { error });
      failing = true;
    }
    isRunning = false;
  };
  const timer = setInterval(() => void refresh(), REFRESH_EVERY_MS).unref();
  return {
    close: () => {
      closed = true;
      clearInterval(timer);
    },
  };
}

/** Tells versions of a credential apart without giving it away: other processes see it in the database. */
function versionOf(credential: Configuration['credentials'][number], secretKey: string): string {
  const { origin: _origin, at: _at, ...said } = credential;
  return createHmac('sha256', secretKey)
    .update(`health of ${JSON.stringify(said)}`)
    .digest('hex')
    .slice(0, 16);
}

/** Of a process, for whoever operates it. */
export async function healthFacts(
  { configuration, ground }: { readonly configuration: Configuration; readonly ground: Pick<Ground, 'backlog'> },
  { keys }: Rooms,
  sharing: Sharing | null,
) {
  return {
    journal: configuration.server.journal,
    books: await ground.backlog(),
    counters: countersFacts(sharing),
    virtual_keys: keys.size(),
    virtual_keys_complete: keys.isComplete(),
  };
}

/** What runs here and by which settings. */
export function runningFacts(configuration: Configuration, store: RunningFacts['store']): RunningFacts {
  const { source, server, notices } = configuration;
  return {
    version,
    node: process.version,
    store,
    dataFolder: server.dataDir,
    schema: source.schema,
    files: source.files,
    notices,
    settings: shownSettings(configuration),
  };
}

/** What an operator may ask one by one. */
export function dependencyFacts({ main, log }: Pick<Ground, 'main' | 'log'>, sharing: Sharing | null) {
  const counters = (): CounterFacts => {
    if (sharing === null) return { kind: 'own' satisfies CountersKind, processes: 1, reachable: true };
    const { kind, live, isDown } = sharing.facts();
    return { kind, processes: live, reachable: !isDown };
  };
  const services: Dependencies = {
    database: () => main.query('SELECT 1 AS one', []),
    request_log: () => log.query('SELECT 1 AS one', []),
    counters: async () => {
      if (!counters().reachable) throw new Error('the counters cannot be reached');
    },
  };
  return { services, counters };
}

function countersFacts(sharing: Sharing | null): Readonly<Record<string, unknown>> {
  if (sharing === null) return { kind: 'own' satisfies CountersKind };
  const { kind, live, isDown } = sharing.facts();
  return { kind: kind satisfies CountersKind, processes: live, reachable: !isDown };
}
