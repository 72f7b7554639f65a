import { setTimeout as pause } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import {
  booksFileOf,
  type GroundFacts,
  type GroundNotice,
  type GroundThreadOptions,
  requestLogFileOf,
} from './ground.ts';
import { countersCalls } from './ground-counters.ts';
import { openJournalOffice } from './ground-journals.ts';
import { type LeaseOffice, openLeaseOffice } from './ground-leases.ts';
import { createDrain, type Drain, type HoldsPage, openFileShelf, openRowShelf } from './pipeline/drain.ts';
import { systemClock } from './std/index.ts';
import {
  type Counters,
  type DirectDatabase,
  hasLitellmTables,
  migrate,
  migrationsFolder,
  openMemoryCounters,
  openPostgres,
  openPostgresCounters,
  openSqlite,
  serveRemote,
  threadChannel,
} from './store/index.ts';
import { backfillUsage, openRetention, openUsageBooks, partitionMaker, type UsageBooks } from './telemetry/index.ts';

const DRAIN_EVERY_MS = 200;
const BACKFILL_PAUSE_MS = 50;
/** A batch's rows are some 700 KB: with pages of 4 KB their commit and checkpoint took 3 us more for each row. */
const REQUEST_LOG_PAGE_BYTES = 16_384;

type Opened = { readonly main: DirectDatabase; readonly log: DirectDatabase; readonly migrated: readonly string[] };

/** SQLite’s only writer, and on either store the one that drains journals. Runs in a thread, `ground-thread.js`. */
async function run(port: MessagePort, options: GroundThreadOptions): Promise<void> {
  const opened = await open(options);
  const tell = (notice: GroundNotice): void => port.postMessage({ notice });
  const usage = openUsageBooks();
  const drain = drainInto(opened, options, usage, tell);
  const recovered = await drain.recover();
  const office = await openLeaseOffice(opened.main, options);
  const journals = options.databaseUrl === null ? null : openJournalOffice(opened.main, drain, options.instance);
  const counters = options.databaseUrl === null ? openMemoryCounters(systemClock) : openPostgresCounters(opened.main);
  drain.start();
  const retention = openRetention(opened.log, options, systemClock, ({ message }) =>
    tell({ kind: 'retention', message }),
  );
  retention.start();
  const backfill = openBackfill(opened.log, usage);
  const close = async (): Promise<void> => {
    await retention.stop();
    journals?.close();
    await backfill.close();
    await office.close();
  };
  const served = {
    databases: opened,
    calls: { ...calls(opened, drain, { ...office, close }, counters), ...office.calls, ...countersCalls(counters) },
  };
  serveRemote(threadChannel(port), served);
  port.on('message', (message: { readonly attach?: MessagePort }) => {
    if (message.attach !== undefined) serveRemote(threadChannel(message.attach), served);
  });
  const facts: GroundFacts = {
    kind: opened.main.kind,
    migrated: opened.migrated,
    recovered,
    litellmTables: await hasLitellmTables(opened.main),
  };
  port.postMessage({ ready: facts });
}

async function open({ dataFolder, databaseUrl }: GroundThreadOptions): Promise<Opened> {
  if (databaseUrl !== null) {
    const database = await openPostgres(databaseUrl, { maxConnections: 4 });
    const migrated = await migrate(database, migrationsFolder('postgres'));
    return { main: database, log: database, migrated };
  }
  const main = openSqlite(booksFileOf(dataFolder));
  const log = openSqlite(requestLogFileOf(dataFolder), { pageBytes: REQUEST_LOG_PAGE_BYTES });
  const migrated = [
    ...(await migrate(main, migrationsFolder('sqlite'))),
    ...(await migrate(log, migrationsFolder('sqlite-log'))),
  ];
  return { main, log, migrated };
}

function drainInto(
  { main, log }: Opened,
  options: GroundThreadOptions,
  usage: UsageBooks,
  tell: (notice: GroundNotice) => void,
): Drain {
  const files = openFileShelf(options.journalRoot);
  return createDrain({
    // Of both kinds, whichever the mode: the last process may have had another one.
    shelves: main.kind === 'postgres' ? [files, openRowShelf(main, options.instance)] : [files],
    main,
    log,
    requestLog: options.requestLog,
    clock: systemClock,
    everyMs: DRAIN_EVERY_MS,
    makePartitions: partitionMaker(log),
    usage,
    // Alone: the catalog's other files bring the price list, 10 MB that this thread has no use for.
    storePriceVersions: async (rows) => (await import('./catalog/price-version-store.ts')).storePriceVersions(rows),
    onFailure: (error) => tell({ kind: 'outage', error: error?.message ?? null }),
    onDamage: (message) => tell({ kind: 'damage', message }),
  });
}

/** Beside the drain, with pauses in which others write. A database that is away is asked again. */
function openBackfill(log: DirectDatabase, usage: UsageBooks): { readonly close: () => Promise<void> } {
  let closed = false;
  const fill = async (): Promise<void> => {
    while (!closed && (await backfillUsage(log, usage).catch(() => true))) await pause(BACKFILL_PAUSE_MS);
  };
  const filling = fill();
  return {
    close: async () => {
      closed = true;
      await filling;
    },
  };
}

function calls({ main, log }: Opened, drain: Drain, office: LeaseOffice, counters: Counters): LeaseOffice['calls'] {
  return {
    'drain-now': () => drain.drainNow(),
    backlog: () => drain.backlog(),
    'open-holds': async (page) => drain.openHolds(page as HoldsPage),
    recover: async (writer) => {
      office.forget(String(writer));
      // Its places are free. Counters that cannot be reached miss it in five seconds.
      await counters.leave(String(writer)).catch(() => undefined);
      return drain.recover([String(writer)]);
    },
    stop: async () => {
      await office.close();
      // A database that is down keeps nobody: the journals stay, and are drained at the next start.
      await drain.stop().catch(() => undefined);
      await main.close();
      if (log !== main) await log.close();
    },
  };
}

if (parentPort !== null) {
  const port = parentPort;
  run(port, workerData as GroundThreadOptions).catch((error: unknown) => {
    port.postMessage({ failed: error instanceof Error ? error.message : String(error) });
    port.close();
  });
}
