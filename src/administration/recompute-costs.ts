import { findPriceVersion, type Price } from '../catalog/index.ts';
import type { Usage } from '../inference/index.ts';
import { listCorrected } from '../ledger/index.ts';
import { costOf } from '../metering/index.ts';
import type { Database } from '../store/index.ts';
import { type ExchangeEvent, listAfter } from '../telemetry/index.ts';

/** One settled exchange whose cost is not what its price and its usage come to. */
export type CostMismatch = {
  readonly id: string;
  readonly bookedNanoUsd: bigint;
  /** null: the version of the price is not known. */
  readonly recomputedNanoUsd: bigint | null;
};

export type Recomputed = {
  readonly events: number;
  readonly recomputed: number;
  /** Charged at their hold, because the process died: there is no usage to compute from. */
  readonly orphans: number;
  /** Put right by hand since. */
  readonly corrected: number;
  /** Answered without a price; they cost nothing. */
  readonly unpriced: number;
  readonly mismatches: readonly CostMismatch[];
};

const EVENTS_PER_PAGE = 1_000;

/** Every event of the request log, from the price version it was settled with and the usage it was settled for. */
export async function recomputeCosts(books: Database, log: Database): Promise<Recomputed> {
  const prices = new Map<string, Price | null>();
  const priceOf = async (version: string): Promise<Price | null> => {
    const known = prices.get(version);
    if (known !== undefined) return known;
    const price = await readPrice(books, version);
    prices.set(version, price);
    return price;
  };
  const corrected = await listCorrected(books);
  const sum = { events: 0, recomputed: 0, orphans: 0, corrected: 0, unpriced: 0, mismatches: [] as CostMismatch[] };
  let page = await listAfter(log, '', EVENTS_PER_PAGE);
  while (page.length > 0) {
    for (const event of page) {
      sum.events++;
      if (corrected.has(event.id)) sum.corrected++;
      else if (event.outcome === 'orphaned') sum.orphans++;
      else if (event.priceVersion === null) {
        sum.unpriced++;
        if (event.costNanoUsd !== '0') sum.mismatches.push(mismatch(event, 0n));
      } else {
        sum.recomputed++;
        const price = await priceOf(event.priceVersion);
        const wrong = compare(event, price);
        if (wrong !== null) sum.mismatches.push(wrong);
      }
    }
    page = await listAfter(log, page.at(-1)?.id ?? '', EVENTS_PER_PAGE);
  }
  return sum;
}

function compare(event: ExchangeEvent, price: Price | null): CostMismatch | null {
  if (price === null) return mismatch(event, null);
  const cost = costOf(price, event.usage);
  // Nothing was produced: nothing is charged, whatever a request costs.
  if (event.costNanoUsd === '0' && isNothing(event.usage)) return null;
  return cost === BigInt(event.costNanoUsd) ? null : mismatch(event, cost);
}

function isNothing(usage: Usage): boolean {
  return usage.inputTokens === 0 && usage.outputTokens === 0;
}

function mismatch({ id, costNanoUsd }: ExchangeEvent, recomputedNanoUsd: bigint | null): CostMismatch {
  return { id, bookedNanoUsd: BigInt(costNanoUsd), recomputedNanoUsd };
}

async function readPrice(books: Database, version: string): Promise<Price | null> {
  const found = await findPriceVersion(books, version);
  const [first, ...rest] = found?.tiers ?? [];
  return found === null || first === undefined ? null : { version, source: found.source, tiers: [first, ...rest] };
}
