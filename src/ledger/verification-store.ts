import type { NanoUsd } from '../std/index.ts';
import { bigintOf, type Database, type Row } from '../store/index.ts';
import { LONGEST_CALL_MS, NOW_MS } from './lease-store.ts';
import { isSandboxAccount } from './transfer.ts';

export type LedgerFacts = {
  readonly accounts: number;
  readonly transfers: number;
  /** Sums over all accounts, play money left out. */
  readonly debitsNanoUsd: NanoUsd;
  readonly creditsNanoUsd: NanoUsd;
  /** Debits less credits over all accounts; anything but 0 is a fault. */
  readonly imbalanceNanoUsd: NanoUsd;
  /** Accounts whose sums are not those of their transfers. */
  readonly mismatchedAccounts: readonly string[];
  /** What the payers' own pots hold less what was charged, play money included; anything but 0 is a fault. */
  readonly potDifferenceNanoUsd: NanoUsd;
  /** Pots with more posted and leased than their limit allows, or more or less leased than processes have of them. */
  readonly brokenPots: readonly string[];
  /** Wallets whose pot is not their account, or that have less than nothing. */
  readonly brokenWallets: readonly string[];
  readonly wallets: number;
  /** Leased by processes, and of that, by processes that have not been heard of for longer than a call takes. */
  readonly leasedNanoUsd: NanoUsd;
  readonly suspenseNanoUsd: NanoUsd;
  /** How far pots are over limits that were lowered, or by charges beyond what was held. */
  readonly excessNanoUsd: NanoUsd;
  /** Charges beyond what was held for them. */
  readonly overages: number;
  readonly overageNanoUsd: NanoUsd;
  /** Charges of exchanges that never settled, and of answers that did not say what was used. */
  readonly orphans: number;
  readonly estimates: number;
  readonly corrections: number;
  readonly sound: boolean;
};

const MISMATCHED =
  'SELECT id FROM (SELECT id, debits_posted AS debits, credits_posted AS credits FROM ledger_account ' +
  'UNION ALL SELECT debit_account, -amount, 0 FROM ledger_transfer ' +
  'UNION ALL SELECT credit_account, 0, -amount FROM ledger_transfer) AS movement ' +
  'GROUP BY id HAVING sum(debits) <> 0 OR sum(credits) <> 0 ORDER BY id';

const COUNTS =
  "SELECT count(*) AS transfers, sum(CASE WHEN kind = 'overage' THEN 1 ELSE 0 END) AS overages, " +
  "sum(CASE WHEN kind = 'overage' THEN amount ELSE 0 END) AS overage, " +
  "sum(CASE WHEN kind = 'orphan_charge' THEN 1 ELSE 0 END) AS orphans, " +
  "sum(CASE WHEN kind = 'estimated_charge' THEN 1 ELSE 0 END) AS estimates, " +
  "sum(CASE WHEN kind = 'orphan_correction' THEN 1 ELSE 0 END) AS corrections FROM ledger_transfer";

const BROKEN_POTS =
  'SELECT pot FROM ledger_pot WHERE posted + leased > limit_nano + excess ' +
  'UNION SELECT pot FROM (SELECT pot, leased FROM ledger_pot ' +
  'UNION ALL SELECT pot, flushed - taken FROM ledger_lease WHERE taken > flushed) AS lent ' +
  'GROUP BY pot HAVING sum(leased) <> 0 ORDER BY pot';

/**
 * Of each wallet three accounts of the same money: its account, its pot, and the list of its credits. What was given back
 * or has expired has left the pot's limit, and stands among the account's debits; what is ending has left the limit only.
 */
const WALLETS =
  'SELECT name, sum(credits) AS credits, sum(debits) AS debits, sum(capacity) AS capacity, sum(posted) AS posted, ' +
  'sum(granted) AS granted, sum(refunded) AS refunded, sum(excess) AS excess, sum(expired) AS expired, ' +
  'sum(ending) AS ending FROM (' +
  'SELECT id AS name, credits_posted AS credits, debits_posted AS debits, 0 AS capacity, 0 AS posted, 0 AS granted, ' +
  "0 AS refunded, 0 AS excess, 0 AS expired, 0 AS ending FROM ledger_account WHERE kind = 'wallet' " +
  "UNION ALL SELECT pot, 0, 0, limit_nano, posted, 0, 0, excess, 0, 0 FROM ledger_pot WHERE pot LIKE 'wallet:%' " +
  'UNION ALL SELECT wallet, 0, 0, 0, 0, amount, 0, 0, expired, ' +
  "CASE WHEN standing = 'ending' THEN amount - spent - refunded - expired ELSE 0 END " +
  "FROM ledger_credit WHERE kind = 'grant' " +
  "UNION ALL SELECT wallet, 0, 0, 0, 0, 0, amount, 0, 0, 0 FROM ledger_credit WHERE kind = 'refund'" +
  ') AS side GROUP BY name ORDER BY name';

