import { releaseWriter } from '../../ledger/index.ts';
import type { Clock } from '../../std/index.ts';
import {
  decodeHold,
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

/** A hold and a settle each: four thousand exchanges. With a quarter of that, waiting for answers took half of the time. */
const RECORDS_PER_BATCH = 8000;
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
};

type State = {
  readonly source: JournalSource;
  readonly writer: string;
  readonly open: OpenHolds;
  cursor: JournalCursor;
  /** Read but not committed: a failed commit is tried again with the same. */
  pending: { readonly batch: DrainBatch; readonly reading: JournalReading } | null;
};

export type WriterDrainOptions = DrainTarget & {
  readonly clock: Clock;
  /** Something in a journal could not be used: damage, or a record that is not understood. Told once. */
  readonly onDamage: (message: string) => void;
};

export function openWriterDrain(writer: string, source: JournalSource, options: WriterDrainOptions): WriterDrain {
  const state: State = { source, writer, open: new Map(), cursor: journalStart, pending: null };
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
  };
}

async function drain(state: State, options: WriterDrainOptions): Promise<number> {
  const end = await state.source.size();
  let fresh = 0;
  for (;;) {
    // What is left over from a failed commit was read before this call: its end is not the end of now.
    const isOld = state.pending !== null;
    state.pending ??= await readBatch(state, options);
    const { batch, reading } = state.pending;
    fresh += await commitBatch(batch, state.writer, options, options.clock.nowMs());
    state.pending = null;
    state.cursor = reading.cursor;
    await state.source.forget(state.cursor, state.open);
    if ((reading.atEnd && !isOld) || isPast(reading.cursor, end)) return fresh;
  }
}

async function readBatch(state: State, options: WriterDrainOptions): Promise<NonNullable<State['pending']>> {
  const reading = await state.source.read(state.cursor, RECORDS_PER_BATCH);
  const batch: DrainBatch = { prices: [], logged: [], settlements: [] };
  const unreadable = takeEntries(batch, state.open, reading.entries, options.clock.nowMs());
  for (const { segment } of unreadable) {
    await tellDamage(state, options, segment, 'has a record that this program does not understand');
  }
  for (const { segment, bytes } of reading.damage) {
    await tellDamage(state, options, segment, `is damaged: ${bytes} bytes are passed over`);
  }
  return { batch, reading };
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
  state.open.clear();
  return orphans.length;
}

function isPast(cursor: JournalCursor, end: JournalCursor): boolean {
  return cursor.segment > end.segment || (cursor.segment === end.segment && cursor.offset >= end.offset);
}
