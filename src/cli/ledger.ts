import { existsSync } from 'node:fs';
import { recomputeCosts } from '../administration/index.ts';
import type { Configuration, Flags } from '../config/index.ts';
import { booksFileOf, requestLogFileOf } from '../ground.ts';
import { type LedgerFacts, verifyLedger } from '../ledger/index.ts';
import { formatUsd } from '../std/index.ts';
import { type DirectDatabase, openPostgres, openSqlite } from '../store/index.ts';
import { exitCode } from './exit-code.ts';
import { loadOrExit } from './load.ts';
import { print, printError, printJson } from './output.ts';

/** Adds the books up, beside a running gateway or without one. Exit code 1: they do not add up. */
export async function verifyLedgerCommand(flags: Flags, json: boolean): Promise<void> {
  const facts = await withBooks(flags, ({ books }) => verifyLedger(books));
  if (json) printJson(inUsd(facts));
  else for (const line of linesOf(facts)) print(line);
  if (!facts.sound) process.exitCode = exitCode.failed;
}

/** Computes every cost in the request log again. Exit code 1: one of them is another. */
export async function recomputeLedgerCommand(flags: Flags, json: boolean): Promise<void> {
  const { mismatches, ...counts } = await withBooks(flags, ({ books, log }) => recomputeCosts(books, log));
  const found = mismatches.map(({ id, bookedNanoUsd, recomputedNanoUsd }) => ({
    id,
    booked_usd: formatUsd(bookedNanoUsd),
    recomputed_usd: recomputedNanoUsd === null ? null : formatUsd(recomputedNanoUsd),
  }));
  if (json) printJson({ ...counts, mismatches: found });
  else {
    print(
      `${counts.recomputed} of ${counts.events} costs recomputed, ${mismatches.length} mismatches; ` +
        `${counts.orphans} are charged at their hold, ${counts.unpriced} have no price`,
    );
    for (const { id, booked_usd: booked, recomputed_usd: recomputed } of found)
      print(`FAULT: ${id} is booked at ${booked} USD, and comes to ${recomputed ?? 'a price that is not known'}`);
  }
  if (mismatches.length > 0) process.exitCode = exitCode.failed;
}

type Opened = { readonly books: DirectDatabase; readonly log: DirectDatabase };

/** Exits with 3 if the database cannot be used. */
async function withBooks<T>(flags: Flags, run: (opened: Opened) => Promise<T>): Promise<T> {
  const configuration = await loadOrExit(flags);
  try {
    const opened = await openBooks(configuration);
    const result = await run(opened);
    await opened.books.close();
    if (opened.log !== opened.books) await opened.log.close();
    return result;
  } catch (error) {
    printError(`The database cannot be used: ${error instanceof Error ? error.message : error}`);
    return process.exit(exitCode.database);
  }
}

async function openBooks({ server, store }: Configuration): Promise<Opened> {
  if (store.databaseUrl !== null) {
    const database = await openPostgres(store.databaseUrl, { maxConnections: 1 });
    return { books: database, log: database };
  }
  const [books, log] = [booksFileOf(server.dataDir), requestLogFileOf(server.dataDir)];
  // SQLite would make empty ones.
  for (const file of [books, log]) {
    if (!existsSync(file)) {
      throw new Error(`there is no ${file}; start the gateway once, or give its folder with --data`);
    }
  }
  return { books: openSqlite(books), log: openSqlite(log) };
}

function inUsd(facts: LedgerFacts): Readonly<Record<string, unknown>> {
  const { debitsNanoUsd, creditsNanoUsd, imbalanceNanoUsd, potDifferenceNanoUsd, ...others } = facts;
  const { leasedNanoUsd, suspenseNanoUsd, excessNanoUsd, ...rest } = others;
  return {
    ...rest,
    debits_usd: formatUsd(debitsNanoUsd),
    credits_usd: formatUsd(creditsNanoUsd),
    imbalance_usd: formatUsd(imbalanceNanoUsd),
    pot_difference_usd: formatUsd(potDifferenceNanoUsd),
    leased_usd: formatUsd(leasedNanoUsd),
    suspense_usd: formatUsd(suspenseNanoUsd),
    excess_usd: formatUsd(excessNanoUsd),
  };
}

function linesOf(facts: LedgerFacts): readonly string[] {
  const faults = [
    facts.imbalanceNanoUsd === 0n ? null : `debits and credits differ by ${formatUsd(facts.imbalanceNanoUsd)} USD`,
    facts.potDifferenceNanoUsd === 0n
      ? null
      : `budgets and charges differ by ${formatUsd(facts.potDifferenceNanoUsd)} USD`,
    ...facts.mismatchedAccounts.map((account) => `the account ${account} is not the sum of its transfers`),
    ...facts.brokenWallets.map((wallet) => `the ${wallet} is not what was granted less what was used, or below zero`),
    ...facts.brokenPots.map(
      (pot) => `the budget ${pot} has more given out than its limit, or than processes have of it`,
    ),
  ].filter((fault) => fault !== null);
  return [
    `${facts.transfers} transfers between ${facts.accounts} accounts, ${formatUsd(facts.debitsNanoUsd)} USD in all`,
    `${facts.orphans} charged at their hold because the process died, ${facts.overages} charged beyond it`,
    `${formatUsd(facts.leasedNanoUsd)} USD leased by processes, ${formatUsd(facts.suspenseNanoUsd)} of it by some that are gone; ` +
      `${formatUsd(facts.excessNanoUsd)} USD over limits that were lowered, or beyond holds`,
    ...(faults.length === 0 ? ['the books add up'] : faults.map((fault) => `FAULT: ${fault}`)),
  ];
}
