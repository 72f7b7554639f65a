import { correctExchange, recomputeCosts } from '../../administration/index.ts';
import type { Flags } from '../../config/index.ts';
import {
  type LedgerFacts,
  listSuspense,
  listUncertain,
  liveWriters,
  releaseWriter,
  type Suspense,
  type UncertainCharge,
  verifyLedger,
} from '../../ledger/index.ts';
import { formatUsd, nanoFromUsd, systemClock } from '../../std/index.ts';
import type { Database } from '../../store/index.ts';
import { exitCode } from '../exit-code.ts';
import { print, printError, printJson } from '../output.ts';
import { withBooks } from './open-books.ts';

/** Of each kind, newest first: what is not listed is counted. */
const LISTED = { text: 20, json: 10_000 };

/** Adds the books up, beside a running gateway or without one. Exit code 1: they do not add up. */
export async function verifyLedgerCommand(flags: Flags, json: boolean): Promise<void> {
  const limit = json ? LISTED.json : LISTED.text;
  const { facts, open } = await withBooks(flags, async ({ books }) => ({
    facts: await verifyLedger(books),
    open: await listOpen(books, limit),
  }));
  if (json) printJson({ ...inUsd(facts), ...openInUsd(open) });
  else for (const line of [...openLines(open), ...linesOf(facts)]) print(line);
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
        `${counts.orphans} are charged at their hold, ${counts.corrected} were corrected, ${counts.unpriced} have no price`,
    );
    for (const { id, booked_usd: booked, recomputed_usd: recomputed } of found)
      print(`FAULT: ${id} is booked at ${booked} USD, and comes to ${recomputed ?? 'a price that is not known'}`);
  }
  if (mismatches.length > 0) process.exitCode = exitCode.failed;
}

/** Books what an orphaned or estimated exchange really cost. Exit code 1: it is not one of those. */
export async function correctLedgerCommand(exchangeId: string, usd: string, flags: Flags): Promise<void> {
  if (!/^\d+(\.\d{1,9})?$/.test(usd)) {
    printError(`--usd: expected an amount such as 0.0012, nine decimals at most, got '${usd}'`);
    process.exitCode = exitCode.failed;
    return;
  }
  const nanoUsd = nanoFromUsd(usd);
  const correction = await withBooks(flags, (opened) =>
    correctExchange(opened, exchangeId, nanoUsd, systemClock.nowMs()),
  );
  if (correction.outcome === 'corrected') {
    const { fromNanoUsd, toNanoUsd } = correction;
    print(
      fromNanoUsd === toNanoUsd
        ? `${exchangeId} is charged ${formatUsd(toNanoUsd)} USD already`
        : `${exchangeId} was charged ${formatUsd(fromNanoUsd)} USD, and is charged ${formatUsd(toNanoUsd)} USD now`,
    );
    return;
  }
  printError(
    correction.outcome === 'unknown'
      ? `Nothing is charged for ${exchangeId}.`
      : `${exchangeId} was charged by what its provider said was used: only orphaned and estimated charges are corrected.`,
  );
  process.exitCode = exitCode.failed;
}

/** Gives back what a lost instance had leased, before its time. Exit code 1: it is not lost. */
export async function releaseLedgerCommand(writer: string, flags: Flags): Promise<void> {
  const released = await withBooks(flags, async ({ books }) => {
    if ((await liveWriters(books)).has(writer)) return null;
    const suspended = (await listSuspense(books)).find((each) => each.writer === writer);
    if (suspended !== undefined) await books.transaction((session) => releaseWriter(session, writer));
    return suspended?.nanoUsd ?? null;
  });
  if (released === null) {
    printError(`${writer} has nothing in suspense. What is, ledger verify lists.`);
    process.exitCode = exitCode.failed;
  } else print(`${formatUsd(released)} USD that ${writer} had leased are free again`);
}

type Open = { readonly charges: readonly UncertainCharge[]; readonly suspense: readonly Suspense[] };

async function listOpen(books: Database, limit: number): Promise<Open> {
  const charges: UncertainCharge[] = [];
  for (const kind of ['orphan_charge', 'estimated_charge', 'overage'] as const)
    charges.push(...(await listUncertain(books, kind, limit)));
  return { charges, suspense: await listSuspense(books) };
}

function openInUsd({ charges, suspense }: Open): Readonly<Record<string, unknown>> {
  return {
    uncertain: charges.map(({ exchangeId, kind, amountNanoUsd, correctedByNanoUsd }) => ({
      id: exchangeId,
      kind,
      charged_usd: formatUsd(amountNanoUsd),
      corrected_by_usd: formatUsd(correctedByNanoUsd),
    })),
    suspense: suspense.map(({ writer, nanoUsd, expiredAtMs }) => ({
      writer,
      leased_usd: formatUsd(nanoUsd),
      expired_at: new Date(expiredAtMs).toISOString(),
    })),
  };
}

const SAID = {
  orphan_charge: 'orphaned: charged at its hold,',
  estimated_charge: 'estimated: charged by its bytes,',
  overage: 'overage: beyond what was held,',
} as const;

function openLines({ charges, suspense }: Open): readonly string[] {
  return [
    ...charges.map(({ exchangeId, kind, amountNanoUsd, correctedByNanoUsd }) => {
      const corrected = correctedByNanoUsd === 0n ? '' : `, corrected by ${formatUsd(correctedByNanoUsd)} USD`;
      return `${exchangeId} ${SAID[kind]} ${formatUsd(amountNanoUsd)} USD${corrected}`;
    }),
    ...suspense.map(
      ({ writer, nanoUsd, expiredAtMs }) =>
        `in suspense: ${formatUsd(nanoUsd)} USD leased by ${writer}, whose lease ended ${new Date(expiredAtMs).toISOString()}`,
    ),
  ];
}

function inUsd(facts: LedgerFacts): Readonly<Record<string, unknown>> {
  const { debitsNanoUsd, creditsNanoUsd, imbalanceNanoUsd, potDifferenceNanoUsd, ...others } = facts;
  const { leasedNanoUsd, suspenseNanoUsd, excessNanoUsd, overageNanoUsd, ...rest } = others;
  return {
    ...rest,
    debits_usd: formatUsd(debitsNanoUsd),
    credits_usd: formatUsd(creditsNanoUsd),
    imbalance_usd: formatUsd(imbalanceNanoUsd),
    pot_difference_usd: formatUsd(potDifferenceNanoUsd),
    overage_usd: formatUsd(overageNanoUsd),
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
    `${facts.orphans} charged at their hold because the process died, ${facts.estimates} by their bytes because no usage came, ` +
      `${facts.corrections} corrections; ${facts.overages} charged beyond their hold, by ${formatUsd(facts.overageNanoUsd)} USD`,
    `${formatUsd(facts.leasedNanoUsd)} USD leased by processes, ${formatUsd(facts.suspenseNanoUsd)} of it by some that are gone; ` +
      `${formatUsd(facts.excessNanoUsd)} USD over limits that were lowered, or beyond holds`,
    ...(faults.length === 0 ? ['the books add up'] : faults.map((fault) => `FAULT: ${fault}`)),
  ];
}
