import {
  askLeases,
  bookCredit,
  type Credit,
  type CreditOutcome,
  expiredWriters,
  expireGrants,
  type LeaseAnswer,
  type LeaseAsk,
  type Lessor,
  LONGEST_CALL_MS,
  listWriters,
  openRecallBoard,
  releaseWriter,
  removeEndedPots,
  renewWriter,
} from './ledger/index.ts';
import { systemClock } from './std/index.ts';
import { type Database, DatabaseError, type DirectDatabase, listenPostgres, type Remote } from './store/index.ts';
import { type Actor, asActor, auditWithin } from './telemetry/index.ts';

/** On one machine whoever starts processes knows when one has died; no clock decides. */
const TTL_MS = { sqlite: 10 * 365 * 86_400_000, postgres: 60_000 } as const;

const LOOK_EVERY_MS = 20_000;
/** Some thousand pots each time. */
const SWEEP_EVERY_MS = 60_000;

const RECALLS = 'waybill_recall';

/** Where a process leases: by its own connections on Postgres, by the thread that writes on SQLite. */
export function createLessor(main: Database, remote: Remote, sole: boolean): Lessor {
  const ttlMs = TTL_MS[main.kind];
  const reached =
    main.kind === 'postgres'
      ? {
          renew: (writer: string) => renewWriter(main, writer, ttlMs),
          ask: (asks: readonly LeaseAsk[]) => askLeases(main, asks),
        }
      : {
          renew: (writer: string) => remote.call('renew-writer', { writer, ttlMs }) as Promise<number>,
          ask: (asks: readonly LeaseAsk[]) => remote.call('ask-leases', asks) as Promise<readonly LeaseAnswer[]>,
        };
  return {
    ...reached,
    sole: sole && main.kind === 'sqlite',
    ttlMs,
    recall: async (writer, pot) => void (await remote.call('recall', { writer, pot })),
    nextRecalls: (writer) => remote.call('next-recalls', writer) as Promise<readonly string[]>,
  };
}

export type LeaseOffice = {
  /** What processes can ask of the thread, by name. */
  readonly calls: Readonly<Record<string, (argument: unknown) => Promise<unknown>>>;
  /** A writer's leases are released with its journal; it hears no recalls any more. */
  readonly forget: (writer: string) => void;
  readonly close: () => Promise<void>;
};

/** The leases' side of the thread. The journals of this machine have been recovered before. */
export async function openLeaseOffice(
  main: DirectDatabase,
  { databaseUrl, suspenseMs }: { readonly databaseUrl: string | null; readonly suspenseMs: number },
): Promise<LeaseOffice> {
  const board = openRecallBoard();
  const put = (text: string): void => {
    const { writer, pot } = JSON.parse(text) as { readonly writer: string; readonly pot: string };
    board.put(writer, pot);
  };
  // Nobody else writes to the file: who has leases in it and no journal is no more.
  if (databaseUrl === null) for (const writer of await listWriters(main)) await release(main, writer);
  const listening = databaseUrl === null ? null : await listenPostgres(databaseUrl, RECALLS, put);
  const recall = async (text: string): Promise<void> => {
    if (databaseUrl === null) put(text);
    else await main.query('SELECT pg_notify(?, ?)', [RECALLS, text]);
  };
  // In nobody's name: all processes are asked.
  const expiring = await keepExpiring(main, (pot) => recall(JSON.stringify({ writer: '', pot })));
  const janitor = databaseUrl === null ? null : setInterval(() => void releaseLost(main, suspenseMs), LOOK_EVERY_MS);
  const broom = setInterval(() => void removeEndedPots(main).catch(() => undefined), SWEEP_EVERY_MS);
  return {
    calls: {
      'renew-writer': (argument) => {
        const { writer, ttlMs } = argument as { readonly writer: string; readonly ttlMs: number };
        return renewWriter(main, writer, ttlMs);
      },
      'ask-leases': (argument) => askLeases(main, argument as readonly LeaseAsk[]),
      'book-credit': (asked) => bookAuditedCredit(main, asked as AskedCredit),
      recall: (argument) => recall(JSON.stringify(argument)),
      'next-recalls': (writer) => board.next(String(writer)),
    },
    forget: board.remove,
    close: async () => {
      if (janitor !== null) clearInterval(janitor);
      clearInterval(broom);
      await expiring.close();
      await listening?.close();
    },
  };
}

/** Instances whose journals did not come back: the machine is lost, or stopped for good. */
async function releaseLost(main: DirectDatabase, suspenseMs: number): Promise<void> {
  try {
    // From then on they are in suspense: nobody can spend them, and nobody will post them.
    const lost = await expiredWriters(main, LONGEST_CALL_MS + suspenseMs);
    for (const writer of lost) await release(main, writer);
  } catch {
    // The database is away; the drain tells of it, and the next look comes.
  }
}

function release(main: DirectDatabase, writer: string): Promise<void> {
  return main.transaction((session) => releaseWriter(session, writer));
}

/** A credit, and who asked for it. */
type AskedCredit = { readonly credit: Credit; readonly actor: Actor };

/** Somebody else got the place in the audit log: SQLSTATE 23505. */
const PLACE_TAKEN = '23505';
const MAX_PLACES = 20;
const EXPIRE_EVERY_MS = 1_000;
/** What processes have in reserve is back in so many milliseconds, and so often it is looked for. */
const HANDED_BACK_MS = 50;
const QUICK_LOOKS = 10;

/** Books a credit and its entry in the audit log in one transaction; the second time neither. */
async function bookAuditedCredit(main: DirectDatabase, { credit, actor }: AskedCredit): Promise<CreditOutcome> {
  const { id, kind, organizationId, category, amountNanoUsd, expiresAtMs, note, createdAtMs } = credit;
  const after = { credit: id, kind, category, amount_nano: amountNanoUsd, expires_at_ms: expiresAtMs, note };
  const change = { action: 'credits.change', kind: 'wallet', target: organizationId, before: null, after };
  const book = (): Promise<CreditOutcome> =>
    asActor(actor, () => bookCredit(main, credit, (session) => auditWithin(session, main.kind, change, createdAtMs)));
  for (let draw = 1; ; draw++) {
    try {
      return await book();
    } catch (error) {
      const isTaken = error instanceof DatabaseError && error.code === PLACE_TAKEN;
      if (!isTaken || draw === MAX_PLACES) throw error;
    }
  }
}

/**
 * Ends grants when their time is over, and asks for what processes keep of them in reserve. Looked for every second; what
 * a wallet has is worked out from the time whether this has run or not.
 */
async function keepExpiring(
  main: DirectDatabase,
  recall: (wallet: string) => Promise<void>,
): Promise<{ readonly close: () => Promise<void> }> {
  let known: ReadonlySet<string> = new Set();
  const look = async (): Promise<void> => {
    try {
      for (let looks = 0; ; looks++) {
        const ending = await expireGrants(main, systemClock.nowMs());
        for (const wallet of ending) await recall(wallet);
        // What comes back is settled at once; what calls hold for longer, at later looks.
        const isOver = looks === QUICK_LOOKS || ending.every((wallet) => known.has(wallet));
        if (isOver) known = new Set(ending);
        if (isOver) return;
        await new Promise((resolve) => setTimeout(resolve, HANDED_BACK_MS));
      }
    } catch {
      // The database is away; the drain tells of it, and the next look comes.
    }
  };
  // Before the first call: what is over is leased by nobody.
  await look();
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, EXPIRE_EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
