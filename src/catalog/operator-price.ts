import { picoFromUsdPerMillion, scaleDecimal } from '../std/index.ts';
import type { Price, PriceTier } from './price.ts';
import { priceOf } from './price-version.ts';

/** Prices as the operator writes them: USD per million units as decimal text; null where nothing was said. */
export type OperatorPrice =
  | 'free'
  | {
      readonly input: string | null;
      readonly output: string | null;
      readonly cacheRead: string | null;
      readonly cacheWrite: string | null;
      readonly reasoning: string | null;
      readonly inputAudio: string | null;
      readonly outputAudio: string | null;
      readonly request: string | null;
      readonly tiers: readonly {
        readonly above: number;
        readonly input: string | null;
        readonly output: string | null;
        readonly cacheRead: string | null;
        readonly cacheWrite: string | null;
      }[];
    };

const PICO_PLACES = 12;

/** Units that were not named cost what they are a kind of: cached and audio input as input, reasoning as output. */
export function operatorPrice(price: OperatorPrice, source: string): Price {
  if (price === 'free') return priceOf([tier(0, '0', {})], 'free');
  const request = price.request === null ? 0n : scaleDecimal(price.request, PICO_PLACES);
  const base = { ...tier(0, price.input ?? '0', price), request };
  const above = price.tiers.map((each) => ({
    ...tier(each.above + 1, each.input ?? price.input ?? '0', { ...price, ...filled(each) }),
    request,
  }));
  return priceOf([base, ...above.sort((a, b) => a.fromInputTokens - b.fromInputTokens)], source);
}

type Units = Partial<
  Record<'output' | 'cacheRead' | 'cacheWrite' | 'reasoning' | 'inputAudio' | 'outputAudio', string | null>
>;

export function tier(fromInputTokens: number, inputUsd: string, units: Units): PriceTier {
  const input = picoFromUsdPerMillion(inputUsd);
  const unit = (value: string | null | undefined, otherwise: bigint): bigint =>
    value === null || value === undefined ? otherwise : picoFromUsdPerMillion(value);
  const output = unit(units.output, 0n);
  return {
    fromInputTokens,
    input,
    output,
    cacheRead: unit(units.cacheRead, input),
    cacheWrite: unit(units.cacheWrite, input),
    reasoning: unit(units.reasoning, output),
    inputAudio: unit(units.inputAudio, input),
    outputAudio: unit(units.outputAudio, output),
    request: 0n,
  };
}

function filled(each: Readonly<Record<string, unknown>>): Units {
  return Object.fromEntries(Object.entries(each).filter(([, value]) => value !== null));
}

/** USD per million tokens as decimal text, whatever the length of the request. */
export function flatPrice({ input, output }: { readonly input: string; readonly output: string }, source: string) {
  return priceOf([tier(0, input, { output })], source);
}

/** Every unit at zero. */
export const freePrice: Price = operatorPrice('free', 'free');
