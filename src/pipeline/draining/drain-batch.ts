import { byokPotOf, postSettlements, type Settlement } from '../../ledger/index.ts';
import { type ScopeKind, scopeName } from '../../limits/index.ts';
import type { DirectDatabase, Statement } from '../../store/index.ts';
import {
  columnOf,
  decodeRecord,
  insertRequestLog,
  type JournalEntry,
  type JournalRecord,
  type LoggedExchange,
  type LoggedParties,
  type PartitionMaker,
  partiesOf,
  type UsageBooks,
} from '../../telemetry/index.ts';

export type PriceVersionRow = {
  readonly version: string;
  readonly source: string;
  readonly tiers: string;
  readonly firstSeenMs: number;
};

/** What a stretch of a journal has for the databases. */
export type DrainBatch = {
  readonly prices: PriceVersionRow[];
  readonly logged: LoggedExchange[];
  readonly settlements: Settlement[];
};

/** Holds that have no settle yet, by exchange, and the segment that keeps each. */
export type OpenHolds = Map<
  string,
  { readonly record: JournalRecord & { readonly kind: 'hold' }; readonly segment: number }
>;

export type DrainTarget = {
  readonly main: DirectDatabase;
  readonly log: DirectDatabase;
  /** Off: `log` is given nothing. */
  readonly requestLog: 'on' | 'off';
  readonly makePartitions: PartitionMaker;
  /** The sums of the reports, which the request log's rows are added to. */
  readonly usage: UsageBooks;
  /** The catalog's statements for prices that were seen. */
  readonly storePriceVersions: (
    rows: readonly PriceVersionRow[],
  ) => readonly Statement[] | Promise<readonly Statement[]>;
};

/** Sorts entries into a batch and keeps the open holds. Answers those that it does not understand. */
export function takeEntries(
  batch: DrainBatch,
  open: OpenHolds,
  entries: readonly JournalEntry[],
  nowMs: number,
): readonly JournalEntry[] {
  return entries.filter((entry) => {
    try {
      takeEntry(batch, open, entry, nowMs);
      return false;
    } catch {
      return true;
    }
  });
}

function takeEntry(batch: DrainBatch, open: OpenHolds, { record: text, segment }: JournalEntry, nowMs: number): void {
  const record = decodeRecord(text);
  if (record.kind === 'price') {
    const { version, source, tiers } = record;
    batch.prices.push({ version, source, tiers, firstSeenMs: nowMs });
  } else if (record.kind === 'hold') {
    open.set(record.id, { record, segment });
  } else {
    const [id] = record.columns;
    batch.settlements.push(
      settlementOf(record, record.pots, open.get(id)?.record.holdNanoUsd ?? null, record.estimated),
    );
    batch.logged.push(record);
    open.delete(id);
  }
}

export function settlementOf(
  logged: LoggedExchange,
  pots: readonly string[],
  heldNanoUsd: string | null,
  estimated = false,
): Settlement {
  const { columns } = logged;
  const [id, atMs, keyId, provider, outcome, costNanoUsd, chargeNanoUsd, priceVersion, sandbox] = columns;
  return {
    id,
    payer: keyId ?? 'unknown',
    pots: [...pots, ...totalsOf(partiesOf(logged)), ...byokPots(logged)],
    provider,
    chargeNanoUsd: BigInt(chargeNanoUsd),
    costNanoUsd: BigInt(costNanoUsd),
    heldNanoUsd: heldNanoUsd === null ? null : BigInt(heldNanoUsd),
    priceVersion,
    sandbox: sandbox === 1,
    orphaned: outcome === 'orphaned',
    estimated,
    atMs,
  };
}

function byokPots(logged: LoggedExchange): readonly string[] {
  const keyId = columnOf(logged, 'key_id');
  return columnOf(logged, 'byok') === 1 && keyId !== null ? [byokPotOf(String(keyId))] : NO_POTS;
}

const NO_POTS: readonly string[] = [];

/** The pots of all that anybody ever spent who took part, whether or not there was a budget at the time. */
function totalsOf({ userId, teamId, projectId, organizationId, endUser, tags }: LoggedParties): readonly string[] {
  const named: readonly (readonly [ScopeKind, string | null])[] = [
    ['user', userId],
    ['team', teamId],
    ['member', userId === null || teamId === null ? null : `${teamId}\n${userId}`],
    ['project', projectId],
    ['organization', organizationId],
    ['customer', endUser],
    ...tags.map((tag) => ['tag', tag] as const),
  ];
  return named.flatMap(([kind, id]) => (id === null ? [] : [scopeName({ kind, id, model: null })]));
}

/**
 * One transaction in each database, side by side; what is repeated after a crash between the two commits is known by its
 * id in both. Answers how many rows of the request log were new.
 */
export async function commitBatch(
  batch: DrainBatch,
  writer: string,
  target: DrainTarget,
  nowMs: number,
): Promise<number> {
  const [logged, booked] = await Promise.allSettled([
    commitLog(batch, target, nowMs),
    commitBooks(batch, writer, target),
  ]);
  for (const outcome of [logged, booked]) if (outcome.status === 'rejected') throw outcome.reason;
  return logged.status === 'fulfilled' ? logged.value : 0;
}

async function commitLog({ logged }: DrainBatch, target: DrainTarget, nowMs: number): Promise<number> {
  if (logged.length === 0 || target.requestLog === 'off') return logged.length;
  await target.makePartitions(
    logged.map(({ columns: [, startedAtMs] }) => startedAtMs),
    nowMs,
  );
  return target.log.transaction((session) => insertRequestLog(session, logged, target.usage));
}

async function commitBooks({ settlements, prices }: DrainBatch, writer: string, target: DrainTarget): Promise<void> {
  if (settlements.length === 0 && prices.length === 0) return;
  const priceStatements = prices.length === 0 ? [] : await target.storePriceVersions(prices);
  await target.main.transaction(async (session) => {
    for (const { sql, values } of priceStatements) await session.execute(sql, values);
    await postSettlements(session, writer, settlements);
  });
}
