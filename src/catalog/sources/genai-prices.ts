import { findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import { dashedDate, undated } from '../model-name.ts';
import type { Price } from '../price.ts';
import { compilePrice } from './compile-price.ts';
import { priceList } from './price-list.ts';
import { priceAt } from './price-moment.ts';

/** A published fact about a model at a provider. */
export type PublishedModel = {
  readonly id: string;
  readonly price: Price | null;
  readonly contextWindow: number | null;
};

/**
 * What the price list knows of a model; null: nothing. A cloud without a price of its own for it asks the maker's,
 * where the list says so. Dated names that it does not have are found by their undated ones.
 */
export function publishedModel(providerId: string, model: string, nowMs: number): PublishedModel | null {
  const list = priceList(providerId);
  if (list === null) return null;
  const lists = [list, ...list.others.map(priceList)];
  for (const name of spellings(model)) {
    for (const each of lists) {
      const info = each?.find(name) ?? null;
      if (info !== null) return published(info, nowMs);
    }
  }
  return null;
}

/** All models that the list has for a provider and that still answer. */
export function publishedModels(providerId: string, nowMs: number): readonly PublishedModel[] {
  const models = priceList(providerId)?.models ?? [];
  return models.filter(({ deprecated }) => deprecated !== true).map((info) => published(info, nowMs));
}

/** Whether the list has an entry for the name at that very provider. */
export function isPublished(providerId: string, model: string): boolean {
  const list = priceList(providerId);
  return list !== null && spellings(model).some((name) => list.find(name) !== null);
}

/** The provider that a model's name alone points to; null: none. */
export function makerInList(model: string): string | null {
  return findProvider({ modelId: model.toLowerCase() })?.id ?? null;
}

/** When a price of that provider may change next; null: none is announced. */
export function nextPriceChangeMs(providerId: string, nowMs: number): number | null {
  const list = priceList(providerId);
  const models = [list, ...(list?.others ?? []).map(priceList)].flatMap((each) => each?.models ?? []);
  const changes = models.flatMap((info) => priceAt(info, nowMs)?.changesAtMs ?? []);
  return changes.length === 0 ? null : Math.min(...changes);
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
  const prices = priceAt(info, nowMs)?.prices;
  const contextWindow = info.context_window ?? null;
  if (prices === undefined) return { id: info.id, price: null, contextWindow };
  const known = compiled.get(prices) ?? { price: compilePrice(prices) };
  compiled.set(prices, known);
  return { id: info.id, price: known.price, contextWindow };
}
