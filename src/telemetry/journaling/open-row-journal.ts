import type { Database } from '../../store/index.ts';
import { insertJournalRow, registerJournalWriter } from './journal-rows.ts';
import type { Journal } from './journal-writer.ts';

/** Between the beginnings of two commits: what comes meanwhile shares the next one. */
const GATHER_MS = 2;
const TRY_FOR_MS = 2_000;
const TRY_AGAIN_AFTER_MS = 100;

export type RowJournalOptions = {
  readonly database: Database;
  readonly writer: string;
  /** Whose drain books what this writer writes. */
  readonly instance: string;
  readonly nowMs: () => number;
};

type Told = (error: Error | null) => void;
type Gathered = { readonly records: string[]; readonly waiting: Told[] };

/**
 * A journal in the database: a record is told of when its commit has returned. One commit at a time, for all that has
 * gathered: records come in their order, and the busier the database the larger each commit.
 */
export async function openRowJournal(options: RowJournalOptions): Promise<Journal> {
  const { database, writer, instance, nowMs } = options;
  await registerJournalWriter(database, writer, instance);
  let gathered: Gathered = { records: [], waiting: [] };
  let [number, begunMs] = [0, Number.NEGATIVE_INFINITY];
  let [busy, closed] = [false, false];

  const commit = async (): Promise<void> => {
    const { records, waiting } = gathered;
    gathered = { records: [], waiting: [] };
    begunMs = nowMs();
    number++;
    const error = await writeRow(options, number, records.join('\n')).then(() => null, asError);
    for (const then of waiting) then(error);
    busy = false;
    begin();
  };
  const begin = (): void => {
    if (busy || gathered.records.length === 0) return;
    busy = true;
    const restMs = begunMs + GATHER_MS - nowMs();
    if (restMs <= 0) setImmediate(commit);
    else setTimeout(commit, restMs);
  };
  return {
    writer,
    append: (record, then) => {
      if (closed) {
        setImmediate(then, new Error('the journal is closed'));
        return;
      }
      gathered.records.push(record);
      gathered.waiting.push(then);
      begin();
    },
    close: () => {
      closed = true;
    },
  };
}

async function writeRow({ database, writer, instance, nowMs }: RowJournalOptions, number: number, records: string) {
  const untilMs = nowMs() + TRY_FOR_MS;
  for (;;) {
    try {
      if (await insertJournalRow(database, { writer, number, records })) return;
      // What it had open has been charged by whoever took it for dead. The next records are a new beginning.
      await registerJournalWriter(database, writer, instance);
      throw new TakenOver('the journal was taken over: this instance had not been heard of for too long');
    } catch (error) {
      if (error instanceof TakenOver || nowMs() >= untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER_MS));
    }
  }
}

class TakenOver extends Error {}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
