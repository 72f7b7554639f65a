import { z } from 'zod';
import type { VirtualKey } from '../../access/index.ts';
import { flatPrice } from '../../catalog/index.ts';
import { type Exchange, type ExplainingRooms, explainAssuming, explainCall } from '../../pipeline/index.ts';
import type { Assumed } from '../../routing/index.ts';
import { encodeExplanation } from './encode-explanation.ts';

/** As many decimals as a picodollar for a unit needs. */
const DECIMALS = 6;
const USD_FORM = 'expected USD for a million tokens such as 0.15 or "0.15", with six decimals at most';

const usdPerMillion = z
  .union([z.number(), z.string().regex(/^\d{1,7}(?:\.\d{1,6})?$/, { error: USD_FORM })], { error: USD_FORM })
  .refine((value) => Number(value) >= 0 && Number(value) <= 1_000_000, { error: 'expected USD, 0 to 1000000' })
  .transform((value) => (typeof value === 'string' ? value : value.toFixed(DECIMALS)));

/** What is taken to be otherwise for an explanation. */
export const assumption = z
  .strictObject({
    down: z.array(z.string().min(1)).max(100).default([]).describe('Ids of deployments that are taken to be down.'),
    prices: z
      .record(z.string().min(1), z.strictObject({ input: usdPerMillion, output: usdPerMillion }))
      .default({})
      .describe('By the id of a deployment: USD for a million tokens, cached input at the price of input.'),
  })
  .refine(({ down, prices }) => down.length > 0 || Object.keys(prices).length > 0, {
    error: "name deployments in 'down' or 'prices'",
  });

export type Assumption = z.output<typeof assumption>;

/** The plan of a call, and beside it the one that would be made if things were as assumed; null: nothing is. */
export async function explained(
  exchange: Exchange,
  key: VirtualKey,
  assume: Assumption | null,
  rooms: ExplainingRooms,
  reader: Parameters<typeof encodeExplanation>[1],
) {
  if (assume === null) return encodeExplanation(await explainCall(exchange, key, rooms), reader);
  const { asIs, assumed } = await explainAssuming(exchange, key, assumedOf(assume), rooms);
  return { ...encodeExplanation(asIs, reader), assumed: { ...assume, ...encodeExplanation(assumed, reader) } };
}

function assumedOf({ down, prices }: Assumption): Assumed {
  const priced = Object.entries(prices).map(([id, said]) => [id, flatPrice(said, 'assumed')] as const);
  return { down: new Set(down), prices: new Map(priced) };
}
