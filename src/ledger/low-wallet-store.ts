import type { NanoUsd } from '../std/index.ts';
import { bigintOf, type Database, type SqlValue } from '../store/index.ts';
import { organizationOfWallet } from './wallet.ts';

/** Below it a balance is low. `share`: of the wallet's last grant, in thousandths. */
export type LowBalance =
  | { readonly kind: 'amount'; readonly nanoUsd: NanoUsd }
  | { readonly kind: 'share'; readonly thousandths: number };

export type LowWallet = {
  readonly organizationId: string;
  readonly balanceNanoUsd: NanoUsd;
  /** What it has fallen below. */
  readonly boundNanoUsd: NanoUsd;
};

const LAST_GRANT =
  "(SELECT amount FROM ledger_credit WHERE wallet = pot AND kind = 'grant' ORDER BY created_at_ms DESC, id DESC LIMIT 1)";

/** A wallet holds less than 2^53, so that a thousand times a grant is a BIGINT still. */
const BOUNDS: Readonly<Record<LowBalance['kind'], string>> = {
  amount: 'CAST(? AS BIGINT)',
  share: `(${LAST_GRANT} * CAST(? AS BIGINT) / 1000)`,
};

const WALLETS = "FROM ledger_pot LEFT JOIN ledger_low_wallet ON wallet = pot WHERE pot LIKE 'wallet:%'";

/**
 * The wallets that have fallen below the bound since they were above it, each to one of those that ask, whichever
 * process or instance they are: who is answered is to tell of them. By what is booked: calls in flight are not in it.
 */
export async function takeLowWallets(
  database: Database,
  low: LowBalance,
  nowMs: number,
): Promise<readonly LowWallet[]> {
  const bound = BOUNDS[low.kind];
  const value: SqlValue = low.kind === 'amount' ? low.nanoUsd : BigInt(low.thousandths);
  const isLow = `limit_nano - posted < ${bound}`;
  const changed = await database.query(
    `SELECT pot, limit_nano - posted AS balance, ${bound} AS bound ${WALLETS}
     AND (${isLow}) = (wallet IS NULL)`,
    [value, value],
  );
  if (changed.length === 0) return [];
  // Each statement looks again: what another process did meanwhile is not undone by what this one saw before.
  const [, taken] = await database.write([
    {
      sql: `DELETE FROM ledger_low_wallet WHERE wallet IN (SELECT pot FROM ledger_pot WHERE pot LIKE 'wallet:%' AND NOT (${isLow}))`,
      values: [value],
    },
    {
      sql: `INSERT INTO ledger_low_wallet (wallet, since_ms)
       SELECT pot, CAST(? AS BIGINT) FROM ledger_pot WHERE pot LIKE 'wallet:%' AND ${isLow} ORDER BY pot
       ON CONFLICT (wallet) DO NOTHING RETURNING wallet`,
      values: [nowMs, value],
    },
  ]);
  const rows = new Map(changed.map((row) => [row['pot'], row]));
  return (taken?.rows ?? []).flatMap(({ wallet }) => {
    const row = rows.get(wallet ?? null);
    if (row === undefined) return [];
    const [balanceNanoUsd, boundNanoUsd] = [bigintOf(row['balance']), bigintOf(row['bound'])];
    return [{ organizationId: organizationOfWallet(String(wallet)), balanceNanoUsd, boundNanoUsd }];
  });
}
