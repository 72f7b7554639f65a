import { bigintOf, type Database } from '../store/index.ts';
import { LONGEST_CALL_MS, NOW_MS } from './lease-store.ts';

/** A process that leases, or did and has not given back what it had. */
export type Lessee = {
  readonly writer: string;
  /** `suspended`: not heard of for longer than a call takes. `silent`: for less. */
  readonly state: 'live' | 'silent' | 'suspended';
  readonly sinceMs: number;
  readonly expiresAtMs: number;
  /** From how many pots it has something that it has not posted. */
  readonly pots: number;
  readonly leasedNanoUsd: bigint;
};

const MOST_LISTED = 500;

/** Those that live first, and of them the one with the most. */
export async function listLessees(database: Database): Promise<readonly Lessee[]> {
  const now = NOW_MS[database.kind];
  const sql =
    'SELECT w.writer, w.epoch, w.expires_at_ms, count(l.pot) AS pots, coalesce(sum(l.taken - l.flushed), 0) AS leased, ' +
    `CASE WHEN w.expires_at_ms > ${now} THEN 0 WHEN w.expires_at_ms + ? < ${now} THEN 2 ELSE 1 END AS silence ` +
    'FROM ledger_writer w LEFT JOIN ledger_lease l ON l.writer = w.writer AND l.taken > l.flushed ' +
    'GROUP BY w.writer, w.epoch, w.expires_at_ms ORDER BY silence, leased DESC, w.writer LIMIT ?';
  return (await database.query(sql, [LONGEST_CALL_MS, MOST_LISTED])).map((row) => ({
    writer: String(row['writer']),
    state: (['live', 'silent', 'suspended'] as const)[Number(row['silence'])] ?? 'suspended',
    sinceMs: Number(row['epoch']),
    expiresAtMs: Number(row['expires_at_ms']),
    pots: Number(row['pots']),
    leasedNanoUsd: bigintOf(row['leased']),
  }));
}
