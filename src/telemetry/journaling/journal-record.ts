import type { ExchangeEvent, HoldRecord } from '../event.ts';
import { completeColumns, type LoggedExchange, loggedExchange, type RequestLogColumns } from '../request-log-row.ts';

/**
 * What the journal holds. `price`: once per process and version, before the first hold that uses it. `hold`: on disk
 * before the first byte goes upstream. `settle`: on disk before the answer is complete for the client; one per
 * exchange, refused ones included.
 *
 * A record is one line: its kind and its parts with tabs in between, which JSON never has in it. So the drain reads
 * of a hold no more than its first two parts, unless the process died, and of a settle only the columns: parsing all
 * of it took five times as long.
 */
export type JournalRecord =
  | ({ readonly kind: 'price' } & PriceRecord)
  | { readonly kind: 'hold'; readonly id: string; readonly holdNanoUsd: string; readonly hold: string }
  | ({ readonly kind: 'settle'; readonly pots: readonly string[]; readonly estimated: boolean } & LoggedExchange);

export type PriceRecord = { readonly version: string; readonly source: string; readonly tiers: string };

export function encodePrice(price: PriceRecord): string {
  return `price\t${JSON.stringify(price)}`;
}

export function encodeHold(hold: HoldRecord): string {
  return `hold\t${hold.id}\t${hold.holdNanoUsd}\t${JSON.stringify(hold)}`;
}

/** `pots`: those that the charge is posted to besides the payer's own. */
export function encodeSettle(event: ExchangeEvent, pots: readonly string[] = []): string {
  const { columns, rest } = loggedExchange(event);
  const record = `settle\t${JSON.stringify(columns)}\t${rest}`;
  const estimated = event.usage.source === 'estimated' && event.chargeNanoUsd !== '0';
  if (estimated) return `${record}\t${JSON.stringify(pots)}\testimated`;
  return pots.length === 0 ? record : `${record}\t${JSON.stringify(pots)}`;
}

/** Throws at what is no record that this program knows. */
export function decodeRecord(text: string): JournalRecord {
  const parts = text.split('\t');
  const decode = decoders[parts[0] ?? ''] ?? decodeJson;
  return decode(parts);
}

/** For the few that are wanted: of exchanges whose process died. */
export function decodeHold({ hold }: JournalRecord & { readonly kind: 'hold' }): HoldRecord {
  return JSON.parse(hold) as HoldRecord;
}

/** As many as the first records with columns had. */
const FIRST_COLUMNS = 26;

/** The record as it was written. */
export function lineOfHold({ id, holdNanoUsd, hold }: JournalRecord & { readonly kind: 'hold' }): string {
  return `hold\t${id}\t${holdNanoUsd}\t${hold}`;
}

const decoders: Readonly<Record<string, (parts: readonly string[]) => JournalRecord>> = {
  price: ([, price = '']) => ({ kind: 'price', ...(JSON.parse(price) as PriceRecord) }),
  hold: ([, id = '', holdNanoUsd = '', hold]) => {
    if (hold === undefined) throw new TypeError('a hold that lacks a part');
    return { kind: 'hold', id, holdNanoUsd, hold };
  },
  settle: ([, columnsText = '', rest, pots = '[]', mark]) => {
    const read = JSON.parse(columnsText) as RequestLogColumns;
    if (rest === undefined || read.length < FIRST_COLUMNS) throw new TypeError('a settle that lacks a part');
    // Columns are only ever added at the end: an upgrade may find a journal without them.
    const columns = completeColumns(read, rest);
    return { kind: 'settle', pots: JSON.parse(pots) as string[], estimated: mark === 'estimated', columns, rest };
  },
};

/** As they were before records had parts: an upgrade may find a journal with them. */
function decodeJson([text = '']: readonly string[]): JournalRecord {
  const record = JSON.parse(text) as
    | ({ readonly kind: 'price' } & PriceRecord)
    | ({ readonly kind: 'hold' } & HoldRecord)
    | { readonly kind: 'settle'; readonly event: Omit<ExchangeEvent, 'plans'> };
  if (record.kind === 'price') return record;
  if (record.kind === 'hold') return { kind: 'hold', id: record.id, holdNanoUsd: record.holdNanoUsd, hold: text };
  if (record.kind === 'settle')
    return { kind: 'settle', pots: [], estimated: false, ...loggedExchange({ ...record.event, plans: [] }) };
  throw new TypeError('a record of a kind that this program does not know');
}
