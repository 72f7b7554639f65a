import assert from 'node:assert/strict';
import { correctExchange, recomputeCosts } from '../../src/administration/index.ts';
import { booksFileOf, requestLogFileOf } from '../../src/ground.ts';
import { listUncertain, verifyLedger } from '../../src/ledger/index.ts';
import { bigintOf, type DirectDatabase, openPostgres, openSqlite } from '../../src/store/index.ts';
import type { RecordingProvider } from './recording-provider.ts';

export type Books = {
  readonly books: DirectDatabase;
  readonly log: DirectDatabase;
  readonly close: () => Promise<void>;
};

/** Of gateways that have stopped. */
export async function openBooksOf(dataFolder: string, databaseUrl: string | null): Promise<Books> {
  if (databaseUrl !== null) {
    const database = await openPostgres(databaseUrl, { maxConnections: 2 });
    return { books: database, log: database, close: database.close };
  }
  const [books, log] = [openSqlite(booksFileOf(dataFolder)), openSqlite(requestLogFileOf(dataFolder))];
  return {
    books,
    log,
    close: async () => {
      await books.close();
      await log.close();
    },
  };
}

export type Reckoning = { readonly settled: number; readonly estimated: number; readonly orphaned: number };

type LogRow = {
  readonly id: string;
  readonly outcome: string;
  readonly chargeNanoUsd: bigint;
  readonly upstreamId: string | null;
};

/**
 * Ledger, request log and the provider's own record against each other, to the nanodollar: over settled calls as they
 * are, over estimated and orphaned ones after each was corrected to what the provider has. `received`: ids of the answers
 * that clients got whole.
 */
export async function reckon(
  { books, log }: Books,
  provider: RecordingProvider,
  received: readonly string[],
): Promise<Reckoning> {
  const rows = await readLog(log);
  const byId = new Map(rows.map((row) => [row.id, row]));
  assert.equal(byId.size, rows.length, 'an exchange is in the request log twice');
  assert.equal(new Set(received).size, received.length);
  assert.deepEqual(
    received.filter((id) => byId.get(id)?.outcome !== 'completed'),
    [],
    'answers that are not in the books',
  );

  const completed = rows.filter(({ outcome }) => outcome === 'completed');
  const orphans = rows.filter(({ outcome }) => outcome === 'orphaned');
  const known = new Set(completed.map(({ upstreamId }) => upstreamId));
  assert.equal(known.size, completed.length, 'a call of the provider is booked twice');
  const servedOf = ({ upstreamId }: LogRow) => {
    const served = provider.served.get(upstreamId ?? '');
    assert.ok(served, `${upstreamId} was never served`);
    return served;
  };
  for (const row of completed) {
    const { saysUsage, costNanoUsd } = servedOf(row);
    if (saysUsage) assert.equal(row.chargeNanoUsd, costNanoUsd, row.id);
  }
  const lost = [...provider.served.values()].filter(({ id }) => !known.has(id));
  assert.ok(
    lost.length <= orphans.length,
    `${lost.length} calls upstream have no row, and ${orphans.length} are orphaned`,
  );
  assert.equal(await ledgerSum(books), sumOf(rows), 'the ledger and the request log differ');

  const estimates = completed.filter((row) => !servedOf(row).saysUsage);
  assert.deepEqual(await listedIds(books, 'estimated_charge'), estimates.map(({ id }) => id).sort());
  assert.deepEqual(await listedIds(books, 'orphan_charge'), orphans.map(({ id }) => id).sort());
  // Which orphan was which of the lost calls the provider cannot tell; the sum is the same however they are given out.
  const corrections = [
    ...estimates.map((row) => ({ id: row.id, to: servedOf(row).costNanoUsd })),
    ...orphans.map(({ id }, nth) => ({ id, to: lost[nth]?.costNanoUsd ?? 0n })),
  ];
  for (const { id, to } of corrections) {
    for (let times = 0; times < 2; times++)
      assert.equal((await correctExchange({ books, log }, id, to, 1)).outcome, 'corrected');
  }
  const served = [...provider.served.values()].reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);
  assert.equal(await ledgerSum(books), served, 'after the corrections the ledger is not what the provider has');
  assert.equal(sumOf(await readLog(log)), served);
  const facts = await verifyLedger(books);
  assert.ok(facts.sound, `${facts.imbalanceNanoUsd} ${facts.potDifferenceNanoUsd} ${facts.brokenPots}`);
  assert.deepEqual((await recomputeCosts(books, log)).mismatches, []);
  return { settled: completed.length - estimates.length, estimated: estimates.length, orphaned: orphans.length };
}

async function readLog(log: DirectDatabase): Promise<readonly LogRow[]> {
  const rows = await log.query('SELECT id, outcome, charge_nano, upstream_id FROM telemetry_request_log');
  return rows.map((row) => ({
    id: String(row['id']),
    outcome: String(row['outcome']),
    chargeNanoUsd: bigintOf(row['charge_nano']),
    upstreamId: row['upstream_id'] === null ? null : String(row['upstream_id']),
  }));
}

function sumOf(rows: readonly LogRow[]): bigint {
  return rows.reduce((sum, { chargeNanoUsd }) => sum + chargeNanoUsd, 0n);
}

/** What all callers have been charged. */
async function ledgerSum(books: DirectDatabase): Promise<bigint> {
  const sql = "SELECT sum(debits_posted - credits_posted) AS owed FROM ledger_account WHERE kind = 'caller'";
  return bigintOf((await books.query(sql))[0]?.['owed'] ?? 0);
}

async function listedIds(
  books: DirectDatabase,
  kind: 'estimated_charge' | 'orphan_charge',
): Promise<readonly string[]> {
  return (await listUncertain(books, kind, 1_000_000)).map(({ exchangeId }) => exchangeId).sort();
}
