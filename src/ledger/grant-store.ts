import type { NanoUsd } from '../std/index.ts';
import {
  type BulkInsert,
  bigintOf,
  type Database,
  type DirectDatabase,
  type Row,
  type Session,
} from '../store/index.ts';
import { type Grant, isOver, remainingOf, type SettledGrants, settleGrants, sumOf, type WalletUse } from './grants.ts';
import { bookTransfers } from './transfer-store.ts';
import { expirySidesOf } from './wallet.ts';

const walletLock: BulkInsert = {
  table: 'ledger_pot',
  columns: { pot: 'text', limit_nano: 'bigint' },
  onConflict: 'ON CONFLICT (pot) DO UPDATE SET limit_nano = coalesce(ledger_pot.limit_nano, 0)',
};

/** What a wallet is after its grants were settled. */
export type SettledWallet = SettledGrants & {
  /** Neither spent, nor leased by processes, nor over. */
  readonly freeNanoUsd: NanoUsd;
};

const GRANTS = `SELECT wallet, id, category, expires_at_ms, created_at_ms, amount, spent, refunded, expired
  FROM ledger_credit WHERE kind = 'grant'`;
const USE = `SELECT posted, leased,
  (SELECT sum(amount) FROM ledger_credit WHERE wallet = pot AND kind = 'refund') AS refunded FROM ledger_pot WHERE pot = ?`;

/**
 * Settles a wallet's grants, and books what expires. Inside the caller's transaction, whose first it should be: the
 * wallet's row is locked, so that grants, refunds, leases and charges follow one another. Booked a second time, the same
 * expiry is the first one: its transfer is named after how much of the grant has expired with it.
 */
export async function settleWallet(session: Session, wallet: string, nowMs: number): Promise<SettledWallet> {
  await session.insert(walletLock, [[wallet, 0]]);
  const use = useOf((await session.query(USE, [wallet]))[0]);
  const before = (await session.query(`${GRANTS} AND wallet = ?`, [wallet])).map(grantOf);
  const settled = settleGrants(before, use, nowMs);
  const known = new Map(before.map((grant) => [grant.id, grant]));
  for (const grant of settled.grants) {
    const was = known.get(grant.id);
    if (isOver(grant, nowMs) || was === undefined || isMoved(was, grant)) await keep(session, grant, nowMs);
  }
  await bookTransfers(
    session,
    settled.expiries.map(({ grant, amountNanoUsd }) => ({
      id: `credit:${grant.id}:expiry:${grant.expiredNanoUsd}`,
      ...expirySidesOf(wallet, grant.category),
      amountNanoUsd,
      kind: 'expiry' as const,
      exchangeId: '',
      pots: [],
      priceVersion: null,
      reverses: null,
      createdAtMs: nowMs,
    })),
  );
  const limit = await limitPot(session, wallet, settled);
  return { ...settled, freeNanoUsd: limit - use.postedNanoUsd - use.leasedNanoUsd };
}

function isMoved(one: Grant, other: Grant): boolean {
  return one.spentNanoUsd !== other.spentNanoUsd || one.refundedNanoUsd !== other.refundedNanoUsd;
}

async function keep(session: Session, grant: Grant, nowMs: number): Promise<void> {
  const standing = !isOver(grant, nowMs) ? 'open' : remainingOf(grant) > 0n ? 'ending' : 'ended';
  const { id, spentNanoUsd, refundedNanoUsd, expiredNanoUsd } = grant;
  await session.execute('UPDATE ledger_credit SET spent = ?, refunded = ?, expired = ?, standing = ? WHERE id = ?', [
    spentNanoUsd,
    refundedNanoUsd,
    expiredNanoUsd,
    standing,
    id,
  ]);
}

/**
 * The pot's limit is what was granted less what was given back, has expired and is ending: nobody leases what is over, and
 * what is leased of it already stands in `excess` until it comes back.
 */
async function limitPot(session: Session, wallet: string, { grants, endingNanoUsd }: SettledGrants): Promise<NanoUsd> {
  const limit =
    sumOf(
      grants,
      ({ amountNanoUsd, refundedNanoUsd, expiredNanoUsd }) => amountNanoUsd - refundedNanoUsd - expiredNanoUsd,
    ) - endingNanoUsd;
  await session.execute(
    `UPDATE ledger_pot SET limit_nano = ?, excess = CASE WHEN posted + leased > ? THEN posted + leased - ? ELSE 0 END
     WHERE pot = ?`,
    [limit, limit, limit, wallet],
  );
  return limit;
}

/**
 * Settles the wallets with grants whose time is over. Answers those of which calls in flight, or processes in reserve,
 * still hold some: they are to be asked for it, and settled again.
 */
export async function expireGrants(database: DirectDatabase, nowMs: number): Promise<readonly string[]> {
  const due = await database.query(
    `SELECT DISTINCT wallet FROM ledger_credit WHERE expires_at_ms <= ? AND standing <> 'ended' ORDER BY wallet`,
    [nowMs],
  );
  const ending: string[] = [];
  for (const row of due) {
    const wallet = String(row['wallet']);
    const { endingNanoUsd } = await database.transaction((session) => settleWallet(session, wallet, nowMs));
    if (endingNanoUsd > 0n) ending.push(wallet);
  }
  return ending;
}

/** Of one wallet, or of all; as they were settled last. */
export async function readGrants(
  database: Database,
  wallet: string | null,
): Promise<ReadonlyMap<string, readonly Grant[]>> {
  const rows =
    wallet === null ? await database.query(GRANTS) : await database.query(`${GRANTS} AND wallet = ?`, [wallet]);
  const byWallet = Map.groupBy(rows, (row) => String(row['wallet']));
  return new Map([...byWallet].map(([name, its]) => [name, its.map(grantOf)]));
}

/** What is left of each grant and when that is over, in the order in which they are used up. */
export async function readOpenGrants(database: Database, wallet: string, nowMs: number): Promise<readonly Grant[]> {
  const grants = (await readGrants(database, wallet)).get(wallet) ?? [];
  const use = useOf((await database.query(USE, [wallet]))[0]);
  return settleGrants(grants, use, nowMs).grants.filter((grant) => !isOver(grant, nowMs) && remainingOf(grant) > 0n);
}

/** Of a row with `posted`, `leased` and `refunded`. */
export function useOf(row: Row | undefined): WalletUse {
  return {
    postedNanoUsd: bigintOf(row?.['posted']),
    leasedNanoUsd: bigintOf(row?.['leased']),
    refundedNanoUsd: bigintOf(row?.['refunded']),
  };
}

function grantOf(row: Row): Grant {
  return {
    id: String(row['id']),
    category: row['category'] as Grant['category'],
    expiresAtMs: row['expires_at_ms'] === null ? null : Number(row['expires_at_ms']),
    createdAtMs: Number(row['created_at_ms']),
    amountNanoUsd: bigintOf(row['amount']),
    spentNanoUsd: bigintOf(row['spent']),
    refundedNanoUsd: bigintOf(row['refunded']),
    expiredNanoUsd: bigintOf(row['expired']),
  };
}
