import type { JournalCursor, JournalReading } from '../../telemetry/index.ts';
import type { OpenHolds } from './drain-batch.ts';

/** One writer's journal as the drain reads it, wherever it is kept. */
export type JournalSource = {
  /** Where it ends at this moment. */
  readonly size: () => Promise<JournalCursor>;
  readonly read: (cursor: JournalCursor, maxRecords: number) => Promise<JournalReading>;
  readonly unreadBytes: (cursor: JournalCursor) => Promise<number>;
  /** Something in it could not be used: it is kept aside, not deleted. Answers its name, the first time. */
  readonly setAside: (segment: number) => Promise<string | null>;
  /** Everything before the cursor is booked, but for the holds that are open. */
  readonly forget: (cursor: JournalCursor, open: OpenHolds) => Promise<void>;
  /**
   * Its writer is dead: nothing comes after what is read from now on, and nobody else reads. null: somebody else has
   * recovered it.
   */
  readonly end: <T>(run: () => Promise<T>) => Promise<T | null>;
  /** Everything in it is booked. */
  readonly remove: () => Promise<void>;
};

/** The journals that this instance drains. */
export type JournalShelf = {
  readonly writers: () => Promise<readonly string[]>;
  readonly open: (writer: string) => JournalSource;
};
