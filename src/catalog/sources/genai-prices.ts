import { calcPrice, findProvider, type ModelInfo, type Provider } from '@pydantic/genai-prices';
import { tier } from '../operator-price.ts';
import type { Price, PriceTier } from '../price.ts';
import { priceOf } from '../price-version.ts';

/** A published fact about a model at a provider. */
export type PublishedModel = {
  readonly id: string;
  readonly price: Price | null;
  readonly contextWindow: number | null;
};

const SOURCE = 'genai-prices 0.1.8';
/** Published prices have at most this many decimals per million tokens; the package's floats have noise behind them. */
const DECIMALS = 6;

/** Prices that depend on the hour have no single value: the dearest would be wrong most of the day, so none is taken. */
type Tiered =
  | number
  | { readonly base: number; readonly tiers: readonly { readonly start: number; readonly price: number }[] };
type Prices = Readonly<Record<string, Tiered | undefined>>;

/** What the price list knows of a model; null: nothing. Dated names are found by their undated ones. */
export function publishedModel(providerId: string, model: string, at: Date): PublishedModel | null {
  const found = calcPrice({ input_tokens: 0 }, model, { providerId, timestamp: at });
  if (found === null || found.provider.id !== providerId) return null;
  return published(found.model, found.model_price as Prices);
}

/** All models that the list has for a provider. */
export function publishedModels(providerId: string): readonly ModelInfo[] {
  const provider: Provider | undefined = findProvider({ providerId });
  return provider === undefined ? [] : provider.models;
}

function published(info: ModelInfo, prices: Prices): PublishedModel {
  return { id: info.id, contextWindow: info.context_window ?? null, price: priceFrom(prices) };
}

function priceFrom(prices: Prices): Price | null {
  if (prices['input_mtok'] === undefined && prices['output_mtok'] === undefined) return null;
  const starts = new Set([0]);
  for (const value of Object.values(prices)) {
    if (typeof value === 'object') for (const { start } of value.tiers) starts.add(start + 1);
  }
  const [first = 0, ...rest] = [...starts].sort((a, b) => a - b);
  return priceOf([tierFrom(prices, first), ...rest.map((start) => tierFrom(prices, start))], SOURCE);
}

function tierFrom(prices: Prices, fromInputTokens: number): PriceTier {
  const at = (name: string): string | null => decimal(rateAt(prices[name], fromInputTokens));
  const perThousandRequests = rateAt(prices['requests_kcount'], fromInputTokens);
  return {
    ...tier(fromInputTokens, at('input_mtok') ?? '0', {
      output: at('output_mtok'),
      cacheRead: at('cache_read_mtok'),
      cacheWrite: at('cache_write_mtok'),
      reasoning: at('output_reasoning_mtok'),
      inputAudio: at('input_audio_mtok'),
      outputAudio: at('output_audio_mtok'),
    }),
    request: perThousandRequests === null ? 0n : BigInt(Math.round(perThousandRequests * 1e9)),
  };
}

function rateAt(rate: Tiered | undefined, inputTokens: number): number | null {
  if (rate === undefined) return null;
  if (typeof rate === 'number') return rate;
  return rate.tiers.reduce((price, { start, price: higher }) => (inputTokens > start ? higher : price), rate.base);
}

function decimal(rate: number | null): string | null {
  return rate === null ? null : rate.toFixed(DECIMALS);
}
