import { backoffMs, random } from '../std/index.ts';
import { oneAtATime } from '../store/index.ts';
import { openWriterDrain, type WriterDrain, type WriterDrainOptions } from './draining/drain-writer.ts';
import type { JournalShelf } from './draining/journal-source.ts';
import { type HoldsPage, type OpenHoldsPage, pageOfHolds } from './draining/open-holds.ts';

export { openFileShelf } from './draining/file-shelf.ts';
export type { HoldsPage, OpenHold, OpenHoldsPage } from './draining/open-holds.ts';
export { openRowShelf } from './draining/row-shelf.ts';

export type DrainOptions = WriterDrainOptions & {
  /** Where the journals are: of several places, all are drained. */
  readonly shelves: readonly JournalShelf[];
  /** At most this long from a record in a journal to its row. */
  readonly everyMs: number;
  /** The databases do not take it. Told when it begins, and with null when it is over. */
  readonly onFailure: (error: Error | null) => void;
};

export type Recovered = { readonly settled: number; readonly orphans: number };

export type Backlog = {
  readonly bytes: number;
  /** For how long the databases have not taken anything, while something was waiting; 0: all is well. */
  readonly stalledMs: number;
  readonly error: string | null;
};

/** From the journals of all writers into the books. The databases may be down for hours: nothing is lost. */
export type Drain = {
  readonly start: () => void;
  /** Resolves when everything that any writer had journaled before the call is committed; rejects if it cannot be. */
  readonly drainNow: () => Promise<void>;
  /** For writers that are dead; without names, for all. */
  readonly recover: (writers?: readonly string[]) => Promise<Recovered>;
  /** For a writer of another instance, which is dead. */
  readonly takeOver: (writer: string, shelf: JournalShelf) => Promise<Recovered>;
  readonly backlog: () => Promise<Backlog>;
  /** Of all writers whose journals are here, oldest first. */
  readonly openHolds: (page: HoldsPage) => OpenHoldsPage;
  /** Drains a last time. All writers have closed their journals; those that are wholly booked are removed. */
  readonly stop: () => Promise<void>;
};

export function createDrain(options: DrainOptions): Drain {
  const writers = new Map<string, WriterDrain>();
  const outage = watchOutage(options);
  const found = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    for (const shelf of options.shelves) {
      for (const name of await shelf.writers()) {
        if (!writers.has(name)) writers.set(name, openWriterDrain(name, shelf.open(name), options));
        names.push(name);
      }
    }
    return names;
  };
  let inTurn: Promise<unknown> = Promise.resolve();
  const alone = <T>(run: () => Promise<T>): Promise<T> => {
    const result = inTurn.then(run);
    inTurn = result.catch(() => undefined);
    return result;
  };
  const drainAll = oneAtATime(() =>
    alone(() =>
      outage.watch(async () => {
        for (const name of await found()) await writers.get(name)?.drain();
      }),
    ),
  );
  const ticking = tick(drainAll, options.everyMs);
  return {
    start: ticking.start,
    drainNow: drainAll,
    recover: (names) =>
      alone(async () => {
        const sum = { settled: 0, orphans: 0 };
        const there = await found();
        for (const name of names ?? there) {
          // One that has not journaled anything yet may have leases all the same.
          const [first] = options.shelves;
          const writer =
            writers.get(name) ?? (first === undefined ? null : openWriterDrain(name, first.open(name), options));
          const { settled, orphans } = (await writer?.recover()) ?? NOTHING;
          writers.delete(name);
          sum.settled += settled;
          sum.orphans += orphans;
        }
        return sum;
      }),
    takeOver: (name, shelf) => alone(() => openWriterDrain(name, shelf.open(name), options).recover()),
    backlog: async () => {
      let bytes = 0;
      // A database that is down cannot tell: then it is the outage that is told.
      for (const writer of writers.values()) bytes += await writer.unreadBytes().catch(() => 0);
      return { bytes, ...outage.state() };
    },
    openHolds: (page) => pageOfHolds(writers, page),
    stop: async () => {
      ticking.stop();
      await drainAll();
      for (const writer of writers.values()) await writer.discard();
    },
  };
}

const NOTHING: Recovered = { settled: 0, orphans: 0 };

type Outage = {
  readonly watch: (run: () => Promise<void>) => Promise<void>;
  readonly state: () => { readonly stalledMs: number; readonly error: string | null };
};

function watchOutage({ clock, onFailure }: Pick<DrainOptions, 'clock' | 'onFailure'>): Outage {
  let since: { readonly ms: number; readonly error: Error } | null = null;
  return {
    watch: async (run) => {
      try {
        await run();
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        if (since === null) onFailure(error);
        since = { ms: since?.ms ?? clock.monotonicMs(), error };
        throw error;
      }
      if (since !== null) onFailure(null);
      since = null;
    },
    state: () =>
      since === null
        ? { stalledMs: 0, error: null }
        : { stalledMs: clock.monotonicMs() - since.ms, error: since.error.message },
  };
}

/** After a failure longer and longer, up to 8 s. */
function tick(run: () => Promise<void>, everyMs: number): { readonly start: () => void; readonly stop: () => void } {
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let stopped = false;
  const again = async (): Promise<void> => {
    await run().then(
      () => {
        failures = 0;
      },
      () => failures++,
    );
    if (!stopped) timer = setTimeout(again, failures === 0 ? everyMs : backoffMs(failures, random()));
  };
  return {
    start: () => {
      timer ??= setTimeout(again, everyMs);
    },
    stop: () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
