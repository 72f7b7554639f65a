import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { CreditBooks } from './administration/index.ts';
import { openCounters } from './ground-counters.ts';
import { createLessor } from './ground-leases.ts';
import type { CreditOutcome, Lessor } from './ledger/index.ts';
import type { Backlog, HoldsPage, OpenHoldsPage, Recovered } from './pipeline/drain.ts';
import { randomId } from './std/index.ts';
import {
  type Channel,
  type Counters,
  connectRemote,
  type Database,
  DatabaseError,
  joinChannels,
  openPostgres,
  openReader,
  type Remote,
  threadChannel,
} from './store/index.ts';
import { currentActor } from './telemetry/index.ts';

export type GroundOptions = {
  /** Exists, and is locked by this process. */
  readonly dataFolder: string;
  /** null: SQLite in the data folder. */
  readonly databaseUrl: string | null;
  /** null: rates are counted by the database, or here. */
  readonly redisUrl?: string | null;
  /** Connections of this process; Postgres only. */
  readonly maxConnections?: number | undefined;
  /** Off: settlements are booked and no rows of the request log are kept. */
  readonly requestLog?: 'on' | 'off';
  /** Rows of the request log are kept for so long; null: for ever. */
  readonly requestLogKeptMs?: number | null;
  /** What is kept of requests and answers, for so long; null: as long as their rows. */
  readonly promptsKeptMs?: number | null;
  /** For so long nobody can spend what a lost instance had leased. */
  readonly suspenseMs?: number;
};

export type GroundThreadOptions = {
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly journalRoot: string;
  readonly requestLog: 'on' | 'off';
  readonly requestLogKeptMs: number | null;
  readonly promptsKeptMs: number | null;
  readonly instance: string;
  readonly suspenseMs: number;
};

export type GroundFacts = {
  readonly kind: Database['kind'];
  /** Names of the migrations that were applied at this start. */
  readonly migrated: readonly string[];
  readonly recovered: Recovered;
  /** A LiteLLM installation lives in the same Postgres database. */
  readonly litellmTables: boolean;
};

/** `outage`: the databases do not take the journals (with an error), or do again (null). */
export type GroundNotice =
  | { readonly kind: 'outage'; readonly error: string | null }
  | { readonly kind: 'damage'; readonly message: string }
  /** Old rows could not be let go of; another try comes. */
  | { readonly kind: 'retention'; readonly message: string };

/** What the rooms' stores stand on, as this process reaches it. */
export type Ground = {
  /** Money, keys, prices. */
  readonly main: Database;
  /** The request log; on Postgres the same database. */
  readonly log: Database;
  /** The request log again, to read at length: neither calls nor the books wait for it. */
  readonly reports: Database;
  /** Where its pots lease from. */
  readonly lessor: Lessor;
  /** Grants and refunds of credits. */
  readonly credits: CreditBooks;
  /** By what rates are counted together with other processes; null: there are none. */
  readonly counters: Counters | null;
  /** Resolves when everything that any process had journaled before the call is committed. */
  readonly drainNow: () => Promise<void>;
  /** How far the books are behind the journals. */
  readonly backlog: () => Promise<Backlog>;
  /** Calls that are held for, of all processes whose journals this machine's thread drains; oldest first. */
  readonly openHolds: (page: HoldsPage) => Promise<OpenHoldsPage>;
  readonly stop: () => Promise<void>;
};

/** The ground in the process that has the thread. */
export type OwnedGround = Ground & {
  readonly facts: GroundFacts;
  /** Where the writers' journals are. */
  readonly journalRoot: string;
  /** The name that journals in the database are drained under. */
  readonly instance: string;
  /** For the journal of a process that died: drains it, charges what it left open, removes it. */
  readonly recoverWriter: (writer: string) => Promise<Recovered>;
  /** Lets a worker process reach the thread; `joinGround` is its other side. */
  readonly attach: (channel: Channel) => void;
  readonly onNotice: (listener: (notice: GroundNotice) => void) => void;
  /** The thread ended unasked: nothing is booked any more, and the process should end. */
  readonly onFailure: (listener: (error: Error) => void) => void;
  /** Drains and closes. Every journal must be closed before. */
  readonly stop: () => Promise<void>;
};

/** SQLite's file with money, keys and prices. */
export function booksFileOf(dataFolder: string): string {
  return join(dataFolder, 'waybill.db');
}

/** SQLite's file with the request log. */
export function requestLogFileOf(dataFolder: string): string {
  return join(dataFolder, 'requests.db');
}

/** Where the writers' journals are. */
export function journalRootOf(dataFolder: string): string {
  return join(dataFolder, 'journal');
}

const SUSPENSE_MS = 15 * 60_000;

/** The same as long as the data folder is: then a start books at once what its predecessor left in the database. */
export function instanceOf(dataFolder: string): string {
  const file = join(dataFolder, 'instance.id');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const made = randomId('i');
  writeFileSync(file, `${made}\n`, { mode: 0o600 });
  return made;
}

