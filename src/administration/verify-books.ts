import type { Recording } from '../access/index.ts';
import { type LedgerFacts, verifyLedger } from '../ledger/index.ts';
import { formatUsd } from '../std/index.ts';
import type { Database } from '../store/index.ts';

/** Adds the books up, and writes into the audit log who had it done and what came of it. */
export async function verifyBooks(books: Database, recording: Recording): Promise<LedgerFacts> {
  const facts = await verifyLedger(books);
  const { sound, accounts, transfers, imbalanceNanoUsd, potDifferenceNanoUsd } = facts;
  const after = {
    sound,
    accounts,
    transfers,
    imbalance_usd: formatUsd(imbalanceNanoUsd),
    pot_difference_usd: formatUsd(potDifferenceNanoUsd),
    mismatched_accounts: facts.mismatchedAccounts,
    broken_pots: facts.brokenPots,
    broken_wallets: facts.brokenWallets,
  };
  const change = { action: 'ledger.verify', kind: 'ledger', target: 'books', before: null, after };
  await recording([change], null).write([]);
  return facts;
}
