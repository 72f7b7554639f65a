import type { NanoUsd } from '../std/index.ts';

/** Credits that an organization was given, and what became of them so far. Nanodollars. */
export type Grant = {
  readonly id: string;
  readonly category: 'paid' | 'promotional';
  /** null: they are good for ever. */
  readonly expiresAtMs: number | null;
  readonly createdAtMs: number;
  readonly amountNanoUsd: NanoUsd;
  readonly spentNanoUsd: NanoUsd;
  readonly refundedNanoUsd: NanoUsd;
  readonly expiredNanoUsd: NanoUsd;
};

/** What a wallet's pot and its refunds say, which know nothing of single grants. */
export type WalletUse = {
  readonly postedNanoUsd: NanoUsd;
  readonly leasedNanoUsd: NanoUsd;
  readonly refundedNanoUsd: NanoUsd;
};

export type SettledGrants = {
  readonly grants: readonly Grant[];
  /** What expires now of each, more than 0. */
  readonly expiries: readonly { readonly grant: Grant; readonly amountNanoUsd: NanoUsd }[];
  /** What is over, and is held by calls that began before: it expires as far as they do not spend it. */
  readonly endingNanoUsd: NanoUsd;
};

type Share = 'spentNanoUsd' | 'refundedNanoUsd' | 'expiredNanoUsd';

export function remainingOf({ amountNanoUsd, spentNanoUsd, refundedNanoUsd, expiredNanoUsd }: Grant): NanoUsd {
  return amountNanoUsd - spentNanoUsd - refundedNanoUsd - expiredNanoUsd;
}

export function isOver({ expiresAtMs }: Grant, nowMs: number): boolean {
  return expiresAtMs !== null && expiresAtMs <= nowMs;
}

/**
 * Brings grants up to what was spent and given back since, and ends those whose time is over. Charges take what expires
 * first, and of that what was given away first; what is given back was paid for, and is taken from the other end. Done at
 * any moments, in any number of steps, as long as one comes before each grant and at each expiry, it comes to the same.
 */
export function settleGrants(grants: readonly Grant[], use: WalletUse, nowMs: number): SettledGrants {
  const settled = new Map(grants.toSorted(byUse).map((grant) => [grant.id, grant]));
  const inOrder = (): readonly Grant[] => [...settled.values()];
  const take = (from: readonly Grant[], share: Share, amount: NanoUsd): NanoUsd => {
    let rest = amount;
    for (const grant of from) {
      // Less was charged than was taken to be: a correction gives it back to whom it was taken from last.
      const most = rest < 0n ? -grant[share] : remainingOf(grant);
      const part = rest < 0n ? (rest > most ? rest : most) : rest < most ? rest : most;
      settled.set(grant.id, { ...grant, [share]: grant[share] + part });
      rest -= part;
    }
    return rest;
  };
  const spent = use.postedNanoUsd - sumOf(grants, (grant) => grant.spentNanoUsd);
  take(spent < 0n ? inOrder().toReversed() : inOrder(), 'spentNanoUsd', spent);
  const refunded = use.refundedNanoUsd - sumOf(grants, (grant) => grant.refundedNanoUsd);
  const paid = inOrder().filter(({ category }) => category === 'paid');
  take(paid.toReversed(), 'refundedNanoUsd', refunded);

  const over = inOrder().filter((grant) => isOver(grant, nowMs) && remainingOf(grant) > 0n);
  const before = new Map(over.map((grant) => [grant.id, grant.expiredNanoUsd]));
  const due = sumOf(over, remainingOf);
  const room = sumOf(inOrder(), remainingOf) - use.leasedNanoUsd;
  const expiring = room < 0n ? 0n : room < due ? room : due;
  take(over, 'expiredNanoUsd', expiring);
  const expiries = inOrder().flatMap((grant) => {
    const amountNanoUsd = grant.expiredNanoUsd - (before.get(grant.id) ?? grant.expiredNanoUsd);
    return amountNanoUsd > 0n ? [{ grant, amountNanoUsd }] : [];
  });
  return { grants: inOrder(), expiries, endingNanoUsd: due - expiring };
}

/** In which order they are used up. */
function byUse(one: Grant, other: Grant): number {
  const [first, second] = [one.expiresAtMs ?? Number.POSITIVE_INFINITY, other.expiresAtMs ?? Number.POSITIVE_INFINITY];
  if (first !== second) return first < second ? -1 : 1;
  if (one.category !== other.category) return one.category === 'promotional' ? -1 : 1;
  return one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : 1);
}

export function sumOf(grants: readonly Grant[], part: (grant: Grant) => NanoUsd): NanoUsd {
  return grants.reduce((sum, grant) => sum + part(grant), 0n);
}
