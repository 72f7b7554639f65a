import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Database, oneAtATime, type Statement } from '../../store/index.ts';
import { contentInsert } from './content-store.ts';
import { type HeldBody, type KeptContent, keptSide } from './kept-content.ts';

const FLUSH_EVERY_MS = 200;
const AGAIN_MS = 2_000;
const ROWS_AT_ONCE = 64;
/** All that waits, and what flows: beyond it content is lost, and calls go on. */
const MOST_HELD_BYTES = 64 * 1_048_576;

/** What a call said, on its way into the store. */
export type WaitingContent = Pick<KeptContent, 'id' | 'startedAtMs' | 'mode' | 'dialect'> & {
  readonly request: HeldBody;
  /** Called when its turn has come: there the pieces of a stream are put together. null: nobody answered. */
  readonly answer: () => HeldBody | null;
  /** As much of either side is kept. */
  readonly maxBytes: number;
  /** What was held for it, given back when it is stored. */
  readonly heldBytes: number;
};

/**
 * What calls said goes beside the journal, which the books wait for: a bounded queue in memory, written in batches. What
 * waits is lost with its process, and nothing is ever there twice.
 */
export type Contents = {
  /** Room for so many bytes; false: there is none, and they are not kept. */
  readonly hold: (bytes: number) => boolean;
  readonly giveBack: (bytes: number) => void;
  readonly take: (content: WaitingContent) => void;
  /** One could not be kept for want of room. */
  readonly lose: () => void;
  /** Resolves when what was taken before the call is stored, or could not be. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type ContentsOptions = {
  readonly database: Database;
  /** How many calls were lost since it was last told, and why. */
  readonly onLoss: (calls: number, error: unknown) => void;
};

export function openContents({ database, onLoss }: ContentsOptions): Contents {
  const waiting: WaitingContent[] = [];
  let [heldBytes, lost] = [0, 0];
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const store = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, ROWS_AT_ONCE);
      const statements: Statement[] = [];
      for (const content of batch) {
        statements.push(await contentInsert(madeReady(content)));
        // Bodies may be long: calls in between do not wait for all of them.
        await nextTurn();
      }
      await database.write(statements);
      waiting.splice(0, batch.length);
      for (const { heldBytes: bytes } of batch) heldBytes -= bytes;
    }
  };
  const flush = oneAtATime(async () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    let failure: unknown = null;
    await store().catch((error: unknown) => {
      failure = error;
      // A database that is away is asked again, as long as there is room for what waits.
      later(AGAIN_MS);
    });
    if (lost > 0) onLoss(lost, failure);
    lost = 0;
  });
  const later = (ms: number): void => {
    if (!isClosed) timer ??= setTimeout(() => void flush(), ms).unref();
  };
  return {
    hold: (bytes) => {
      if (heldBytes + bytes > MOST_HELD_BYTES) return false;
      heldBytes += bytes;
      return true;
    },
    giveBack: (bytes) => {
      heldBytes -= bytes;
    },
    take: (content) => {
      waiting.push(content);
      later(FLUSH_EVERY_MS);
    },
    lose: () => {
      lost++;
      later(FLUSH_EVERY_MS);
    },
    flush: () => (waiting.length === 0 ? Promise.resolve() : flush()),
    close: async () => {
      isClosed = true;
      await flush();
      if (waiting.length > 0) onLoss(waiting.length, null);
    },
  };
}

function madeReady({ request, answer, maxBytes, heldBytes: _, ...content }: WaitingContent): KeptContent {
  const answered = answer();
  return {
    ...content,
    request: keptSide(request, content.mode, maxBytes),
    answer: answered === null ? null : keptSide(answered, content.mode, maxBytes),
  };
}