/** Starts the thread, which opens, migrates and recovers. Rejects with a DatabaseError if it cannot. */
export async function startGround(options: GroundOptions): Promise<OwnedGround> {
  const { dataFolder, databaseUrl, requestLog = 'on', suspenseMs = SUSPENSE_MS } = options;
  const journalRoot = journalRootOf(dataFolder);
  const instance = databaseUrl === null ? '' : instanceOf(dataFolder);
  const requestLogKeptMs = options.requestLogKeptMs ?? null;
  const own = { journalRoot, instance };
  const workerData: GroundThreadOptions = {
    ...own,
    dataFolder,
    databaseUrl,
    requestLog,
    requestLogKeptMs,
    promptsKeptMs: options.promptsKeptMs ?? null,
    suspenseMs,
  };
  // Batches for Postgres live until it has answered: in 64 MB copying them was a third of what the flush cost this process.
  const thread = new Worker(new URL('./ground-thread.js', import.meta.url), {
    workerData,
    name: 'waybill ground',
    resourceLimits: { maxYoungGenerationSizeMb: databaseUrl === null ? 64 : 192 },
  });
  const failures: ((error: Error) => void)[] = [];
  const onNotice = collectNotices(thread);
  const facts = await ready(thread);
  const remote = connectRemote(threadChannel(thread));
  let stopping = false;
  watch(thread, (error) => {
    if (!stopping) for (const listener of failures) listener(error);
  });
  const databases = await reach(remote, options);
  const counters = await openCounters(databases.main, remote, options.redisUrl ?? null, true);
  return {
    ...databases,
    lessor: createLessor(databases.main, remote, true),
    credits: reachCredits(remote),
    counters,
    facts,
    journalRoot,
    instance,
    drainNow: async () => void (await remote.call('drain-now')),
    backlog: () => remote.call('backlog') as Promise<Backlog>,
    openHolds: (page) => remote.call('open-holds', page) as Promise<OpenHoldsPage>,
    recoverWriter: (writer) => remote.call('recover', writer) as Promise<Recovered>,
    attach: (channel) => {
      const { port1, port2 } = new MessageChannel();
      thread.postMessage({ attach: port2 }, [port2]);
      joinChannels(channel, threadChannel(port1));
      channel.onClose(() => port1.close());
    },
    onNotice,
    onFailure: (listener) => void failures.push(listener),
    stop: async () => {
      stopping = true;
      await counters?.close();
      await databases.reports.close();
      await databases.main.close();
      await remote.call('stop');
      await thread.terminate();
    },
  };
}

/** The ground in a worker process, whose primary has the thread. */
export async function joinGround(
  channel: Channel,
  options: Pick<GroundOptions, 'dataFolder' | 'databaseUrl' | 'redisUrl' | 'maxConnections'>,
): Promise<Ground> {
  const remote = connectRemote(channel);
  const databases = await reach(remote, options);
  const counters = await openCounters(databases.main, remote, options.redisUrl ?? null, false);
  return {
    ...databases,
    lessor: createLessor(databases.main, remote, false),
    credits: reachCredits(remote),
    counters,
    drainNow: async () => void (await remote.call('drain-now')),
    backlog: () => remote.call('backlog') as Promise<Backlog>,
    openHolds: (page) => remote.call('open-holds', page) as Promise<OpenHoldsPage>,
    stop: async () => {
      await counters?.close();
      await databases.reports.close();
      await databases.main.close();
    },
  };
}

function reachCredits(remote: Remote): CreditBooks {
  return {
    book: (credit) => remote.call('book-credit', { credit, actor: currentActor() }) as Promise<CreditOutcome>,
    // In nobody's name: this process has leases of its own.
    recall: async (pot) => void (await remote.call('recall', { writer: '', pot })),
  };
}

const MAX_CONNECTIONS = 10;

async function reach(
  remote: Remote,
  { dataFolder, databaseUrl, maxConnections = MAX_CONNECTIONS }: Parameters<typeof joinGround>[1],
): Promise<Pick<Ground, 'main' | 'log' | 'reports'>> {
  const reports = await openReader(databaseUrl, requestLogFileOf(dataFolder));
  if (databaseUrl === null) return { main: remote.database('main'), log: remote.database('log'), reports };
  const database = await openPostgres(databaseUrl, { maxConnections });
  return { main: database, log: database, reports };
}

/** What comes before anybody listens, damage found at start say, is kept for the first who does. */
function collectNotices(thread: Worker): OwnedGround['onNotice'] {
  const early: GroundNotice[] = [];
  const listeners: ((notice: GroundNotice) => void)[] = [];
  thread.on('message', ({ notice }: { readonly notice?: GroundNotice }) => {
    if (notice === undefined) return;
    if (listeners.length === 0) early.push(notice);
    for (const listener of listeners) listener(notice);
  });
  return (listener) => {
    listeners.push(listener);
    for (const notice of early.splice(0)) listener(notice);
  };
}

/** The thread's first word: what it found, or why it gave up. */
function ready(thread: Worker): Promise<GroundFacts> {
  return new Promise((resolve, reject) => {
    const listener = (message: { readonly ready?: GroundFacts; readonly failed?: string }): void => {
      if (message.ready !== undefined) resolve(message.ready);
      else if (message.failed !== undefined) reject(new DatabaseError(message.failed));
      else return;
      thread.off('message', listener);
    };
    thread.on('message', listener);
    watch(thread, reject);
  });
}

function watch(thread: Worker, onEnd: (error: Error) => void): void {
  thread.once('error', (error) => onEnd(error instanceof Error ? error : new Error(String(error))));
  thread.once('exit', () => onEnd(new DatabaseError('the store has stopped')));
}
