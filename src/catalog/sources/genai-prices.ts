import { findProvider, type ModelInfo, type ModelPrice, type Provider } from '@pydantic/genai-prices';
import { dashedDate, undated } from '../model-name.ts';
import type { Price } from '../price.ts';
import { compilePrice } from './compile-price.ts';
import { matches } from './matches.ts';
import { priceAt } from './price-moment.ts';

/** A published fact about a model at a provider. */
export type PublishedModel = {
  readonly id: string;
  readonly price: Price | null;
  readonly contextWindow: number | null;
};

/**
 * What the price list knows of a model; null: nothing. `alsoThroughOthers`: a cloud without a price of its own is
 * taken to ask the maker's, where the list says so. Dated names that it does not have are found by their undated ones.
 */
export function publishedModel(
  providerId: string,
  model: string,
  nowMs: number,
  alsoThroughOthers: boolean,
): PublishedModel | null {
  const provider = providerOf(providerId);
  if (provider === null) return null;
  const others = alsoThroughOthers ? (provider.fallback_model_providers ?? []).map(providerOf) : [];
  for (const name of spellings(model)) {
    for (const place of [provider, ...others]) {
      const info = place?.models.find(({ match }) => matches(match, name));
      if (info !== undefined) return published(info, nowMs);
    }
  }
  return null;
}

/** All models that the list has for a provider and that still answer. */
export function publishedModels(providerId: string, nowMs: number): readonly PublishedModel[] {
  const models = providerOf(providerId)?.models ?? [];
  return models.filter(({ deprecated }) => deprecated !== true).map((info) => published(info, nowMs));
}

/** The provider that a model's name alone points to; null: none. */
export function makerInList(model: string): string | null {
  return findProvider({ modelId: model.toLowerCase() })?.id ?? null;
}

/** When a price of that provider may change next; null: none is announced. */
export function nextPriceChangeMs(providerId: string, nowMs: number): number | null {
  const provider = providerOf(providerId);
  const places = [provider, ...(provider?.fallback_model_providers ?? []).map(providerOf)];
  const changes = places.flatMap((place) =>
    (place?.models ?? []).flatMap((info) => priceAt(info, nowMs)?.changesAtMs ?? []),
  );
  return changes.length === 0 ? null : Math.min(...changes);
}

/** By its exact id: the package also finds providers by what their name contains. */
function providerOf(id: string): Provider | null {
  const provider = findProvider({ providerId: id });
  return provider?.id === id ? provider : null;
}

/** As it came first; Google's API also takes `models/` before a name. */
function spellings(model: string): readonly string[] {
  const name = model
    .toLowerCase()
    .trim()
    .replace(/^models\//, '');
  return [...new Set([name, dashedDate(name), undated(name)])];
}

const compiled = new WeakMap<ModelPrice, { readonly price: Price | null }>();

function published(info: ModelInfo, nowMs: number): PublishedModel {
  const moment = priceAt(info, nowMs);
  const contextWindow = info.context_window ?? null;
  if (moment === null) return { id: info.id, price: null, contextWindow };
  let known = compiled.get(moment.prices);
  if (known === undefined) {
    known = { price: compilePrice(moment.prices) };
    compiled.set(moment.prices, known);
  }
  return { id: info.id, price: known.price, contextWindow };
}
