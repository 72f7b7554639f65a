import { existsSync } from 'node:fs';
import type { Configuration, Flags } from '../config/index.ts';
import { booksFileOf } from '../ground.ts';
import { type LedgerFacts, verifyLedger } from '../ledger/index.ts';
import { formatUsd } from '../std/index.ts';
import { type DirectDatabase, openPostgres, openSqlite } from '../store/index.ts';
import { exitCode } from './exit-code.ts';
import { loadOrExit } from './load.ts';
import { print, printError, printJson } from './output.ts';

/** Adds the books up, beside a running gateway or without one. Exit code 1: they do not add up. */
export async function verifyLedgerCommand(flags: Flags, json: boolean): Promise<void> {
  const configuration = await loadOrExit(flags);
  let facts: LedgerFacts;
  try {
    const database = await openBooks(configuration);
    facts = await verifyLedger(database);
    await database.close();
  } catch (error) {
    printError(`The database cannot be used: ${error instanceof Error ? error.message : error}`);
    process.exit(exitCode.database);
  }
  if (json) printJson(inUsd(facts));
  else for (const line of linesOf(facts)) print(line);
  if (!facts.sound) process.exitCode = exitCode.failed;
}

async function openBooks({ server, store }: Configuration): Promise<DirectDatabase> {
  if (store.databaseUrl !== null) return openPostgres(store.databaseUrl, { maxConnections: 1 });
  const file = booksFileOf(server.dataDir);
  // SQLite would make an empty one.
  if (!existsSync(file)) throw new Error(`there is no ${file}; start the gateway once, or give its folder with --data`);
  return openSqlite(file);
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
