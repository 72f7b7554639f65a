import type { NanoUsd } from '../std/index.ts';
import { bigintOf, type Database, type DirectDatabase, type Row, type Session } from '../store/index.ts';
import { readGrants, type SettledWallet, settleWallet, useOf } from './grant-store.ts';
import { isOver, remainingOf, settleGrants, sumOf } from './grants.ts';
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

/**
 * Books a credit, once; `within` writes what else belongs to its transaction. The wallet's grants are settled before it:
 * what was charged until now is of those that were there.
 */
export function bookCredit(
  database: DirectDatabase,
  credit: Credit,
  within: (session: Session) => Promise<void> = async () => {},
): Promise<CreditOutcome> {
  return database.transaction(async (session) => {
    const wallet = walletOf(credit.organizationId);
    const settled = await settleWallet(session, wallet, credit.createdAtMs);
    const [known] = await session.query(`${CREDITS} WHERE id = ?`, [credit.id]);
    if (known !== undefined) {
      const before = creditOf(known);
      return isSameCredit(before, credit) ? { outcome: 'repeated', credit: before } : { outcome: 'conflict' };
    }
    const left = sumOf(settled.grants, (grant) => grant.amountNanoUsd - grant.refundedNanoUsd - grant.expiredNanoUsd);
    if (credit.kind === 'grant' && left + credit.amountNanoUsd > MOST_IN_WALLET) return { outcome: 'beyond' };
    if (credit.kind === 'refund') {
      const freeNanoUsd = refundable(settled, credit.createdAtMs);
      if (credit.amountNanoUsd > freeNanoUsd) return { outcome: 'short', freeNanoUsd };
    }
    await book(session, credit, wallet);
    await settleWallet(session, wallet, credit.createdAtMs);
    await within(session);
    return { outcome: 'booked', credit };
  });
}

async function book(session: Session, credit: Credit, wallet: string): Promise<void> {
  const { id, kind, category, amountNanoUsd, expiresAtMs, note, createdBy, createdAtMs } = credit;
  await session.execute(
    `INSERT INTO ledger_credit (id, wallet, kind, category, amount, expires_at_ms, note, created_by, created_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, wallet, kind, category, amountNanoUsd, expiresAtMs, note, createdBy, createdAtMs],
  );
  await bookTransfers(session, [transferOf(credit)]);
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

/** Of what was paid for and is neither given back nor over, what nobody has spent or leased. */
function refundable({ grants, freeNanoUsd }: SettledWallet, nowMs: number): NanoUsd {
  const paid = grants.filter((grant) => grant.category === 'paid' && !isOver(grant, nowMs));
  const left = sumOf(paid, remainingOf);
  const least = freeNanoUsd < left ? freeNanoUsd : left;
  return least < 0n ? 0n : least;
}

const CREDITS =
  'SELECT id, wallet, kind, category, amount, expires_at_ms, note, created_by, created_at_ms FROM ledger_credit';

function creditOf(row: Row): Credit {
  return {
    id: String(row['id']),
    organizationId: organizationOfWallet(String(row['wallet'])),
    kind: row['kind'] as Credit['kind'],
    category: row['category'] as Credit['category'],
    amountNanoUsd: bigintOf(row['amount']),
    expiresAtMs: row['expires_at_ms'] === null ? null : Number(row['expires_at_ms']),
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

/**
 * Without an organization: those of all. Nobody was granted anything: there is none. What is over is counted as expired,
 * whether it was booked or not.
 */
export async function readWallets(
  database: Database,
  organizationId: string | null,
  nowMs: number,
): Promise<readonly Wallet[]> {
  const wallet = organizationId === null ? null : walletOf(organizationId);
  const grants = await readGrants(database, wallet);
  const rows = await database.query(
    `SELECT pot, posted, leased,
       (SELECT sum(amount) FROM ledger_credit WHERE wallet = pot AND kind = 'refund') AS refunded
     FROM ledger_pot WHERE ${wallet === null ? "pot LIKE 'wallet:%'" : 'pot = ?'} ORDER BY pot`,
    wallet === null ? [] : [wallet],
  );
  return rows.map((row) => {
    const use = useOf(row);
    const settled = settleGrants(grants.get(String(row['pot'])) ?? [], use, nowMs);
    return {
      organizationId: organizationOfWallet(String(row['pot'])),
      grantedNanoUsd: sumOf(settled.grants, ({ amountNanoUsd }) => amountNanoUsd),
      refundedNanoUsd: use.refundedNanoUsd,
      expiredNanoUsd: sumOf(settled.grants, ({ expiredNanoUsd }) => expiredNanoUsd) + settled.endingNanoUsd,
      usedNanoUsd: use.postedNanoUsd,
      leasedNanoUsd: use.leasedNanoUsd,
    };
  });
}
