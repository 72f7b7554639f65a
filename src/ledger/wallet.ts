import type { NanoUsd } from '../std/index.ts';

/** What an organization has to spend: the account, and the pot of the same name that calls hold from. */
export function walletOf(organizationId: string): string {
  return `${PREFIX}${encodeURIComponent(organizationId.toWellFormed())}`;
}

export function isWallet(name: string): boolean {
  return name.startsWith(PREFIX);
}

export function organizationOfWallet(wallet: string): string {
  return decodeURIComponent(wallet.slice(PREFIX.length));
}

const PREFIX = 'wallet:';

/** Amounts into wallets and out of them that are no charges. Nanodollars. */
export type Credit = {
  /** The idempotency key that its maker chose: the second one of a key is the first one. */
  readonly id: string;
  readonly organizationId: string;
  readonly kind: 'grant' | 'refund';
  /** Whether somebody paid for it: what was given away is given back to nobody. */
  readonly category: 'paid' | 'promotional';
  readonly amountNanoUsd: NanoUsd;
  /** Of a grant: until when it is good; null: for ever. */
  readonly expiresAtMs: number | null;
  readonly note: string | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
};

/** Both sides of a credit: money that came or went outside these books, or that the operator gave away. */
export function sidesOf({ kind, category, organizationId }: Credit): {
  readonly debit: string;
  readonly credit: string;
} {
  const wallet = walletOf(organizationId);
  const outside = category === 'paid' ? 'clearing:manual' : 'expense:promotional';
  return kind === 'grant' ? { debit: outside, credit: wallet } : { debit: wallet, credit: outside };
}

/** What nobody has spent in time: the operator keeps what was paid for it, or has given less away. */
export function expirySidesOf(
  wallet: string,
  category: Credit['category'],
): { readonly debitAccount: string; readonly creditAccount: string } {
  return { debitAccount: wallet, creditAccount: category === 'paid' ? 'expired:paid' : 'expired:promotional' };
}

/** The same request as the one that its key was first used for. */
export function isSameCredit(one: Credit, other: Credit): boolean {
  return (
    one.organizationId === other.organizationId &&
    one.kind === other.kind &&
    one.category === other.category &&
    one.amountNanoUsd === other.amountNanoUsd &&
    one.expiresAtMs === other.expiresAtMs &&
    one.note === other.note
  );
}

/** Nanodollars. The balance is `granted - refunded - expired - used`. */
export type Wallet = {
  readonly organizationId: string;
  readonly grantedNanoUsd: NanoUsd;
  readonly refundedNanoUsd: NanoUsd;
  readonly expiredNanoUsd: NanoUsd;
  readonly usedNanoUsd: NanoUsd;
  /** Of the balance, what processes have leased for calls. */
  readonly leasedNanoUsd: NanoUsd;
};

export function balanceOf({ grantedNanoUsd, refundedNanoUsd, expiredNanoUsd, usedNanoUsd }: Wallet): NanoUsd {
  return grantedNanoUsd - refundedNanoUsd - expiredNanoUsd - usedNanoUsd;
}
