import type { NanoUsd } from '../std/index.ts';
import {
  type BulkInsert,
  bigintOf,
  type Database,
  type DirectDatabase,
  type Row,
  type Session,
} from '../store/index.ts';
import type { Transfer } from './transfer.ts';
import { bookTransfers } from './transfer-store.ts';
import { type Credit, isSameCredit, organizationOfWallet, sidesOf, type Wallet, walletOf } from './wallet.ts';

/**
 * `repeated`: its key was used for the same before. `conflict`: for something else. `short`: so much can be given back
 * at most, now: of what was paid for, what is neither spent nor leased. `beyond`: a wallet holds no more than the books
 * can count.
 */
export type CreditOutcome =
  | { readonly outcome: 'booked' | 'repeated'; readonly credit: Credit }
  | { readonly outcome: 'conflict' | 'beyond' }
  | { readonly outcome: 'short'; readonly freeNanoUsd: NanoUsd };

/** Processes count their leases in Numbers. */
const MOST_IN_WALLET = BigInt(Number.MAX_SAFE_INTEGER);

const walletLock: BulkInsert = {
  table: 'ledger_pot',
  columns: { pot: 'text', limit_nano: 'bigint' },
  onConflict: 'ON CONFLICT (pot) DO UPDATE SET limit_nano = coalesce(ledger_pot.limit_nano, 0)',
};

/** Books a credit, once. The wallet's row is locked first: grants, refunds, leases and charges follow one another. */
export function bookCredit(database: DirectDatabase, credit: Credit): Promise<CreditOutcome> {
  return database.transaction(async (session) => {
    const wallet = walletOf(credit.organizationId);
    await session.insert(walletLock, [[wallet, 0]]);
    const [known] = await session.query(`${CREDITS} WHERE id = ?`, [credit.id]);
    if (known !== undefined) {
      const before = creditOf(known);
      return isSameCredit(before, credit) ? { outcome: 'repeated', credit: before } : { outcome: 'conflict' };
    }
    const limit = bigintOf((await potOfWallet(session, wallet))['limit_nano']);
    if (credit.kind === 'grant' && limit + credit.amountNanoUsd > MOST_IN_WALLET) return { outcome: 'beyond' };
    if (credit.kind === 'refund') {
      const freeNanoUsd = await refundable(session, wallet);
      if (credit.amountNanoUsd > freeNanoUsd) return { outcome: 'short', freeNanoUsd };
    }
    await book(session, credit, wallet);
    return { outcome: 'booked', credit };
  });
}

async function book(session: Session, credit: Credit, wallet: string): Promise<void> {
  const { id, kind, category, amountNanoUsd, note, createdBy, createdAtMs } = credit;
  await session.execute(
    `INSERT INTO ledger_credit (id, wallet, kind, category, amount, note, created_by, created_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, wallet, kind, category, amountNanoUsd, note, createdBy, createdAtMs],
  );
  await bookTransfers(session, [transferOf(credit)]);
  // What is given back is no longer there to be spent: the limit is what was granted less it.
  const more = kind === 'grant' ? amountNanoUsd : -amountNanoUsd;
  await session.execute(
    `UPDATE ledger_pot SET limit_nano = limit_nano + ?,
       excess = CASE WHEN posted + leased > limit_nano + ? THEN posted + leased - limit_nano - ? ELSE 0 END WHERE pot = ?`,
    [more, more, more, wallet],
  );
}

function transferOf(credit: Credit): Transfer {
  const { debit, credit: credited } = sidesOf(credit);
  return {
    id: `credit:${credit.id}`,
    debitAccount: debit,
    creditAccount: credited,
    amountNanoUsd: credit.amountNanoUsd,
    kind: credit.kind,
    exchangeId: '',
    pots: [],
    priceVersion: null,
    reverses: null,
    createdAtMs: credit.createdAtMs,
  };
}

async function potOfWallet(session: Session, wallet: string): Promise<Row> {
  const [row = {}] = await session.query('SELECT limit_nano, posted, leased FROM ledger_pot WHERE pot = ?', [wallet]);
  return row;
}

/** Of what was paid for and not given back yet, what is free. Charges are taken to be from what was given away first. */
async function refundable(session: Session, wallet: string): Promise<NanoUsd> {
  const pot = await potOfWallet(session, wallet);
  const free = bigintOf(pot['limit_nano']) - bigintOf(pot['posted']) - bigintOf(pot['leased']);
  const [sums] = await session.query(
    `SELECT sum(CASE WHEN kind = 'grant' THEN amount ELSE -amount END) AS paid FROM ledger_credit
     WHERE wallet = ? AND category = 'paid'`,
    [wallet],
  );
  const paid = bigintOf(sums?.['paid']);
  const least = free < paid ? free : paid;
  return least < 0n ? 0n : least;
}

const CREDITS = 'SELECT id, wallet, kind, category, amount, note, created_by, created_at_ms FROM ledger_credit';

function creditOf(row: Row): Credit {
  return {
    id: String(row['id']),
    organizationId: organizationOfWallet(String(row['wallet'])),
    kind: row['kind'] as Credit['kind'],
    category: row['category'] as Credit['category'],
    amountNanoUsd: bigintOf(row['amount']),
    note: row['note'] === null ? null : String(row['note']),
    createdBy: String(row['created_by']),
    createdAtMs: Number(row['created_at_ms']),
  };
}

/** Newest first. */
export async function listCredits(
  database: Database,
  organizationId: string,
  limit: number,
): Promise<readonly Credit[]> {
  const sql = `${CREDITS} WHERE wallet = ? ORDER BY created_at_ms DESC, id DESC LIMIT ?`;
  return (await database.query(sql, [walletOf(organizationId), limit])).map(creditOf);
}

/** Without an organization: those of all. Nobody was granted anything: there is none. */
export async function readWallets(database: Database, organizationId: string | null): Promise<readonly Wallet[]> {
  const rows = await database.query(
    `SELECT pot, posted, leased,
       (SELECT sum(amount) FROM ledger_credit WHERE wallet = pot AND kind = 'grant') AS granted,
       (SELECT sum(amount) FROM ledger_credit WHERE wallet = pot AND kind = 'refund') AS refunded
     FROM ledger_pot WHERE ${organizationId === null ? "pot LIKE 'wallet:%'" : 'pot = ?'} ORDER BY pot`,
    organizationId === null ? [] : [walletOf(organizationId)],
  );
  return rows.map((row) => ({
    organizationId: organizationOfWallet(String(row['pot'])),
    grantedNanoUsd: bigintOf(row['granted']),
    refundedNanoUsd: bigintOf(row['refunded']),
    usedNanoUsd: bigintOf(row['posted']),
    leasedNanoUsd: bigintOf(row['leased']),
  }));
}
