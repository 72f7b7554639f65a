import { loadPots, openPot, type Pot, refreshPots } from './ledger/index.ts';
import type { Database } from './store/index.ts';

export type Pots = {
  readonly potFor: (potId: string, limit: bigint) => Pot;
  /** Takes over what other processes have posted since the last time. */
  readonly refresh: () => Promise<void>;
};

/** The budgets' pots in this process: its own spending exactly, the others' as of the last refresh. */
export async function openPots(database: Database, writer: string): Promise<Pots> {
  const loaded = await loadPots(database, writer);
  const before = new Map<string, bigint>([...loaded.pots].map(([id, { others }]) => [id, others]));
  const open = new Map<string, Pot>();
  let seq = loaded.seq;
  return {
    potFor: (potId, limit) => {
      const known = open.get(potId);
      if (known === undefined) {
        const pot = openPot(potId, limit, before.get(potId) ?? 0n);
        open.set(potId, pot);
        return pot;
      }
      known.limit = Number(limit);
      return known;
    },
    refresh: async () => {
      const changed = await refreshPots(database, seq, writer);
      seq = changed.seq;
      for (const [id, { others }] of changed.pots) {
        before.set(id, others);
        const pot = open.get(id);
        if (pot !== undefined) pot.postedElsewhere = Number(others);
      }
    },
  };
}
