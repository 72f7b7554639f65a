import type { LeaseAnswer, LeaseAsk } from './lease.ts';
import type { HoldRefusal, Pot } from './pot.ts';

/** One who needs more of a pot than there is room for. */
export type Waiter = {
  readonly ticket: number;
  readonly amount: number;
  readonly sinceMs: number;
  /** When the books first had too little; from then on others are asked, for a while. */
  shortSinceMs: number | null;
};

/** What a process knows of its lease on one pot. */
export type Lease = {
  readonly pot: Pot;
  readonly waiters: Waiter[];
  /** The operation that is under way; one at a time. */
  asking: LeaseAsk | null;
  /** The limit that the last answer was given for; null: none has come, or it is a wallet. */
  limitAnswered: number | null;
  /** Whether an operation was lost: the books may count more as taken than this process does. */
  unsure: boolean;
  /** So little is left that each takes what it needs, and gives the rest back when it has settled. */
  scarce: boolean;
  recalledUntilMs: number;
  retryAtMs: number;
  recallAtMs: number;
  askAgainAtMs: number;
  /** Room after the last answer; at half of it, more is asked for. */
  level: number;
  largest: number;
  leasedElsewhere: number;
  /** Free in the books when they last answered. */
  free: number;
  flushed: number;
  /** Spending per millisecond, and where the measurement began. */
  rate: number;
  sinceMs: number;
  sincePosted: number;
  usedMs: number;
  answeredMs: number;
  sweptPosted: number;
};

/** A process as the books know it, and all of its leases. */
export type Lessee = {
  readonly writer: string;
  /** No other process spends from these books. */
  readonly sole: boolean;
  readonly ttlMs: number;
  readonly leases: Map<string, Lease>;
  readonly waiting: Set<Lease>;
  epoch: number | null;
  /** On the monotonic clock; what is leased is not spent after it. */
  validUntilMs: number;
  renewAtMs: number;
  renewing: boolean;
  lastOp: number;
  stopped: boolean;
  /** Where the sweep has come to; null: it is through. */
  sweeping: Iterator<Lease> | null;
};

export type LesseeEvent =
  /** There is too little room for `amount` in the pot: resolved under the ticket, held or refused. */
  | { readonly kind: 'short'; readonly pot: string; readonly amount: number; readonly ticket: number }
  /** Something was held, posted or given back. */
  | { readonly kind: 'moved'; readonly pot: string }
  | { readonly kind: 'limit'; readonly pot: string; readonly limit: number }
  | { readonly kind: 'answered'; readonly answer: LeaseAnswer }
  /** The operation has no answer, and may have been carried out, or may still be. */
  | { readonly kind: 'failed'; readonly pot: string; readonly op: number }
  /** `sentAtMs`: before the renewal went out. On another epoch all that was settled must be in the books by now. */
  | { readonly kind: 'renewed'; readonly epoch: number; readonly sentAtMs: number }
  | { readonly kind: 'renewal-failed' }
  /** Another process needs what this one does not. */
  | { readonly kind: 'recalled'; readonly pot: string }
  | { readonly kind: 'tick' }
  | { readonly kind: 'stop' };

export type LesseeEffect =
  | { readonly kind: 'ask'; readonly ask: LeaseAsk }
  | { readonly kind: 'renew' }
  | { readonly kind: 'recall'; readonly pot: string }
  /** null: held. `unavailable`: the books did not answer. */
  | { readonly kind: 'resolve'; readonly ticket: number; readonly refusal: HoldRefusal | 'unavailable' | null };

export function openLessee(options: Pick<Lessee, 'writer' | 'sole' | 'ttlMs'>): Lessee {
  return {
    ...options,
    leases: new Map(),
    waiting: new Set(),
    epoch: null,
    validUntilMs: Number.NEGATIVE_INFINITY,
    renewAtMs: Number.NEGATIVE_INFINITY,
    renewing: false,
    lastOp: 0,
    stopped: false,
    sweeping: null,
  };
}

/** `pot` has nothing taken yet. */
export function addLease(lessee: Lessee, pot: Pot, nowMs: number): Lease {
  const lease: Lease = {
    pot,
    waiters: [],
    asking: null,
    limitAnswered: null,
    unsure: false,
    scarce: false,
    recalledUntilMs: Number.NEGATIVE_INFINITY,
    retryAtMs: Number.NEGATIVE_INFINITY,
    recallAtMs: Number.NEGATIVE_INFINITY,
    askAgainAtMs: Number.NEGATIVE_INFINITY,
    level: 0,
    largest: 0,
    leasedElsewhere: 0,
    free: 0,
    flushed: 0,
    rate: 0,
    sinceMs: nowMs,
    sincePosted: 0,
    usedMs: nowMs,
    answeredMs: nowMs,
    sweptPosted: 0,
  };
  lessee.leases.set(pot.id, lease);
  return lease;
}

/** Of a wallet a grant may come at any time, and a refund: nobody is the only one who knows it. */
export function isSole(lessee: Lessee, { isWallet }: Pot): boolean {
  return lessee.sole && !isWallet;
}

export function isValid(lessee: Lessee, nowMs: number): boolean {
  return nowMs < lessee.validUntilMs;
}
