import { postSettlements, type Settlement } from '../ledger/index.ts';
import type { DirectDatabase, Statement } from '../store/index.ts';
import {
  type ExchangeEvent,
  insertRequestLog,
  type JournalEntry,
  type JournalRecord,
  type LoggedEvent,
  type PartitionMaker,
} from '../telemetry/index.ts';

export type PriceVersionRow = {
  readonly version: string;
  readonly source: string;
  readonly tiers: string;
  readonly firstSeenMs: number;
};

/** What a stretch of a journal has for the databases. */
export type DrainBatch = {
  readonly prices: PriceVersionRow[];
  readonly logged: LoggedEvent[];
  readonly settlements: Settlement[];
};

/**
 * Holds that have no settle yet, by exchange, and the segment that keeps each. Still as text: nearly all are settled
 * before anybody wants to know more of them than their id and amount.
 */
export type OpenHolds = Map<
  string,
  { readonly record: string; readonly heldNanoUsd: string; readonly segment: number }
>;

export type DrainTarget = {
  readonly main: DirectDatabase;
  readonly log: DirectDatabase;
  /** Off: `log` is given nothing. */
  readonly requestLog: 'on' | 'off';
  readonly makePartitions: PartitionMaker;
  /** The catalog's statements for prices that were seen. */
  readonly storePriceVersions: (
    rows: readonly PriceVersionRow[],
  ) => readonly Statement[] | Promise<readonly Statement[]>;
};

/** As JSON.stringify writes it: the event's text is then cut out instead of being encoded again. */
const SETTLE_START = '{"kind":"settle","event":';
/** As `settle.ts` writes it, id and amount first. */
const HOLD_START = /^\{"kind":"hold","id":"([^"\\]+)","holdNanoUsd":"(\d+)",/;

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
  const start = HOLD_START.exec(text);
  if (start?.[1] !== undefined && start[2] !== undefined) {
    open.set(start[1], { record: text, heldNanoUsd: start[2], segment });
    return;
  }
  const record = JSON.parse(text) as JournalRecord;
  if (record.kind === 'price') {
    const { version, source, tiers } = record;
    batch.prices.push({ version, source, tiers, firstSeenMs: nowMs });
  } else if (record.kind === 'hold') {
    open.set(record.id, { record: text, heldNanoUsd: record.holdNanoUsd, segment });
  } else if (record.kind === 'settle') {
    const { event } = record;
    const held = open.get(event.id)?.heldNanoUsd ?? null;
    batch.settlements.push(settlementOf(event, held));
    const eventText = text.startsWith(SETTLE_START) ? text.slice(SETTLE_START.length, -1) : JSON.stringify(event);
    batch.logged.push({ event, text: eventText });
    open.delete(event.id);
  } else {
    throw new TypeError('a record of a kind that this program does not know');
  }
}

export function settlementOf(event: ExchangeEvent, heldNanoUsd: string | null): Settlement {
  return {
    id: event.id,
    payer: event.keyId ?? 'unknown',
    provider: event.provider,
    chargeNanoUsd: BigInt(event.chargeNanoUsd),
    costNanoUsd: BigInt(event.costNanoUsd),
    heldNanoUsd: heldNanoUsd === null ? null : BigInt(heldNanoUsd),
    priceVersion: event.priceVersion,
    sandbox: event.sandbox,
    orphaned: event.outcome === 'orphaned',
    atMs: event.startedAtMs,
  };
}

/**
 * One transaction in each database, the request log first; what is repeated after a crash between the two is known by
 * its id in both. Answers how many rows of the request log were new.
 */
export async function commitBatch(
  batch: DrainBatch,
  writer: string,
  target: DrainTarget,
  nowMs: number,
): Promise<number> {
  const { logged, settlements, prices } = batch;
  let fresh = logged.length;
  if (fresh > 0 && target.requestLog === 'on') {
    await target.makePartitions(
      logged.map(({ event }) => event.startedAtMs),
      nowMs,
    );
    fresh = await target.log.transaction((session) => insertRequestLog(session, logged));
  }
  if (settlements.length === 0 && prices.length === 0) return fresh;
  const priceStatements = prices.length === 0 ? [] : await target.storePriceVersions(prices);
  await target.main.transaction(async (session) => {
    for (const { sql, values } of priceStatements) await session.execute(sql, values);
    await postSettlements(session, writer, settlements);
  });
  return fresh;
}
