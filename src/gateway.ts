import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import { createKeyAdministration, createKeyRing, derivePepper, type KeyAdministration } from './access/index.ts';
import type { Configuration } from './config/index.ts';
import { openConversations } from './conversation/index.ts';
import type { Ground } from './ground.ts';
import { createApp } from './http/app.ts';
import {
  countRoutes,
  greetingRoutes,
  modelRoutes,
  ollamaRoutes,
  openInference,
  responseRoutes,
  tokenCounterRoutes,
} from './http/inference/index.ts';
import { createGatewayServer, type GatewayServer } from './http/server.ts';
import { loadPots, openPots, type Pots, readPot } from './ledger/index.ts';
import { openAdmissions, openDeploymentSlots, openSlotQueue } from './limits/index.ts';
import { openLivePolicies } from './live-policies.ts';
import { createConnections } from './network/index.ts';
import { openKeepAlive, type Rooms } from './pipeline/index.ts';
import { isSandbox, openSandbox, openTransport } from './providers/index.ts';
import { openHealth, openTurns, SessionAffinity } from './routing/index.ts';
import { type Clock, random, randomId, systemClock } from './std/index.ts';
import { type Journal, type Log, openJournal, openPublisher, openRegistry, openTallies } from './telemetry/index.ts';
import { openTokenCounter } from './token-counter.ts';

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
  const [{ ring, keys }, pots] = await Promise.all([openKeys(options, clock), openOwnPots(options, writer, clock)]);
  const journal = openBooks(options, writer);
  const connections = createConnections(configuration.network);
  const transport = openTransport({ connections, clock });
  const sandbox = openSandbox({ clock });
  const tokenCounter = openTokenCounter();
  const policies = openLivePolicies(configuration, connections);
  let ready = true;
  const tallies = openTallies();
  const gauges = {
    inFlight: () => inference.inFlight(),
    upstreamSockets: transport.openSockets,
    virtualKeys: ring.size,
  };
  const registry = lazily(() => openRegistry(tallies, gauges));
  const slots = openDeploymentSlots(() => policies.now().routing.strategy === 'usage');
  const rooms: Rooms = {
    clock,
    random,
    keys: ring,
    admissions: openAdmissions(pots.potFor),
    holds: pots,
    slots,
    queue: openSlotQueue({ slots, nowMs: clock.monotonicMs, maxWaiting: () => policies.now().routing.queue.length }),
    health: openHealth(() => policies.now().health),
    keepAlive: openKeepAlive(),
    conversations: openConversations(ground.main, clock),
    policies: policies.now,
    transportOf: (deployment) => (isSandbox(deployment.provider) ? sandbox : transport),
    isSandbox: (deployment) => isSandbox(deployment.provider),
    tokenCounter,
    affinity: new SessionAffinity(),
    turns: openTurns(),
    journal,
    log,
    publish: openPublisher([{ name: 'metrics', take: tallies.record }], log),
  };
  const inference = openInference(rooms, configuration.server.maxBodyBytes);
  const doors = createGatewayServer({
    inference,
    maxBodyBytes: configuration.server.maxBodyBytes,
    app: lazily(() => buildApp(options, rooms, keys, registry, () => ready)),
  });
  ring.startRefreshing(REFRESH_EVERY_MS, (error) => log.warn('keys could not be refreshed', { error }));

  return {
    server: doors.server,
    rooms,
    keys,
    registry,
    reload: policies.load,
    stop: async (drainTimeoutMs) => {
      ready = false;
      pots.release();
      inference.closeSockets();
      await closeServer(doors, drainTimeoutMs);
      ring.stopRefreshing();
      pots.close();
      policies.close();
      rooms.keepAlive.close();
      rooms.conversations.close();
      journal.close();
      await Promise.all([transport.close(), sandbox.close(), tokenCounter.close()]);
    },
  };
}

async function openKeys({ ground, secretKey, masterKey, tellKeysChanged }: GatewayOptions, clock: Clock) {
  const database = ground.main;
  const ring = await createKeyRing({ database, pepper: derivePepper(secretKey), masterKey, clock });
  const keys = createKeyAdministration({ database, ring, clock });
  keys.onChange(tellKeysChanged);
  return { ring, keys };
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

/** What was settled on this machine counts at once. */
async function spentFrom(pot: string, { main, drainNow }: GatewayOptions['ground']): Promise<bigint> {
  // A database that does not take the journals now may answer all the same.
  await drainNow().catch(() => undefined);
  return readPot(main, pot);
}

async function buildApp(
  options: GatewayOptions,
  rooms: Rooms,
  keys: KeyAdministration,
  registry: () => Promise<Registry>,
  isReady: () => boolean,
) {
  const { ground, log } = options;
  const [{ keyRoutes, spendRoutes }, { generationRoutes }, { healthRoutes, metricsRoutes }] = await Promise.all([
    import('./http/management/index.ts'),
    import('./http/account/index.ts'),
    import('./http/operations/index.ts'),
  ]);
  const reader = { log: ground.log, drainNow: ground.drainNow };
  const routes = [
    ...keyRoutes({ keys, spentBy: (keyId) => spentFrom(`key:${keyId}`, ground), clock: rooms.clock }),
    ...spendRoutes(reader),
    ...generationRoutes(reader),
    ...modelRoutes(rooms),
    ...countRoutes(rooms),
    ...tokenCounterRoutes(rooms),
    ...responseRoutes(rooms),
    ...ollamaRoutes(rooms),
    ...greetingRoutes(rooms),
    ...healthRoutes(rooms, {
      isReady,
      facts: async () => ({ books: await ground.backlog(), virtual_keys: rooms.keys.size() }),
    }),
    ...metricsRoutes(async () => options.collectMetrics(await registry())),
  ];
  return createApp(routes, rooms, (error) => log.error('a request failed in an unexpected way', { error }));
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
