import type { Clock } from '../std/index.ts';
import type { Database } from '../store/index.ts';
import { deleteExpired, deleteResponse, findChain, insertResponse } from './response-store.ts';
import type { StoredResponse } from './stored-response.ts';

/** As long as OpenAI keeps them. */
const RETENTION_MS = 30 * 24 * 3_600_000;
const SWEEP_EVERY_MS = 3_600_000;
/** Turns of one conversation that are put together again. */
const MOST_TURNS = 1_000;

export type Conversations = {
  /** The turn of that id and all before it, oldest first; null: this tenant has none. */
  readonly find: (tenant: string, id: string) => Promise<readonly StoredResponse[] | null>;
  /** Found by everybody on this store once the promise has resolved. */
  readonly save: (stored: StoredResponse) => Promise<void>;
  /** Whether there was one. */
  readonly remove: (tenant: string, id: string) => Promise<boolean>;
  readonly close: () => void;
};

export function openConversations(database: Database, clock: Clock): Conversations {
  const sweep = (): void => void deleteExpired(database, clock.nowMs()).catch(() => 0);
  const timer = setInterval(sweep, SWEEP_EVERY_MS);
  timer.unref();
  return {
    find: async (tenant, id) => {
      const chain = await findChain(database, tenant, id, clock.nowMs(), MOST_TURNS);
      return chain.length === 0 ? null : chain;
    },
    save: (stored) => insertResponse(database, stored, stored.createdAtMs + RETENTION_MS),
    remove: (tenant, id) => deleteResponse(database, tenant, id),
    close: () => clearInterval(timer),
  };
}
