import type { NanoUsd } from '../std/index.ts';
import { isWallet } from './wallet.ts';

/** A movement between two accounts. Never changed: a correction is another transfer, with `reverses`. */
export type Transfer = {
  /** Chosen by whoever books it: the second one with the same id is the same one. */
  readonly id: string;
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly amountNanoUsd: NanoUsd;
  /** `overage`: of a charge, what goes beyond what was held for it. */
  readonly kind:
    | 'charge'
    | 'overage'
    | 'estimated_charge'
    | 'orphan_charge'
    | 'cost'
    | 'orphan_cost'
    | 'orphan_correction'
    | 'grant'
    | 'refund'
    | 'expiry'
    | 'opening';
  readonly exchangeId: string;
  /** The pots that it is posted to, each named once. */
  readonly pots: readonly string[];
  readonly priceVersion: string | null;
  readonly reverses: string | null;
  readonly createdAtMs: number;
};

/** What somebody had spent elsewhere before it came here. */
export type Opening = {
  /** The second one with the same id is the same one. */
  readonly id: string;
  /** A key's public id: it is charged to the key's account. null: the pots alone tell what is left. */
  readonly payer: string | null;
  /** Of whom, where it is no key's: `team:payments`. */
  readonly holder: string;
  /** Each named once; a key's own is among them. */
  readonly pots: readonly string[];
  readonly amountNanoUsd: NanoUsd;
  readonly atMs: number;
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
  /** The upstream did not say what was used; the amounts are worked out from bytes. */
  readonly estimated: boolean;
  readonly atMs: number;
};

const SANDBOX = 'sandbox:';

/**
 * What the payer owes us, or its organization's wallet pays, apart what of it was not held, and what we owe the provider.
 * None for amounts of 0. A payer is charged all of it: the account `overage:usage` tells how much of what was charged no
 * budget had been asked for. A wallet pays no more than was held from it: the rest is the operator's loss.
 */
export function transfersOf(settlement: Settlement): readonly Transfer[] {
  const { provider, chargeNanoUsd, costNanoUsd, heldNanoUsd, orphaned, estimated } = settlement;
  const isOver = !orphaned && heldNanoUsd !== null && chargeNanoUsd > heldNanoUsd;
  const within = isOver ? heldNanoUsd : chargeNanoUsd;
  const payee = provider ?? 'unknown';
  const chargeKind = orphaned ? 'orphan_charge' : estimated ? 'estimated_charge' : 'charge';
  return [
    chargeOf(settlement, 'charge', chargeKind, within),
    chargeOf(settlement, 'overage', 'overage', chargeNanoUsd - within),
    transferOf(settlement, {
      name: 'cost',
      from: `expense:${payee}`,
      to: `payable:${payee}`,
      kind: orphaned ? 'orphan_cost' : 'cost',
      amountNanoUsd: costNanoUsd,
      pots: [],
    }),
  ].filter(({ amountNanoUsd }) => amountNanoUsd > 0n);
}

function chargeOf(settlement: Settlement, name: string, kind: Transfer['kind'], amountNanoUsd: NanoUsd): Transfer {
  const { payer, pots } = settlement;
  const all = [...new Set([potOf(payer), ...pots])];
  const wallet = pots.find(isWallet);
  const movement = { name, kind, amountNanoUsd };
  if (kind !== 'overage') {
    return transferOf(settlement, { ...movement, from: wallet ?? `caller:${payer}`, to: 'revenue:usage', pots: all });
  }
  const from = wallet === undefined ? `caller:${payer}` : 'expense:overage';
  return transferOf(settlement, { ...movement, from, to: 'overage:usage', pots: all.filter((pot) => pot !== wallet) });
}

type Movement = Pick<Transfer, 'kind' | 'amountNanoUsd' | 'pots'> & {
  readonly name: string;
  readonly from: string;
  readonly to: string;
};

function transferOf({ id, sandbox, priceVersion, atMs }: Settlement, movement: Movement): Transfer {
  const { name, from, to, kind, amountNanoUsd, pots } = movement;
  const prefix = sandbox ? SANDBOX : '';
  return {
    id: `${id}:${name}`,
    // Play money is real to whoever pays in advance: what the sandbox costs is taken from the wallet.
    debitAccount: isWallet(from) ? from : prefix + from,
    creditAccount: prefix + to,
    amountNanoUsd,
    kind,
    exchangeId: id,
    pots,
    priceVersion,
    reverses: null,
    createdAtMs: atMs,
  };
}

/**
 * What a key had spent elsewhere is its account's, as a charge is, against an account that is no revenue. What others had
 * spent was spent by their keys: it stands on accounts of its own, which add up to nothing.
 */
export function transferOfOpening(opening: Opening): Transfer {
  const { id, payer, holder, pots, amountNanoUsd, atMs } = opening;
  return {
    id,
    debitAccount: payer === null ? `carried:${holder}` : `caller:${payer}`,
    creditAccount: payer === null ? 'carried:elsewhere' : 'opening:usage',
    amountNanoUsd,
    kind: 'opening',
    exchangeId: '',
    pots,
    priceVersion: null,
    reverses: null,
    createdAtMs: atMs,
  };
}

/** The pot that every charge of a payer is posted to. */
export function potOf(payer: string): string {
  return `key:${payer}`;
}

/** What a payer was charged for calls by a credential of their own, or of their team. */
export function byokPotOf(payer: string): string {
  return `byok:${payer}`;
}

/** `caller`, `wallet`, `revenue`, `overage`, `expense`, `payable`, `clearing`, `expired`, `opening` or `carried`, play money or not. */
export function accountKind(account: string): string {
  const name = account.startsWith(SANDBOX) ? account.slice(SANDBOX.length) : account;
  return name.slice(0, name.indexOf(':'));
}

export function isSandboxAccount(account: string): boolean {
  return account.startsWith(SANDBOX);
}
