import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import {
  createKeyAdministration,
  createKeyRing,
  createPartyAdministration,
  derivePepper,
  type KeyAdministration,
  type PartyAdministration,
} from './access/index.ts';
import type { Deployment } from './catalog/index.ts';
import type { Configuration } from './config/index.ts';
import { openConversations } from './conversation/index.ts';
import type { Ground } from './ground.ts';
import { deploymentGauges, openWatchedHealth } from './health.ts';
import { openInference } from './http/inference/index.ts';
import { createGatewayServer, type GatewayServer } from './http/server.ts';
import { loadPots, openPots, type Pots } from './ledger/index.ts';
import { openAdmissions, openDeploymentSlots, openSlotQueue } from './limits/index.ts';
import { openLivePolicies } from './live-policies.ts';
import { type Connections, createConnections } from './network/index.ts';
import { openKeepAlive, type Rooms } from './pipeline/index.ts';
import { isSandbox, openSandbox, openTransport } from './providers/index.ts';
import { openTurns, RetryBudgets, SessionAffinity } from './routing/index.ts';
import { spentBy } from './spent-by.ts';
import { type Clock, random, randomId, systemClock } from './std/index.ts';
import {
  type Journal,
  type Log,
  openJournal,
  openPublisher,
  openRegistry,
  openTallies,
  type Tallies,
} from './telemetry/index.ts';
import { openBudgetTeller } from './tell-budget.ts';
import { openTokenCounter } from './token-counter.ts';
import { version } from './version.ts';

const REFRESH_EVERY_MS = 500;
const SWEEP_EVERY_MS = 50;

export type GatewayOptions = {
  readonly configuration: Configuration;
  readonly masterKey: string;
  readonly secretKey: string;
  readonly ground: Pick<Ground, 'main' | 'log' | 'lessor' | 'drainNow' | 'backlog'>;
  readonly journalRoot: string;
  readonly log: Log;
  /** Tells the other local processes that keys have changed, and waits for them (100 ms at most). */
  readonly tellKeysChanged: () => Promise<void>;
  /** Prometheus' text of all local processes. */
  readonly collectMetrics: (own: Registry) => Promise<string>;
};

export type Gateway = {
  readonly server: Server;
  readonly rooms: Rooms;
  readonly keys: KeyAdministration;
  readonly registry: () => Promise<Registry>;
  readonly reload: (configuration: Configuration) => void;
  /** Stops taking calls, lets those in flight finish within the time, and closes what was opened. */
  readonly stop: (drainTimeoutMs: number) => Promise<void>;
};

/** Builds the rooms and the doors of one process from its configuration and its ground. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { configuration, ground, log } = options;
  const clock = systemClock;
  const writer = randomId('w');
  const [who, pots] = await Promise.all([openAccess(options, clock), openOwnPots(options, writer, clock)]);
  const { ring, keys } = who;
  const journal = openBooks(options, writer);
  const connections = createConnections(configuration.network);
  const upstreams = openUpstreams(connections, clock);
  const tokenCounter = openTokenCounter();
  const policies = openLivePolicies(configuration, connections);
  const watched = openWatchedHealth({ ...options, database: ground.main, writer, clock, policies: policies.now });
  let ready = true;
  const tallies = openTallies();
  const registry = lazily(() =>
    openRegistry(tallies, {
      inFlight: inference.inFlight,
      upstreamSockets: upstreams.openSockets,
      virtualKeys: ring.size,
      deployments: () => deploymentGauges(rooms),
    }),
  );
  const rooms: Rooms = {
    clock,
    random,
    keys: ring,
    admissions: openLimits(pots, policies.now),
    holds: pots,
    ...openRouting(policies.now, clock),
    health: watched.health,
    keepAlive: openKeepAlive(),
    conversations: openConversations(ground.main, clock),
    policies: policies.now,
    transportOf: upstreams.transportOf,
    isSandbox: (deployment) => isSandbox(deployment.provider),
    tokenCounter,
    journal,
    log,
    ...openTellers(tallies, log),
  };
  const inference = openInference(rooms, configuration.server.maxBodyBytes);
  const doors = createGatewayServer({
    inference,
    maxBodyBytes: configuration.server.maxBodyBytes,
    isReady: () => ready,
    app: lazily(() => buildApp(options, rooms, who, registry, () => ready)),
  });
  watched.watch(rooms);
  ring.startRefreshing(REFRESH_EVERY_MS, (error) => log.warn('keys could not be refreshed', { error }));

  return {
    server: doors.server,
    rooms,
    keys,
    registry,
    reload: (next) => {
      policies.load(next);
      watched.configure(next);
    },
    stop: async (drainTimeoutMs) => {
      ready = false;
      pots.release();
      inference.closeSockets();
      await closeServer(doors, drainTimeoutMs);
      ring.stopRefreshing();
      for (const each of [pots, policies, watched, rooms.keepAlive, rooms.conversations, journal]) each.close();
      await Promise.all([upstreams.close(), tokenCounter.close()]);
    },
  };
}

/** What routing keeps of this process's calls, beside their deployments' health. */
function openRouting(policies: Rooms['policies'], clock: Clock) {
  const slots = openDeploymentSlots(() => policies().routing.strategy === 'usage');
  const maxWaiting = (): number => policies().routing.queue.length;
  return {
    slots,
    queue: openSlotQueue({ slots, nowMs: clock.monotonicMs, maxWaiting }),
    affinity: new SessionAffinity(),
    turns: openTurns(),
    retryBudgets: new RetryBudgets(),
  };
}

