import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { openPostgres, openReader } from '../src/store/index.ts';
import {
  pageOfLog,
  rankUsage,
  readTotal,
  readUsage,
  readUsageErrors,
  searchLog,
  type UsageQuestion,
} from '../src/telemetry/index.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { DAYS, fillLog, openLogFile } from './request-log/fill.ts';

/**
 * How long the reports take over so many logged calls while others are booked, and how long the loop that asks is held
 * up. `npm run bench:reports [-- --rows 5000000 --store sqlite,postgres]`
 */
const DAY_MS = 86_400_000;

type Writing = { readonly file: string; readonly url: string | null; readonly rows: number; readonly nowMs: number };

/** In a thread of its own, as the ground books: fills, says so, and goes on with a batch at a time. */
async function write({ file, url, rows, nowMs }: Writing): Promise<void> {
  const log = url === null ? openLogFile(file) : await openPostgres(url, { maxConnections: 2 });
  const book = await fillLog(log, url === null ? 'sqlite-log' : 'postgres', { rows, nowMs });
  parentPort?.postMessage('filled');
  let next = rows;
  let stopping = false;
  parentPort?.on('message', () => {
    stopping = true;
  });
  for (; !stopping; next += 100) {
    await book(next, 100, () => nowMs);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await log.close();
  process.exit(0);
}

type Reader = Awaited<ReturnType<typeof openReader>>;
type Asking = (database: Reader, question: UsageQuestion) => Promise<unknown>;

const ALL = { kind: 'all' } as const;

/** What the addresses read, one by one. */
const REPORTS: Readonly<Record<string, Asking>> = {
  '/global/spend': (database, question) => readTotal(database, question),
  '/global/activity': (database, question) => readUsage(database, question),
  '/global/spend/keys': (database, question) => rankUsage(database, { ...question, by: ['key'] }, 10),
  '/global/spend/teams': (database, question) => readUsage(database, { ...question, by: ['team'] }),
  '/user/daily/activity, models': (database, question) => readUsage(database, { ...question, by: ['model'] }),
  '/global/spend/report by key': (database, question) =>
    readUsage(database, { ...question, by: ['key', 'model'], bucket: 'none' }),
  '/global/activity/exceptions': (database, question) => readUsageErrors(database, question),
  '/spend/logs/v2 of a team, page 1': (database) =>
    pageOfLog(database, { teamId: 't1' }, ALL, { by: 'startTime', descending: true }, { page: 1, size: 50 }),
  '/reports/logs of a user': (database) => searchLog(database, { userId: 'u1' }, ALL, null, 100),
  '/reports/logs of nobody, one look': (database) => searchLog(database, { userId: 'nobody' }, ALL, null, 100),
};

const ROUNDS = 3;

async function measure(store: string, rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-reports-'));
  const server = store === 'postgres' ? await startPostgres() : null;
  const url = server === null ? null : await server.createDatabase();
  const nowMs = Date.now();
  const file = join(folder, 'log.db');
  const writer = new Worker(new URL(import.meta.url), { workerData: { file, url, rows, nowMs } satisfies Writing });
  try {
    const startedMs = performance.now();
    await new Promise((resolve, reject) => writer.once('message', resolve).once('error', reject));
    process.stderr.write(`${store}: filled in ${((performance.now() - startedMs) / 1e3).toFixed(0)} s\n`);
    const reader = await openReader(url, file);
    for (const [name, ask] of Object.entries(REPORTS))
      await report(store, rows, name, () => ask(reader, questionAt(nowMs)));
    await reader.close();
  } finally {
    writer.postMessage('stop');
    await new Promise((resolve) => writer.once('exit', resolve));
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function questionAt(nowMs: number): UsageQuestion {
  const toMs = Math.ceil(nowMs / DAY_MS) * DAY_MS;
  return { fromMs: toMs - DAYS * DAY_MS, toMs, by: [], bucket: 'day', offsetHours: 0, where: {}, scope: ALL };
}

/** The slowest of some, and the longest that the loop of this thread stood still in them. */
async function report(store: string, rows: number, name: string, ask: () => Promise<unknown>): Promise<void> {
  const stalls = monitorEventLoopDelay({ resolution: 1 });
  stalls.enable();
  let slowestMs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startedMs = performance.now();
    await ask();
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  }
  stalls.disable();
  const figures = [slowestMs, stalls.max / 1e6].map((ms) => ms.toFixed(0));
  process.stdout.write(`| ${[store, rows, name, ...figures].join(' | ')} |\n`);
}

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(name);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

if (isMainThread) {
  process.stdout.write(
    '| store | calls | report | slowest, ms | longest stall, ms |\n| --- | --- | --- | --- | --- |\n',
  );
  for (const store of option('--store', 'sqlite,postgres').split(','))
    await measure(store, Number(option('--rows', '5000000')));
} else await write(workerData as Writing);
