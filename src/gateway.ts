import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import type { KeyAdministration } from './access/index.ts';
import type { Deployment } from './catalog/index.ts';
import { type OpenedModels, openModels, openTokenCounter, watchWallets } from './composition/index.ts';
import type { Configuration } from './config/index.ts';
import { openConversations } from './conversation/index.ts';
import type { Surroundings } from './doors.ts';
import type { Ground } from './ground.ts';
import { deploymentGauges, heedingSwitches } from './health.ts';
import type { App } from './http/app.ts';
import { openInference } from './http/inference/index.ts';
import { createGatewayServer, type GatewayServer } from './http/server.ts';
import { loadPots, openPots, type Pots } from './ledger/index.ts';
import {
  type LearnedLimits,
  openAdmissions,
  openDeploymentSlots,
  openSharing,
  openSlotQueue,
  type Sharing,
} from './limits/index.ts';
import { type Connections, createConnections, openAddressGate } from './network/index.ts';
import { openKeepAlive, type Rooms } from './pipeline/index.ts';
import { isSandbox, openSandbox, openTransport } from './providers/index.ts';
import { openTurns, RetryBudgets, SessionAffinity } from './routing/index.ts';
import { type Clock, random, randomId, systemClock } from './std/index.ts';
import {
  type Journal,
  type Log,
  openContents,
  openJournal,
  openPublisher,
  openRegistry,
  openRowJournal,
  openTallies,
  type Tallies,
} from './telemetry/index.ts';
import { openBudgetTeller } from './tell-budget.ts';
import { type Access, type AccessOptions, openAccess } from './who.ts';

const REFRESH_EVERY_MS = 500;
const SWEEP_EVERY_MS = 50;

export type GatewayOptions = {
  readonly configuration: Configuration;
  readonly masterKey: string;
  readonly secretKey: string;
  readonly ground: Pick<
    Ground,
    'main' | 'log' | 'reports' | 'lessor' | 'credits' | 'counters' | 'drainNow' | 'backlog' | 'openHolds'
  >;
  readonly journalRoot: string;
  /** Whose drain books what this process journals into the database. */
  readonly instance: string;
  readonly log: Log;
  /** Tells the other local processes that keys have changed, and waits for them (100 ms at most). */
  readonly tellKeysChanged: () => Promise<void>;
  /** Prometheus' text of all local processes. */
  readonly collectMetrics: (own: Registry) => Promise<string>;
} & Omit<AccessOptions, 'ground'>;

export type Gateway = {
  readonly server: Server;
  readonly rooms: Rooms;
  readonly keys: KeyAdministration;
  readonly registry: () => Promise<Registry>;
  /** Rejects with a ManagedFault, and changes nothing, where the configuration has somebody who cannot be. */
  readonly reload: (configuration: Configuration) => Promise<void>;
  /** Takes over what other processes changed in the database: who calls, and what stands beside the file. */
  readonly refresh: () => Promise<void>;
  /** Stops taking calls, lets those in flight finish within the time, and closes what was opened. */
  readonly stop: (drainTimeoutMs: number) => Promise<void>;
};

/** Builds the rooms and the doors of one process from its configuration and its ground. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { configuration, ground, log } = options;
  const clock = systemClock;
  const writer = randomId('w');
  const { gate, connections } = openWaysOut(configuration);
  const [who, pots] = await Promise.all([openAccess(options, connections, clock), openOwnPots(options, writer, clock)]);
  const { ring, keys } = who;
  const journal = await openBooks(options, writer, clock);
  const sharing = openRates(options, writer, clock);
  const upstreams = openUpstreams(connections, clock);
  const tokenCounter = openTokenCounter();
  const { policies, watched, ...models } = await openModels({ ...options, ...who, connections, gate, writer, clock });
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
    keys: who.callers,
    admissions: openLimits(pots, policies.now, sharing),
    holds: pots,
    ...openRouting(policies.now, clock, sharing, models.learned),
    health: heedingSwitches(watched.health),
    keepAlive: openKeepAlive(),
    conversations: openConversations(ground.main, clock),
    policies: policies.now,
    ...upstreams.reached,
    tokenCounter,
    journal,
    log,
    ...openTellers(tallies, ground, log),
  };
  const inference = openInference(rooms, configuration.server.maxBodyBytes);
  const around = { registry, isReady: () => ready, sharing, inFlight: inference.inFlight, writer };
  const doors = createGatewayServer({
    inference,
    maxBodyBytes: configuration.server.maxBodyBytes,
    clock,
    isReady: () => ready,
    app: lazily(() => buildApp(options, rooms, { ...who, bookFor: models.bookFor }, around)),
  });
  watched.watch(rooms);
  const stopLooking = startLooking(options, who.ring, policies.now, { clock, tallies });

  return {
    server: doors.server,
    rooms,
    keys,
    registry,
    reload: reloading(who.take, [who.configure, models.configure]),
    refresh: async () => void (await Promise.all([rooms.keys.refresh(), models.refresh()])),
    stop: async (drainTimeoutMs) => {
      ready = false;
      pots.release();
      inference.closeSockets();
      await closeServer(doors, drainTimeoutMs);
      stopLooking();
      for (const each of [pots, models, policies, who.overlays, watched, rooms.keepAlive, rooms.conversations, journal])
        each.close();
      await Promise.all([upstreams.close(), tokenCounter.close(), sharing?.close(), rooms.contents.close()]);
    },
  };
}

/** What a process looks for in the database, again and again, whoever calls. Answers what ends it. */
function startLooking(
  { ground, log }: GatewayOptions,
  ring: Access['ring'],
  policies: Rooms['policies'],
  { clock, tallies }: { readonly clock: Clock; readonly tallies: Tallies },
): () => void {
  ring.startRefreshing(REFRESH_EVERY_MS, (error) => log.warn('keys could not be refreshed', { error }));
  const wallets = watchWallets(ground.main, () => policies().lowBalance, { clock, tallies, log });
  return () => {
    ring.stopRefreshing();
    wallets.close();
  };
}

