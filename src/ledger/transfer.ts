import type { NanoUsd } from '../std/index.ts';

/** A movement between two accounts. Never changed: a correction is another transfer, with `reverses`. */
export type Transfer = {
  /** Chosen by whoever books it: the second one with the same id is the same one. */
  readonly id: string;
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly amountNanoUsd: NanoUsd;
  /** `overage`: a charge beyond what was held for it. */
  readonly kind: 'charge' | 'overage' | 'cost' | 'orphan_charge' | 'orphan_cost';
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

/** At most two: what the payer owes us, and what we owe the provider. None for amounts of 0. */
export function transfersOf(settlement: Settlement): readonly Transfer[] {
  const { id, payer, pots, provider, chargeNanoUsd, costNanoUsd, sandbox, orphaned, priceVersion, atMs } = settlement;
  const prefix = sandbox ? SANDBOX : '';
  const transfers: Transfer[] = [];
  if (chargeNanoUsd > 0n) {
    transfers.push({
      id: `${id}:charge`,
      debitAccount: `${prefix}caller:${payer}`,
      creditAccount: `${prefix}revenue:usage`,
      amountNanoUsd: chargeNanoUsd,
      kind: chargeKind(settlement),
      exchangeId: id,
      pots: [...new Set([potOf(payer), ...pots])],
      priceVersion,
      reverses: null,
      createdAtMs: atMs,
    });
  }
  if (costNanoUsd > 0n) {
    const payee = provider ?? 'unknown';
    transfers.push({
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
    });
  }
  return transfers;
}

/** The pot that every charge of a payer is posted to. */
export function potOf(payer: string): string {
  return `key:${payer}`;
}

/** `caller`, `revenue`, `expense` or `payable`, play money or not. */
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
