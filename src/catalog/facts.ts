import type { ProviderId } from '../inference/index.ts';
import type { CatalogInput } from './input.ts';
import { tier } from './operator-price.ts';
import type { Price } from './price.ts';
import { priceOf } from './price-version.ts';
import {
  isPublished,
  makerInList,
  nextPriceChangeMs,
  type PublishedModel,
  publishedModel,
  publishedModels,
} from './sources/genai-prices.ts';

/** What is known of a model at a provider without the operator. */
export type Fact = {
  readonly price: Price | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
};

export type Facts = {
  /** What it costs there; null: nothing is known of it. */
  readonly find: (provider: ProviderId, model: string) => Fact | null;
  /** That the provider itself is known to have it, not only that it could be priced there. */
  readonly offers: (provider: ProviderId, model: string) => boolean;
  /** What it costs at its maker, by the name alone: for names that the operator himself gave as a base model. */
  readonly findByName: (model: string) => Fact | null;
  readonly modelsOf: (provider: ProviderId) => readonly (Fact & { readonly id: string })[];
  readonly nextChangeMs: (provider: ProviderId) => number | null;
};

/** The price list and the sandbox's own, behind one question. */
export function openFacts(input: Pick<CatalogInput, 'provider' | 'sandboxModels' | 'nowMs'>): Facts {
  const { provider: rowOf, nowMs } = input;
  const sandbox = new Map(input.sandboxModels.map((model) => [model.id, sandboxFact(model)]));
  const pricedAs = (provider: ProviderId): string | null => rowOf(provider)?.pricedAs ?? null;
  const isSandbox = (provider: ProviderId): boolean => rowOf(provider)?.sandbox === true;
  const listed = (list: string | null, model: string): Fact | null =>
    list === null ? null : factOf(publishedModel(list, model, nowMs));
  const lists = new Map<ProviderId, readonly (Fact & { readonly id: string })[]>();
  const modelsOf = (provider: ProviderId): readonly (Fact & { readonly id: string })[] => {
    if (isSandbox(provider)) return [...sandbox].map(([id, fact]) => ({ id, ...fact }));
    const list = pricedAs(provider);
    const makes = rowOf(provider)?.makerOf ?? [];
    const models = list === null ? [] : publishedModels(list, nowMs).map((model) => ({ ...model, maxOutput: null }));
    return models.filter(({ id }) => makes.length === 0 || makes.some((name) => id.toLowerCase().startsWith(name)));
  };
  return {
    find: (provider, model) => (isSandbox(provider) ? (sandbox.get(model) ?? null) : listed(pricedAs(provider), model)),
    offers: (provider, model) => {
      const list = pricedAs(provider);
      return isSandbox(provider) ? sandbox.has(model) : list !== null && isPublished(list, model);
    },
    findByName: (model) => listed(makerInList(model), model),
    modelsOf: (provider) => {
      const known = lists.get(provider) ?? modelsOf(provider);
      lists.set(provider, known);
      return known;
    },
    nextChangeMs: (provider) => {
      const list = pricedAs(provider);
      return list === null ? null : nextPriceChangeMs(list, nowMs);
    },
  };
}

function factOf(model: PublishedModel | null): Fact | null {
  return model === null ? null : { price: model.price, contextWindow: model.contextWindow, maxOutput: null };
}

function sandboxFact(model: CatalogInput['sandboxModels'][number]): Fact {
  const { usdPerMillionInput: input, usdPerMillionOutput: output, contextWindow, maxOutput } = model;
  return { price: priceOf([tier(0, String(input), { output: String(output) })], 'sandbox'), contextWindow, maxOutput };
}
