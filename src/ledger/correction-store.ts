import type { NanoUsd } from '../std/index.ts';
import { bigintOf, type Database, type DirectDatabase, type Row, type Session } from '../store/index.ts';
import type { Transfer } from './transfer.ts';
import { postCorrection } from './transfer-store.ts';

/** A charge that was not read from an answer; amounts in nanodollars. */
export type UncertainCharge = {
  readonly exchangeId: string;
  readonly kind: 'orphan_charge' | 'estimated_charge' | 'overage';
  readonly amountNanoUsd: NanoUsd;
  /** What corrections have added; negative: what they gave back. */
  readonly correctedByNanoUsd: NanoUsd;
};

/** `certain`: it was charged by what its upstream said. `unknown`: nothing is booked under that id. */
export type Correction =
  | { readonly outcome: 'corrected'; readonly fromNanoUsd: NanoUsd; readonly toNanoUsd: NanoUsd }
  | { readonly outcome: 'certain' | 'unknown' };

const MAX_TRIES = 5;

/** Newest first. */
export async function listUncertain(
  database: Database,
  kind: UncertainCharge['kind'],
  limit: number,
): Promise<readonly UncertainCharge[]> {
  const sql =
    'SELECT t.exchange_id, t.kind, t.amount, (SELECT sum(CASE WHEN c.debit_account = t.debit_account THEN c.amount ' +
    'ELSE -c.amount END) FROM ledger_transfer c WHERE c.reverses = t.id) AS corrected ' +
    'FROM ledger_transfer t WHERE t.kind = ? ORDER BY t.created_at_ms DESC, t.id LIMIT ?';
  return (await database.query(sql, [kind, limit])).map((row) => ({
    exchangeId: String(row['exchange_id']),
    kind,
    amountNanoUsd: bigintOf(row['amount']),
    correctedByNanoUsd: bigintOf(row['corrected'] ?? 0),
  }));
}

/** Exchanges whose charge was corrected. */
export async function listCorrected(database: Database): Promise<ReadonlySet<string>> {
  const rows = await database.query('SELECT DISTINCT exchange_id FROM ledger_transfer WHERE reverses IS NOT NULL');
  return new Set(rows.map((row) => String(row['exchange_id'])));
}

/**
 * Brings the charge and the cost of an orphaned or estimated exchange to an amount, by further transfers: what was booked
 * stays. To the same amount a second time, nothing is booked.
 */
export async function correctCharge(
  database: DirectDatabase,
  exchangeId: string,
  toNanoUsd: NanoUsd,
  nowMs: number,
): Promise<Correction> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const done = await database.transaction((session) => correctOnce(session, exchangeId, toNanoUsd, nowMs));
    if (done !== 'outrun') return done;
  }
  throw new Error(`${exchangeId} is being corrected by somebody else`);
}

async function correctOnce(session: Session, exchangeId: string, toNanoUsd: NanoUsd, nowMs: number) {
  const charge = await readBooked(session, `${exchangeId}:charge`);
  if (charge === null) return { outcome: 'unknown' } as const;
  if (charge.kind !== 'orphan_charge' && charge.kind !== 'estimated_charge') return { outcome: 'certain' } as const;
  const overage = await readBooked(session, `${exchangeId}:overage`);
  const fromNanoUsd = charge.nowNanoUsd + (overage?.nowNanoUsd ?? 0n);
  const cost = await readBooked(session, `${exchangeId}:cost`);
  const moves = [
    { booked: charge, addedNanoUsd: toNanoUsd - fromNanoUsd },
    ...(cost === null ? [] : [{ booked: cost, addedNanoUsd: toNanoUsd - cost.nowNanoUsd }]),
  ];
  for (const { booked, addedNanoUsd } of moves) {
    if (addedNanoUsd === 0n) continue;
    if (!(await postCorrection(session, correctionOf(booked, addedNanoUsd, exchangeId, nowMs), addedNanoUsd)))
      return 'outrun' as const;
  }
  return { outcome: 'corrected', fromNanoUsd, toNanoUsd } as const;
}

type Booked = Pick<Transfer, 'id' | 'kind' | 'debitAccount' | 'creditAccount' | 'pots' | 'priceVersion'> & {
  /** With the corrections that there are. */
  readonly nowNanoUsd: NanoUsd;
  readonly corrections: number;
};

async function readBooked(session: Session, id: string): Promise<Booked | null> {
  const [row] = await session.query('SELECT * FROM ledger_transfer WHERE id = ?', [id]);
  if (row === undefined) return null;
  const corrections = await session.query('SELECT debit_account, amount FROM ledger_transfer WHERE reverses = ?', [id]);
  const signed = (each: Row): bigint =>
    each['debit_account'] === row['debit_account'] ? bigintOf(each['amount']) : -bigintOf(each['amount']);
  return {
    id,
    kind: String(row['kind']) as Transfer['kind'],
    debitAccount: String(row['debit_account']),
    creditAccount: String(row['credit_account']),
    pots: row['pots'] === null ? [] : (JSON.parse(String(row['pots'])) as string[]),
    priceVersion: row['price_version'] === null ? null : String(row['price_version']),
    nowNanoUsd: corrections.reduce((sum, each) => sum + signed(each), bigintOf(row['amount'])),
    corrections: corrections.length,
  };
}

function correctionOf(booked: Booked, addedNanoUsd: bigint, exchangeId: string, nowMs: number): Transfer {
  const { id, debitAccount, creditAccount, corrections, pots, priceVersion } = booked;
  const isMore = addedNanoUsd > 0n;
  return {
    id: `${id}:correction:${corrections + 1}`,
    debitAccount: isMore ? debitAccount : creditAccount,
    creditAccount: isMore ? creditAccount : debitAccount,
    amountNanoUsd: isMore ? addedNanoUsd : -addedNanoUsd,
    kind: 'orphan_correction',
    exchangeId,
    pots,
    priceVersion,
    reverses: id,
    createdAtMs: nowMs,
  };
}
