import { mkdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { releaseWriter } from '../../ledger/index.ts';
import type { Clock } from '../../std/index.ts';
import {
  decodeHold,
  type JournalCursor,
  type JournalReading,
  journalEnd,
  journalStart,
  listSegments,
  loggedExchange,
  orphanedEvent,
  readJournal,
  segmentFile,
  unreadBytes,
} from '../../telemetry/index.ts';
import {
  commitBatch,
  type DrainBatch,
  type DrainTarget,
  type OpenHolds,
  settlementOf,
  takeEntries,
} from './drain-batch.ts';

/** A hold and a settle each: a thousand exchanges. */
const RECORDS_PER_BATCH = 2000;
const ORPHANS_PER_BATCH = 1000;

/** One writer's journal on its way into the databases. */
export type WriterDrain = {
  /** Everything that is in the journal at the moment of the call. Answers how many settled exchanges were new. */
  readonly drain: () => Promise<number>;
  /** Of a writer that is dead: drains, charges holds without a settle, and removes the folder. */
  readonly recover: () => Promise<{ readonly settled: number; readonly orphans: number }>;
  /** Removes the folder if there is nothing in it that is still needed; the writer has closed its journal. */
  readonly discard: () => Promise<void>;
  readonly unreadBytes: () => number;
};

type State = {
  readonly folder: string;
  readonly writer: string;
  readonly open: OpenHolds;
  /** Segments with something in them that could not be used: they are kept aside, not deleted. */
  readonly damaged: Set<number>;
  cursor: JournalCursor;
  /** Read but not committed: a failed commit is tried again with the same. */
  pending: { readonly batch: DrainBatch; readonly reading: JournalReading } | null;
};

export type WriterDrainOptions = DrainTarget & {
  readonly journalRoot: string;
  readonly clock: Clock;
  /** Something in a journal could not be used: damage, or a record that is not understood. Told once. */
  readonly onDamage: (message: string) => void;
};

export function openWriterDrain(writer: string, options: WriterDrainOptions): WriterDrain {
  const folder = join(options.journalRoot, writer);
  const state: State = { folder, writer, open: new Map(), damaged: new Set(), cursor: journalStart, pending: null };
  return {
    drain: () => drain(state, options),
    recover: async () => {
      const settled = await drain(state, options);
      const orphans = await bookOrphans(state, options);
      await retireWriter(state, options);
      return { settled, orphans };
    },
    discard: async () => {
      if (state.open.size === 0 && unreadBytes(folder, state.cursor) === 0) await retireWriter(state, options);
    },
    unreadBytes: () => unreadBytes(folder, state.cursor),
  };
}

async function drain(state: State, options: WriterDrainOptions): Promise<number> {
  const end = journalEnd(state.folder);
  let fresh = 0;
  for (;;) {
    // What is left over from a failed commit was read before this call: its end is not the end of now.
    const isOld = state.pending !== null;
    state.pending ??= readBatch(state, options);
    const { batch, reading } = state.pending;
    fresh += await commitBatch(batch, state.writer, options, options.clock.nowMs());
    state.pending = null;
    state.cursor = reading.cursor;
    deleteDone(state);
    if ((reading.atEnd && !isOld) || isPast(reading.cursor, end)) return fresh;
  }
}

function readBatch(state: State, options: WriterDrainOptions): { batch: DrainBatch; reading: JournalReading } {
  const reading = readJournal(state.folder, state.cursor, RECORDS_PER_BATCH);
  const batch: DrainBatch = { prices: [], logged: [], settlements: [] };
  const unreadable = takeEntries(batch, state.open, reading.entries, options.clock.nowMs());
  for (const { segment } of unreadable) {
    tellDamage(state, options, segment, 'has a record that this program does not understand');
  }
  for (const { segment, bytes } of reading.damage) {
    tellDamage(state, options, segment, `is damaged: ${bytes} bytes are passed over`);
  }
  return { batch, reading };
}

function tellDamage({ damaged, folder }: State, options: WriterDrainOptions, segment: number, what: string): void {
  if (damaged.has(segment)) return;
  damaged.add(segment);
  options.onDamage(`${segmentFile(folder, segment)} ${what}`);
}

/**
 * Segments go in their order, and none while it keeps a hold that has no settle: after a crash, a hold whose settle
 * is gone would be charged.
 */
function deleteDone(state: State): void {
  const needed = new Set([...state.open.values()].map(({ segment }) => segment));
  for (const segment of listSegments(state.folder)) {
    if (segment >= state.cursor.segment || needed.has(segment)) return;
    retire(state, segment);
  }
}

/** Everything that the writer journaled is booked: only now may what it had leased go back. */
async function retireWriter(state: State, { main }: WriterDrainOptions): Promise<void> {
  await main.transaction((session) => releaseWriter(session, state.writer));
  for (const segment of listSegments(state.folder)) retire(state, segment);
  rmSync(state.folder, { recursive: true, force: true });
}

function retire({ folder, writer, damaged }: State, segment: number): void {
  const file = segmentFile(folder, segment);
  if (!damaged.has(segment)) {
    unlinkSync(file);
    return;
  }
  const aside = join(folder, '..', '..', 'journal-damaged');
  mkdirSync(aside, { recursive: true });
  renameSync(file, join(aside, `${writer}-${basename(file)}`));
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
