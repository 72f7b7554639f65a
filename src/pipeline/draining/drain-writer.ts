import { setImmediate as nextTurn } from 'node:timers/promises';
import { releaseWriter } from '../../ledger/index.ts';
import type { Clock } from '../../std/index.ts';
import {
  decodeHold,
  type HoldRecord,
  type JournalCursor,
  type JournalReading,
  journalStart,
  loggedExchange,
  orphanedEvent,
} from '../../telemetry/index.ts';
import {
  commitBatch,
  type DrainBatch,
  type DrainTarget,
  type OpenHolds,
  settlementOf,
  takeEntries,
} from './drain-batch.ts';
import type { JournalSource } from './journal-source.ts';

/**
 * A hold and a settle each. Accounts, budgets and sums of reports are written once in a batch: with eight thousand
 * exchanges instead of four, Postgres and this thread spend a tenth less on each. SQLite is written in this thread, where
 * leases wait for the end of a batch.
 */
const RECORDS_PER_BATCH = { sqlite: 8000, postgres: 16_000 } as const;
/** Between two of them the connections get their turn: reading a whole batch at once kept Postgres waiting for 40 ms. */
const RECORDS_PER_SLICE = 500;
const ORPHANS_PER_BATCH = 1000;

/** One writer's journal on its way into the databases. */
export type WriterDrain = {
  /** Everything that is in the journal at the moment of the call. Answers how many settled exchanges were new. */
  readonly drain: () => Promise<number>;
  /** Of a writer that is dead: drains, charges holds without a settle, and removes the journal. */
  readonly recover: () => Promise<{ readonly settled: number; readonly orphans: number }>;
  /** Removes the journal if there is nothing in it that is still needed; the writer has closed its journal. */
  readonly discard: () => Promise<void>;
  readonly unreadBytes: () => Promise<number>;
  /** Calls that are held for and have no settle in what was read, in the order they were journaled. */
  readonly openHolds: () => readonly HoldRecord[];
};

type State = {
  readonly source: JournalSource;
  readonly writer: string;
  /** Of what is committed: where it ends, and the holds that had no settle there. */
  cursor: JournalCursor;
  open: OpenHolds;
  /** Read but not committed, in their order, two at most: a failed commit is tried again with the same. */
  readonly waiting: Stretch[];
};

type Stretch = {
  readonly batch: DrainBatch;
  readonly reading: JournalReading;
  /** The holds that had no settle at its end: a copy, since the one that is read ahead settles some and may be lost. */
  readonly open: OpenHolds;
};

export type WriterDrainOptions = DrainTarget & {
  readonly clock: Clock;
  /** Something in a journal could not be used: damage, or a record that is not understood. Told once. */
  readonly onDamage: (message: string) => void;
};

export function openWriterDrain(writer: string, source: JournalSource, options: WriterDrainOptions): WriterDrain {
  const state: State = { source, writer, open: new Map(), cursor: journalStart, waiting: [] };
  return {
    drain: () => drain(state, options),
    recover: async () => {
      const recovered = await source.end(async () => {
        const settled = await drain(state, options);
        const orphans = await bookOrphans(state, options);
        await retireWriter(state, options);
        return { settled, orphans };
      });
      return recovered ?? { settled: 0, orphans: 0 };
    },
    discard: async () => {
      if (state.open.size === 0 && (await source.unreadBytes(state.cursor)) === 0) await retireWriter(state, options);
    },
    unreadBytes: () => source.unreadBytes(state.cursor),
    openHolds: () => [...(state.waiting.at(-1)?.open ?? state.open).values()].map(({ record }) => decodeHold(record)),
  };
}

async function drain(state: State, options: WriterDrainOptions): Promise<number> {
  const end = await state.source.size();
  // What is left over from a failed commit was read before this call: its end is not the end of now.
  let old = state.waiting.length;
  let fresh = 0;
  for (;;) {
    const [stretch = await readAhead(state, options)] = state.waiting;
    const { batch, reading, open } = stretch;
    const isLast = (reading.atEnd && old <= 0) || isPast(reading.cursor, end);
    const [committed, read] = await Promise.allSettled([
      commitBatch(batch, state.writer, options, options.clock.nowMs()),
      isLast || state.waiting.length > 1 ? null : readAhead(state, options),
    ]);
    if (committed.status === 'rejected') throw committed.reason;
    fresh += committed.value;
    state.waiting.shift();
    state.cursor = reading.cursor;
    state.open = open;
    await state.source.forget(state.cursor, state.open);
    if (read.status === 'rejected') throw read.reason;
    if (isLast && state.waiting.length === 0) return fresh;
    old--;
  }
}

/** What comes behind the stretches that wait: it is read while one is committed, and the databases never wait for it. */
async function readAhead(state: State, options: WriterDrainOptions): Promise<Stretch> {
  const last = state.waiting.at(-1);
  const batch: DrainBatch = { prices: [], logged: [], settlements: [] };
  const open: OpenHolds = new Map(last?.open ?? state.open);
  let cursor = last?.reading.cursor ?? state.cursor;
  for (let records = 0; ; ) {
    const reading = await state.source.read(cursor, RECORDS_PER_SLICE);
    await takeReading(state, { batch, open }, reading, options);
    records += reading.entries.length;
    cursor = reading.cursor;
    if (reading.atEnd || records >= RECORDS_PER_BATCH[options.main.kind]) {
      const stretch = { batch, reading, open };
      state.waiting.push(stretch);
      return stretch;
    }
    await nextTurn();
  }
}

async function takeReading(
  state: State,
  { batch, open }: Pick<Stretch, 'batch' | 'open'>,
  { entries, damage }: JournalReading,
  options: WriterDrainOptions,
): Promise<void> {
  const unreadable = takeEntries(batch, open, entries, options.clock.nowMs());
  for (const { segment } of unreadable) {
    await tellDamage(state, options, segment, 'has a record that this program does not understand');
  }
  for (const { segment, bytes } of damage) {
    await tellDamage(state, options, segment, `is damaged: ${bytes} bytes are passed over`);
  }
}

async function tellDamage(
  { source }: State,
  options: WriterDrainOptions,
  segment: number,
  what: string,
): Promise<void> {
  const name = await source.setAside(segment);
  if (name !== null) options.onDamage(`${name} ${what}`);
}

/** Everything that the writer journaled is booked: only now may what it had leased go back. */
async function retireWriter({ source, writer }: State, { main }: WriterDrainOptions): Promise<void> {
  await main.transaction((session) => releaseWriter(session, writer));
  await source.remove();
}

async function bookOrphans(state: State, options: WriterDrainOptions): Promise<number> {
  const orphans = [...state.open.values()].map(({ record }) => {
    const hold = decodeHold(record);
    return { logged: loggedExchange(orphanedEvent(hold)), pots: hold.pots ?? [] };
  });
  for (let start = 0; start < orphans.length; start += ORPHANS_PER_BATCH) {
    const some = orphans.slice(start, start + ORPHANS_PER_BATCH);
    const settlements = some.map(({ logged, pots }) => settlementOf(logged, pots, null));
    const batch = { prices: [], logged: some.map(({ logged }) => logged), settlements };
    await commitBatch(batch, state.writer, options, options.clock.nowMs());
  }
  state.open = new Map();
  return orphans.length;
}

function isPast(cursor: JournalCursor, end: JournalCursor): boolean {
  return cursor.segment > end.segment || (cursor.segment === end.segment && cursor.offset >= end.offset);
}