/** Whoever answers calls: the network, or the sandbox. */
function openUpstreams(connections: Connections, clock: Clock) {
  const transport = openTransport({ connections, clock });
  const sandbox = openSandbox({ clock });
  return {
    transportOf: ({ provider }: Deployment) => (isSandbox(provider) ? sandbox : transport),
    openSockets: transport.openSockets,
    close: () => Promise.all([transport.close(), sandbox.close()]),
  };
}

async function openAccess({ ground, secretKey, masterKey, tellKeysChanged }: GatewayOptions, clock: Clock) {
  const database = ground.main;
  const ring = await createKeyRing({ database, pepper: derivePepper(secretKey), masterKey, clock });
  const keys = createKeyAdministration({ database, ring, clock });
  keys.onChange(tellKeysChanged);
  const changed = async (): Promise<void> => {
    await ring.refresh();
    await tellKeysChanged();
  };
  return { ring, keys, parties: createPartyAdministration({ database, clock, changed }) };
}

function openLimits({ potFor }: Pots, policies: Rooms['policies']): Rooms['admissions'] {
  return openAdmissions({ potFor, rules: () => policies().rules, calendar: () => policies().calendar });
}

function openTellers(tallies: Tallies, log: Log): Pick<Rooms, 'publish' | 'tellBudget'> {
  const publish = openPublisher([{ name: 'metrics', take: tallies.record }], log);
  return { publish, tellBudget: openBudgetTeller(tallies, log) };
}

function openBooks({ journalRoot, log }: GatewayOptions, writer: string): Journal {
  const onSyncFailure = (error: Error): void => log.error('the journal could not be brought to the disk', { error });
  return openJournal({ root: journalRoot, writer, onSyncFailure });
}

async function openOwnPots({ ground, log }: GatewayOptions, writer: string, clock: Clock): Promise<Pots> {
  const posted = await loadPots(ground.main);
  const onFailure = (error: unknown): void => log.warn('the books could not be asked for a lease', { error });
  return openPots({ lessor: ground.lessor, writer, clock, posted, drainNow: ground.drainNow, onFailure });
}

async function buildApp(
  options: GatewayOptions,
  rooms: Rooms,
  { keys, parties }: { readonly keys: KeyAdministration; readonly parties: PartyAdministration },
  registry: () => Promise<Registry>,
  isReady: () => boolean,
) {
  const { ground, log } = options;
  const [app, inference, explanation, management, account, operations, reference] = await Promise.all([
    import('./http/app.ts'),
    import('./http/inference/routes.ts'),
    import('./http/explanation/index.ts'),
    import('./http/management/index.ts'),
    import('./http/account/index.ts'),
    import('./http/operations/index.ts'),
    import('./http/reference/index.ts'),
  ]);
  const reader = { log: ground.log, drainNow: ground.drainNow };
  const routes = [
    ...management.managementRoutes({ keys, parties, spentBy: spentBy(rooms, ground), clock: rooms.clock }),
    ...management.spendRoutes(reader),
    ...account.generationRoutes(reader),
    ...inference.inferenceRoutes(rooms),
    ...explanation.explainRoutes(rooms, keys),
    ...operations.healthRoutes(rooms, {
      isReady,
      facts: async () => ({ books: await ground.backlog(), virtual_keys: rooms.keys.size() }),
    }),
    ...operations.metricsRoutes(async () => options.collectMetrics(await registry())),
  ];
  const described = reference.referenceRoutes(routes, inference.inferenceAddresses(), version);
  return app.createApp([...routes, ...described], rooms, (error) =>
    log.error('a request failed in an unexpected way', { error }),
  );
}

function lazily<T>(build: () => Promise<T>): () => Promise<T> {
  let built: Promise<T> | null = null;
  return () => {
    built ??= build();
    return built;
  };
}

/** Idle connections close at once, busy ones after their answer; what is left when the time is up is cut. */
function closeServer(doors: GatewayServer, drainTimeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(doors.closeAllConnections, drainTimeoutMs);
    // A connection that was busy at the start becomes idle later on, and its client may mean to keep it for a minute.
    const sweep = setInterval(doors.closeIdleConnections, SWEEP_EVERY_MS);
    doors.server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    doors.closeIdleConnections();
  });
}