/** First who there is: where that cannot be, all stays as it was. */
function reloading(first: (next: Configuration) => Promise<void>, takers: readonly ((next: Configuration) => void)[]) {
  return async (next: Configuration): Promise<void> => {
    await first(next);
    for (const take of takers) take(next);
  };
}

/** Addresses of the file are the operator's business; those that come over the API are guarded. */
function openWaysOut(configuration: Configuration) {
  const gate = openAddressGate(configuration);
  return { gate, connections: createConnections(configuration.network, gate.isGuarded) };
}

/** What routing keeps of this process's calls, beside their deployments' health. */
function openRouting(policies: Rooms['policies'], clock: Clock, sharing: Sharing | null, learned: LearnedLimits) {
  const slots = openDeploymentSlots(() => policies().routing.strategy === 'usage', sharing, learned);
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
    reached: {
      transportOf: ({ provider }: Deployment) => (isSandbox(provider) ? sandbox : transport),
      isSandbox: ({ provider }: Deployment) => isSandbox(provider),
    },
    openSockets: transport.openSockets,
    close: () => Promise.all([transport.close(), sandbox.close()]),
  };
}

function openLimits({ potFor }: Pots, policies: Rooms['policies'], sharing: Sharing | null): Rooms['admissions'] {
  return openAdmissions({ potFor, sharing, rules: () => policies().rules, calendar: () => policies().calendar });
}

/** The rates that are counted together with other processes; null: this is the only one. */
function openRates({ ground, log }: GatewayOptions, writer: string, { monotonicMs }: Clock): Sharing | null {
  const { counters } = ground;
  if (counters === null) return null;
  const onOutage = (error: unknown): void => {
    if (error === null) log.info('rates are counted together with other processes again');
    else log.warn('rates could not be counted with other processes; each goes on with the share it had', { error });
  };
  return openSharing({ counters, process: writer, monotonicMs, onOutage });
}

/** Where what happened is told, and what calls said. */
function openTellers(tallies: Tallies, { log: database }: Pick<Ground, 'log'>, log: Log) {
  const publish = openPublisher([{ name: 'metrics', take: tallies.record }], log);
  const onLoss = (calls: number, error: unknown): void =>
    log.warn('what calls said could not be kept: it comes faster than the store takes it', { calls, error });
  return { publish, tellBudget: openBudgetTeller(tallies, log), contents: openContents({ database, onLoss }) };
}

/** After the pots: a journal in the database whose writer has no leases is taken for that of a dead one. */
async function openBooks(options: GatewayOptions, writer: string, clock: Clock): Promise<Journal> {
  const { journalRoot, log, configuration, ground, instance } = options;
  const mode = configuration.server.journal;
  if (mode === 'db') return openRowJournal({ database: ground.main, writer, instance, nowMs: clock.monotonicMs });
  const onSyncFailure = (error: Error): void => log.error('the journal could not be brought to the disk', { error });
  return openJournal({ root: journalRoot, writer, onSyncFailure, syncFirst: mode === 'local-sync' });
}

async function openOwnPots({ ground, log }: GatewayOptions, writer: string, clock: Clock): Promise<Pots> {
  const posted = await loadPots(ground.main);
  const onFailure = (error: unknown): void => log.warn('the books could not be asked for a lease', { error });
  return openPots({ lessor: ground.lessor, writer, clock, posted, drainNow: ground.drainNow, onFailure });
}

async function buildApp(
  options: GatewayOptions,
  rooms: Rooms,
  who: Access & Pick<OpenedModels, 'bookFor'>,
  around: Surroundings,
): Promise<App> {
  const [{ createApp }, { openDoors }] = await Promise.all([import('./http/app.ts'), import('./doors.ts')]);
  return createApp(
    openDoors(options, rooms, who, around),
    { rooms, people: who.people, subjects: { known: rooms.keys, ...who } },
    (error) => options.log.error('a request failed in an unexpected way', { error }),
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
