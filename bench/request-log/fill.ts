import { type DirectDatabase, migrate, migrationsFolder, openSqlite } from '../../src/store/index.ts';
import { insertRequestLog, loggedExchange, openUsageBooks, partitionMaker } from '../../src/telemetry/index.ts';
import { sampleEvent } from '../../test/contract/sample-event.ts';

const DAY_MS = 86_400_000;
const BATCH = 5_000;
const [KEYS, MODELS, TEAMS] = [1_000, 20, 50];

/** As far back as the calls go, spread evenly. */
export const DAYS = 30;

/** As the ground has them. */
const PAGE_BYTES = 16_384;

export const openLogFile = (file: string): DirectDatabase => openSqlite(file, { pageBytes: PAGE_BYTES });

export type Filled = { readonly rows: number; readonly nowMs: number };

/** An empty request log with so many calls, the newest of them now; what it returns books more, as they end. */
export async function fillLog(log: DirectDatabase, kind: 'sqlite-log' | 'postgres', { rows, nowMs }: Filled) {
  await migrate(log, migrationsFolder(kind));
  await partitionMaker(log)(
    Array.from({ length: DAYS + 1 }, (_, day) => nowMs - day * DAY_MS),
    nowMs,
  );
  const books = openUsageBooks();
  const book = (first: number, count: number, atMs: (nth: number) => number): Promise<number> =>
    log.transaction((session) =>
      insertRequestLog(
        session,
        Array.from({ length: count }, (_, nth) => loggedExchange(call(first + nth, atMs(first + nth)))),
        books,
      ),
    );
  for (let first = 0; first < rows; first += BATCH)
    await book(
      first,
      Math.min(BATCH, rows - first),
      (nth) => nowMs - DAYS * DAY_MS + Math.floor((nth / rows) * DAYS * DAY_MS),
    );
  return book;
}

function call(nth: number, startedAtMs: number) {
  const key = (nth * 7_919) % KEYS;
  return sampleEvent(callId(nth), {
    startedAtMs,
    keyId: `k${key}`,
    userId: `u${key % 300}`,
    teamId: `t${key % TEAMS}`,
    requestedModel: `m${nth % MODELS}`,
    upstreamModel: `m${nth % MODELS}`,
    tags: nth % 10 === 0 ? ['batch'] : [],
    endUser: nth % 10 === 0 ? `c${key % 100}` : null,
    ...(nth % 50 === 0 ? { outcome: 'failed', status: 502, errorCode: 'upstream_error' } : {}),
  });
}

/** The oldest is 0. */
export const callId = (nth: number): string => `gen-${String(nth).padStart(10, '0')}`;
