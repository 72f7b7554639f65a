/**
 * What a process wants of a pot's lease; amounts in nanodollars. `taken` counts all that it took since it started, so
 * that what is asked twice, or answered to nobody, can be told from what is new.
 */
export type LeaseAsk = {
  readonly pot: string;
  readonly writer: string;
  /** Rises with each operation of the writer: what comes late or twice changes nothing. */
  readonly op: number;
  /** Of the pot, as this process knows it; null: only the books know it, for it is a wallet's. */
  readonly limit: number | null;
  /** Of `taken`, this much stays; what was taken beyond it goes back. */
  readonly keep: number;
  /** Less than this is nothing. */
  readonly need: number;
  /** What all that wait would take. */
  readonly asked: number;
  /** How much would be worth having while there is plenty. */
  readonly ample: number;
  /** The last of those that wait; not for the books. */
  readonly lastTicket: number;
  /** There is no other process: it may have all. */
  readonly sole: boolean;
  /** When the pot is of no use any more; null: never. Epoch milliseconds. */
  readonly endsAtMs: number | null;
};

/** What the books say after an operation. */
export type LeaseAnswer = {
  readonly pot: string;
  readonly op: number;
  /** null: the writer is not registered, or not any more; nothing was given. */
  readonly epoch: number | null;
  readonly given: number;
  readonly taken: number;
  /** Of what was taken, posted since. */
  readonly flushed: number;
  /** By all. */
  readonly posted: number;
  readonly leased: number;
  /** limit - posted - leased. */
  readonly free: number;
};

export type PotRow = { readonly posted: number; readonly leased: number };
export type LeaseRow = { readonly taken: number; readonly flushed: number; readonly op: number };

/** What is out on a lease and not posted yet. */
export function outstanding({ taken, flushed }: Pick<LeaseRow, 'taken' | 'flushed'>): number {
  return Math.max(0, taken - flushed);
}

/** How far a pot is over its limit: it was lowered, or a provider billed more than was held. */
export function excessOf(limit: number, { posted, leased }: PotRow): number {
  return Math.max(0, posted + leased - limit);
}

/**
 * What to give: all that wait, and on top of them what is ample, but no more than half of an equal share of what is free.
 * The database function `ledger_ask_lease` is the same in SQL.
 */
export function decideLease(
  pot: PotRow,
  lease: LeaseRow,
  writers: number,
  ask: LeaseAsk & { readonly limit: number },
): Omit<LeaseAnswer, 'epoch' | 'pot' | 'op'> {
  const isLate = ask.op <= lease.op;
  const base = isLate ? lease.taken : Math.min(lease.taken, ask.keep);
  const others = pot.leased - outstanding(lease);
  const before = ask.limit - pot.posted - others - outstanding({ taken: base, flushed: lease.flushed });
  const reachable = before <= 0 ? 0 : Math.max(base, lease.flushed) + before - base;
  const given = isLate ? 0 : sizeOf(reachable, writers, ask);
  const taken = base + given;
  const leased = others + outstanding({ taken, flushed: lease.flushed });
  return {
    given,
    taken,
    flushed: lease.flushed,
    posted: pot.posted,
    leased,
    free: ask.limit - pot.posted - leased,
  };
}

function sizeOf(reachable: number, writers: number, { need, asked, ample, sole }: LeaseAsk): number {
  if (sole) return reachable;
  if (reachable < need) return 0;
  const share = Math.floor(reachable / (2 * Math.max(1, writers)));
  return Math.min(reachable, Math.max(asked, Math.min(share, ample)));
}
