import { type Correction, correctCharge } from '../ledger/index.ts';
import type { DirectDatabase } from '../store/index.ts';
import { setRequestLogAmounts } from '../telemetry/index.ts';

/** What an orphaned or estimated exchange really cost, in the ledger and in the request log; the second time, nothing. */
export async function correctExchange(
  { books, log }: { readonly books: DirectDatabase; readonly log: DirectDatabase },
  exchangeId: string,
  nanoUsd: bigint,
  nowMs: number,
): Promise<Correction> {
  const correction = await correctCharge(books, exchangeId, nanoUsd, nowMs);
  if (correction.outcome === 'corrected') await setRequestLogAmounts(log, exchangeId, nanoUsd);
  return correction;
}
