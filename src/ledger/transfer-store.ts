import type { BulkInsert, Session, SqlValue } from '../store/index.ts';
import { postToPots } from './lease-store.ts';
import {
  accountKind,
  type Opening,
  type Settlement,
  type Transfer,
  transferOfOpening,
  transfersOf,
} from './transfer.ts';

const ROWS_PER_STATEMENT = 4_000;

const transferInsert: BulkInsert = {
  table: 'ledger_transfer',
  columns: {
    id: 'text',
    debit_account: 'text',
    credit_account: 'text',
    amount: 'bigint',
    kind: 'text',
    exchange_id: 'text',
    price_version: 'text',
    reverses: 'text',
    created_at_ms: 'bigint',
    pots: 'text',
  },
  onConflict: 'ON CONFLICT (id) DO NOTHING',
  mostlyNew: true,
};

const accountUpsert: BulkInsert = {
  table: 'ledger_account',
  columns: { id: 'text', kind: 'text', debits_posted: 'bigint', credits_posted: 'bigint' },
  onConflict:
    'ON CONFLICT (id) DO UPDATE SET debits_posted = ledger_account.debits_posted + excluded.debits_posted, ' +
    'credits_posted = ledger_account.credits_posted + excluded.credits_posted',
};

/**
 * Books what exchanges came to, inside the caller's transaction. Idempotent by the transfers' ids: only rows that were
 * really inserted move accounts, pots, and the leases of the writer. Accounts are locked in the order of their ids, pots
 * after them and in order: two writers never wait for each other in a circle.
 */
export async function postSettlements(
  session: Session,
  writer: string,
  settlements: readonly Settlement[],
): Promise<{ readonly inserted: number }> {
  return { inserted: await post(session, writer, settlements.flatMap(transfersOf)) };
}

/** Inside the caller's transaction; those that were posted before change nothing. Answers how many were new. */
export function postOpenings(session: Session, openings: readonly Opening[]): Promise<number> {
  const some = openings.filter(({ amountNanoUsd }) => amountNanoUsd > 0n);
  return post(session, NO_WRITER, some.map(transferOfOpening));
}

async function post(session: Session, writer: string, transfers: readonly Transfer[]): Promise<number> {
  const booked = await insertTransfers(session, transfers);
  if (booked.length === 0) return 0;
  await moveAccounts(session, booked);
  await movePots(session, writer, booked);
  return booked.length;
}

/** Those that were booked before change nothing. No pots are moved. */
export async function bookTransfers(session: Session, transfers: readonly Transfer[]): Promise<void> {
  await moveAccounts(session, await insertTransfers(session, transfers));
}

/** A correction, with what it adds to the pots of the transfer that it corrects. False: there is one of that id. */
export async function postCorrection(session: Session, correction: Transfer, addedNanoUsd: bigint): Promise<boolean> {
  const booked = await insertTransfers(session, [correction]);
  if (booked.length === 0) return false;
  await moveAccounts(session, booked);
  if (correction.pots.length > 0)
    await postToPots(session, NO_WRITER, new Map(correction.pots.map((pot) => [pot, addedNanoUsd])));
  return true;
}

/** Nobody of this name has a lease. */
const NO_WRITER = '';

/** Answers those that were new. */
async function insertTransfers(session: Session, transfers: readonly Transfer[]): Promise<readonly Transfer[]> {
  const inserted: Transfer[] = [];
  const inOrder = transfers.toSorted((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
  for (let start = 0; start < inOrder.length; start += ROWS_PER_STATEMENT) {
    const some = inOrder.slice(start, start + ROWS_PER_STATEMENT);
    const isNew = await session.insert(transferInsert, some.map(transferRow));
    inserted.push(...some.filter((_, index) => isNew[index]));
  }
  return inserted;
}

function transferRow(transfer: Transfer): readonly SqlValue[] {
  return [
    transfer.id,
    transfer.debitAccount,
    transfer.creditAccount,
    transfer.amountNanoUsd,
    transfer.kind,
    transfer.exchangeId,
    transfer.priceVersion,
    transfer.reverses,
    transfer.createdAtMs,
    MAY_BE_CORRECTED.has(transfer.kind) ? JSON.stringify(transfer.pots) : null,
  ];
}

const MAY_BE_CORRECTED: ReadonlySet<Transfer['kind']> = new Set(['orphan_charge', 'estimated_charge']);

async function moveAccounts(session: Session, transfers: readonly Transfer[]): Promise<void> {
  const debits = new Map<string, bigint>();
  const credits = new Map<string, bigint>();
  for (const { debitAccount, creditAccount, amountNanoUsd } of transfers) {
    add(debits, debitAccount, amountNanoUsd);
    add(credits, creditAccount, amountNanoUsd);
  }
  const accounts = [...new Set([...debits.keys(), ...credits.keys()])].sort();
  const rows = accounts.map((id) => [id, accountKind(id), debits.get(id) ?? 0n, credits.get(id) ?? 0n]);
  await session.insert(accountUpsert, rows);
}

async function movePots(session: Session, writer: string, transfers: readonly Transfer[]): Promise<void> {
  const posted = new Map<string, bigint>();
  for (const { pots, amountNanoUsd } of transfers) {
    for (const pot of pots) add(posted, pot, amountNanoUsd);
  }
  if (posted.size > 0) await postToPots(session, writer, posted);
}

function add(sums: Map<string, bigint>, name: string, amount: bigint): void {
  sums.set(name, (sums.get(name) ?? 0n) + amount);
}