// A window's pot, and anybody else's, hold what a payer's own one holds as well.
const POTS =
  "SELECT sum(CASE WHEN pot LIKE 'key:%' AND pot NOT LIKE '%/%' THEN posted ELSE 0 END) AS posted, " +
  'sum(leased) AS leased, sum(excess) AS excess FROM ledger_pot';

/** What keys had spent before they came here is in their pots as well. */
const CHARGED: ReadonlySet<string> = new Set(['revenue', 'overage', 'opening']);

function suspense(kind: Database['kind']): string {
  return (
    'SELECT sum(taken - flushed) AS amount FROM ledger_lease WHERE taken > flushed AND writer IN ' +
    `(SELECT writer FROM ledger_writer WHERE expires_at_ms + ${LONGEST_CALL_MS} < ${NOW_MS[kind]})`
  );
}

/** Reads all of it in one transaction: a ledger that is written to meanwhile is as sound as a quiet one. */
export async function verifyLedger(database: Database): Promise<LedgerFacts> {
  const [accountRows, mismatched, counts, pots, broken, suspended, wallets] = await readAll(database);
  const brokenWallets = wallets.filter(isBroken).map((row) => String(row['name']));
  let debitsNanoUsd = 0n;
  let creditsNanoUsd = 0n;
  let imbalanceNanoUsd = 0n;
  let charged = 0n;
  for (const row of accountRows) {
    const debits = bigintOf(row['debits_posted']);
    const credits = bigintOf(row['credits_posted']);
    imbalanceNanoUsd += debits - credits;
    // Whoever paid them, a payer or its wallet and the operator: charges come in here, and corrections as well.
    if (CHARGED.has(String(row['kind']))) charged += credits - debits;
    if (isSandboxAccount(String(row['id']))) continue;
    debitsNanoUsd += debits;
    creditsNanoUsd += credits;
  }
  const potDifferenceNanoUsd = bigintOf(pots[0]?.['posted']) - charged;
  return {
    accounts: accountRows.length,
    transfers: Number(counts[0]?.['transfers'] ?? 0),
    debitsNanoUsd,
    creditsNanoUsd,
    imbalanceNanoUsd,
    mismatchedAccounts: mismatched.map((row) => String(row['id'])),
    potDifferenceNanoUsd,
    brokenPots: broken.map((row) => String(row['pot'])),
    brokenWallets,
    wallets: wallets.length,
    leasedNanoUsd: bigintOf(pots[0]?.['leased']),
    suspenseNanoUsd: bigintOf(suspended[0]?.['amount']),
    excessNanoUsd: bigintOf(pots[0]?.['excess']),
    overages: Number(counts[0]?.['overages'] ?? 0),
    overageNanoUsd: bigintOf(counts[0]?.['overage'] ?? 0),
    orphans: Number(counts[0]?.['orphans'] ?? 0),
    estimates: Number(counts[0]?.['estimates'] ?? 0),
    corrections: Number(counts[0]?.['corrections'] ?? 0),
    sound:
      imbalanceNanoUsd === 0n &&
      potDifferenceNanoUsd === 0n &&
      mismatched.length === 0 &&
      broken.length === 0 &&
      brokenWallets.length === 0,
  };
}

function isBroken(row: Row): boolean {
  const of = (name: string): bigint => bigintOf(row[name]);
  const isWhole =
    of('credits') === of('granted') &&
    of('debits') === of('posted') + of('refunded') + of('expired') &&
    of('capacity') === of('granted') - of('refunded') - of('expired') - of('ending');
  return !isWhole || of('credits') < of('debits') || of('excess') > of('ending');
}

type Read = readonly Row[];

async function readAll(database: Database): Promise<readonly [Read, Read, Read, Read, Read, Read, Read]> {
  const statements = [
    'SELECT id, kind, debits_posted, credits_posted FROM ledger_account ORDER BY id',
    MISMATCHED,
    COUNTS,
    POTS,
    BROKEN_POTS,
    suspense(database.kind),
    WALLETS,
  ];
  const oneMoment = database.kind === 'postgres' ? ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ'] : [];
  const results = await database.write([...oneMoment, ...statements].map((sql) => ({ sql, values: [] })));
  const [accounts = [], mismatched = [], counts = [], pots = [], broken = [], suspended = [], wallets = []] = results
    .slice(oneMoment.length)
    .map(({ rows }) => rows);
  return [accounts, mismatched, counts, pots, broken, suspended, wallets];
}
