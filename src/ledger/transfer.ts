import type { NanoUsd } from '../std/index.ts';
import { isWallet } from './wallet.ts';

/** A movement between two accounts. Never changed: a correction is another transfer, with `reverses`. */
export type Transfer = {
  /** Chosen by whoever books it: the second one with the same id is the same one. */
  readonly id: string;
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly amountNanoUsd: NanoUsd;
  /** `overage`: a charge beyond what was held for it. */
  readonly kind: 'charge' | 'overage' | 'cost' | 'orphan_charge' | 'orphan_cost' | 'grant' | 'refund';
  readonly exchangeId: string;
  /** The pots that it is posted to, each named once. */
  readonly pots: readonly string[];
  readonly priceVersion: string | null;
  readonly reverses: string | null;
  readonly createdAtMs: number;
};

/** What an exchange came to, as far as money is concerned. */
export type Settlement = {
  /** The exchange's id, and the idempotency key of all that is booked for it. */
  readonly id: string;
  /** Who is charged: a key's public id, or `master`. */
  readonly payer: string;
  /** The pots that the charge is posted to besides the payer's own. */
  readonly pots: readonly string[];
  /** Who is to be paid; null: nobody was called. */
  readonly provider: string | null;
  readonly chargeNanoUsd: NanoUsd;
  readonly costNanoUsd: NanoUsd;
  /** What was held for it; null: unknown. */
  readonly heldNanoUsd: NanoUsd | null;
  readonly priceVersion: string | null;
  /** Play money: booked on accounts of its own. */
  readonly sandbox: boolean;
  /** The process died before it settled; the amounts are the hold's. */
  readonly orphaned: boolean;
  readonly atMs: number;
};

const SANDBOX = 'sandbox:';

/**
 * What the payer owes us, or its organization's wallet pays, and what we owe the provider. None for amounts of 0. A wallet
 * pays no more than was held from it: what a charge is beyond that is the operator's loss.
 */
export function transfersOf(settlement: Settlement): readonly Transfer[] {
  const { id, provider, costNanoUsd, sandbox, orphaned, priceVersion, atMs } = settlement;
  const prefix = sandbox ? SANDBOX : '';
  const transfers = chargesOf(settlement, `${prefix}revenue:usage`);
  if (costNanoUsd <= 0n) return transfers;
  const payee = provider ?? 'unknown';
  const cost: Transfer = {
    id: `${id}:cost`,
    debitAccount: `${prefix}expense:${payee}`,
    creditAccount: `${prefix}payable:${payee}`,
    amountNanoUsd: costNanoUsd,
    kind: orphaned ? 'orphan_cost' : 'cost',
    exchangeId: id,
    pots: [],
    priceVersion,
    reverses: null,
    createdAtMs: atMs,
  };
  return [...transfers, cost];
}

function chargesOf(settlement: Settlement, revenue: string): readonly Transfer[] {
  const { id, payer, pots, chargeNanoUsd, heldNanoUsd, sandbox, priceVersion, atMs } = settlement;
  const wallet = pots.find(isWallet);
  const charge = { creditAccount: revenue, exchangeId: id, priceVersion, reverses: null, createdAtMs: atMs };
  const posted = [...new Set([potOf(payer), ...pots])];
  if (wallet === undefined) {
    const debitAccount = `${sandbox ? SANDBOX : ''}caller:${payer}`;
    const kind = chargeKind(settlement);
    return chargeNanoUsd <= 0n
      ? []
      : [{ ...charge, id: `${id}:charge`, debitAccount, amountNanoUsd: chargeNanoUsd, kind, pots: posted }];
  }
  const paid = heldNanoUsd !== null && heldNanoUsd < chargeNanoUsd ? heldNanoUsd : chargeNanoUsd;
  const kind = settlement.orphaned ? ('orphan_charge' as const) : ('charge' as const);
  const both: readonly Transfer[] = [
    { ...charge, id: `${id}:charge`, debitAccount: wallet, amountNanoUsd: paid, kind, pots: posted },
    {
      ...charge,
      id: `${id}:overage`,
      debitAccount: 'expense:overage',
      amountNanoUsd: chargeNanoUsd - paid,
      kind: 'overage',
      pots: posted.filter((pot) => pot !== wallet),
    },
  ];
  return both.filter(({ amountNanoUsd }) => amountNanoUsd > 0n);
}

/** The pot that every charge of a payer is posted to. */
export function potOf(payer: string): string {
  return `key:${payer}`;
}

/** `caller`, `wallet`, `revenue`, `expense`, `payable` or `clearing`, play money or not. */
export function accountKind(account: string): string {
  const name = account.startsWith(SANDBOX) ? account.slice(SANDBOX.length) : account;
  return name.slice(0, name.indexOf(':'));
}

export function isSandboxAccount(account: string): boolean {
  return account.startsWith(SANDBOX);
}

function chargeKind({ orphaned, chargeNanoUsd, heldNanoUsd }: Settlement): Transfer['kind'] {
  if (orphaned) return 'orphan_charge';
  return heldNanoUsd !== null && chargeNanoUsd > heldNanoUsd ? 'overage' : 'charge';
}
