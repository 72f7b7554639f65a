import type { ConditionalPrice, ModelInfo, ModelPrice } from '@pydantic/genai-prices';

export type PriceMoment = {
  readonly prices: ModelPrice;
  /** When another one of the list may hold; null: never. */
  readonly changesAtMs: number | null;
};

const DAY_MS = 86_400_000;

/** The prices that hold at a moment: the last of the list whose condition is met, as the price list defines it. */
export function priceAt({ prices }: Pick<ModelInfo, 'prices'>, nowMs: number): PriceMoment | null {
  if (!Array.isArray(prices)) return { prices, changesAtMs: null };
  const holding = prices.findLast((each) => holds(each, nowMs)) ?? prices[0];
  if (holding === undefined) return null;
  const changes = prices.flatMap((each) => changesOf(each, nowMs));
  return { prices: holding.prices, changesAtMs: changes.length === 0 ? null : Math.min(...changes) };
}

function holds({ constraint }: ConditionalPrice, nowMs: number): boolean {
  if (constraint === undefined) return true;
  if (constraint.type === 'start_date') return nowMs >= Date.parse(constraint.start_date);
  const [start, end] = [timeOfDayMs(constraint.start_time), timeOfDayMs(constraint.end_time)];
  const now = nowMs % DAY_MS;
  return start <= end ? now >= start && now < end : now >= start || now < end;
}

function changesOf({ constraint }: ConditionalPrice, nowMs: number): readonly number[] {
  if (constraint === undefined) return [];
  if (constraint.type === 'start_date') {
    const start = Date.parse(constraint.start_date);
    return start > nowMs ? [start] : [];
  }
  const midnight = nowMs - (nowMs % DAY_MS);
  return [constraint.start_time, constraint.end_time].map((time) => {
    const today = midnight + timeOfDayMs(time);
    return today > nowMs ? today : today + DAY_MS;
  });
}

/** `00:30:00Z` or with an offset, in milliseconds of the UTC day. */
function timeOfDayMs(time: string): number {
  return (Date.parse(`1970-01-02T${time}`) + DAY_MS) % DAY_MS;
}
