import type { NanoUsd } from '../std/index.ts';

/**
 * Money set aside for one purpose, in this process: posted + held never exceed what it has taken of the limit. The ledger
 * does not know what a pot stands for. Nanodollars are Numbers here (exact to 2^53, 9 million USD), bigint at the edges.
 */
export type Pot = {
  readonly id: string;
  /** It is what somebody has: the books alone know the limit, and no charge goes beyond what was held for it. */
  readonly isWallet: boolean;
  limit: number;
  /** Of the limit, what this process took for itself since it started. */
  taken: number;
  /** Spent by this process since it started. */
  posted: number;
  /** Spent before it started, or by other processes, as far as it knows. */
  postedElsewhere: number;
  held: number;
  /** By the calendar, when it is of no use any more; null: never. Epoch milliseconds. */
  readonly endsAtMs: number | null;
  /** Nobody used it for long: this process keeps no lease on it. Whoever still has it asks for it again. */
  retired: boolean;
};

/** Why a hold was not given; amounts in nanodollars. */
export type HoldRefusal = {
  readonly pot: string;
  readonly limit: number;
  readonly used: number;
  readonly held: number;
  readonly asked: number;
};

/** Without `taken`: nobody else spends from it, and it is this process's whole. */
export function openPot(
  id: string,
  limit: NanoUsd,
  postedElsewhere: NanoUsd,
  taken?: number,
  endsAtMs: number | null = null,
): Pot {
  const [whole, elsewhere] = [exact(limit), exact(postedElsewhere)];
  return {
    id,
    isWallet: false,
    limit: whole,
    taken: taken ?? whole - elsewhere,
    posted: 0,
    postedElsewhere: elsewhere,
    held: 0,
    endsAtMs,
    retired: false,
  };
}

/** Nothing of it is known until the books are asked. */
export function openWallet(id: string, postedElsewhere: NanoUsd): Pot {
  return { ...openPot(id, 0n, postedElsewhere, 0), isWallet: true };
}

/** Of the limit, as far as this process knows; what others hold is not in it. */
export function freeInPot(pot: Pot): number {
  return pot.limit - pot.posted - pot.postedElsewhere - pot.held;
}

/** What can be held at once, without asking anybody. */
export function roomInPot(pot: Pot): number {
  return pot.taken - pot.posted - pot.held;
}

/** An amount set aside in several pots at once; resolved once, by post or void. */
export type Hold = {
  amount: number;
  readonly pots: readonly Pot[];
  resolved: boolean;
};

/** All pots or none. Returns the first pot that cannot, if one cannot. */
export function hold(pots: readonly Pot[], amount: NanoUsd): Hold | HoldRefusal {
  const asked = exact(amount);
  for (const pot of pots) {
    if (roomInPot(pot) < asked) return refusal(pot, asked);
  }
  for (const pot of pots) pot.held += asked;
  return holdOf(pots, asked);
}

/** The hold that pots make together in each of which `amount` is held already. */
export function holdOf(pots: readonly Pot[], amount: number): Hold {
  return { amount, pots, resolved: false };
}

/** Raises a hold to `amount` (never lowers it), in all of its pots or in none. */
export function extend(held: Hold, amount: NanoUsd): HoldRefusal | null {
  const more = exact(amount) - held.amount;
  if (more <= 0 || held.resolved) return null;
  for (const pot of held.pots) {
    if (roomInPot(pot) < more) return refusal(pot, more);
  }
  for (const pot of held.pots) pot.held += more;
  held.amount += more;
  return null;
}

/** Takes the actual charge and gives the rest back. The second time, nothing happens. */
export function post(held: Hold, charge: NanoUsd): void {
  if (held.resolved) return;
  held.resolved = true;
  const amount = exact(charge);
  for (const pot of held.pots) {
    pot.held -= held.amount;
    pot.posted += pot.isWallet ? Math.min(amount, held.amount) : amount;
  }
}

export function isHold(outcome: Hold | HoldRefusal): outcome is Hold {
  return 'pots' in outcome;
}

function refusal(pot: Pot, asked: number): HoldRefusal {
  return { pot: pot.id, limit: pot.limit, used: pot.posted + pot.postedElsewhere, held: pot.held, asked };
}

export function exact(amount: NanoUsd): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new RangeError(`an amount beyond 2^53 nanodollars: ${amount}`);
  return number;
}
