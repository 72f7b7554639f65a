import type { ModelPrice } from '@pydantic/genai-prices';
import { scaleDecimal } from '../../std/index.ts';
import { tier } from '../operator-price.ts';
import type { Price, PriceTier } from '../price.ts';
import { priceOf } from '../price-version.ts';

const SOURCE = 'genai-prices 0.1.8';
/** Published prices have at most this many decimals per million tokens; the package's floats have noise behind them. */
const DECIMALS = 6;
/** A price per thousand requests in picodollars per request. */
const PER_THOUSAND_PLACES = 9;

/** An entry of the price list in integers. null: it is not priced by tokens (pages, hours, searches). */
export function compilePrice(prices: ModelPrice): Price | null {
  if (prices['input_mtok'] === undefined) return null;
  const starts = new Set<number>();
  for (const rate of Object.values(prices)) {
    // The list's tiers begin above `start`.
    if (typeof rate === 'object') for (const { start } of rate.tiers) starts.add(start + 1);
  }
  const above = [...starts].sort((a, b) => a - b).map((start) => tierAt(prices, start));
  return priceOf([tierAt(prices, 0), ...above], SOURCE);
}

function tierAt(prices: ModelPrice, fromInputTokens: number): PriceTier {
  const at = (unit: string): string | null => rateAt(prices[unit], fromInputTokens);
  const request = at('requests_kcount');
  return {
    ...tier(fromInputTokens, at('input_mtok') ?? '0', {
      // Answers do not say which of their tokens are an image: a model that draws is taken to draw.
      output: at('output_image_mtok') ?? at('output_mtok'),
      cacheRead: at('cache_read_mtok'),
      cacheWrite: at('cache_write_mtok'),
      reasoning: at('output_reasoning_mtok'),
      inputAudio: at('input_audio_mtok'),
      outputAudio: at('output_audio_mtok'),
    }),
    request: request === null ? 0n : scaleDecimal(request, PER_THOUSAND_PLACES),
  };
}

function rateAt(rate: ModelPrice[string], inputTokens: number): string | null {
  if (rate === undefined) return null;
  if (typeof rate === 'number') return rate.toFixed(DECIMALS);
  const reached = rate.tiers.filter(({ start }) => inputTokens > start);
  const highest = reached.reduce<(typeof reached)[number] | null>(
    (most, each) => (most === null || each.start > most.start ? each : most),
    null,
  );
  return (highest?.price ?? rate.base).toFixed(DECIMALS);
}
