import type { ProviderId } from '../inference/index.ts';
import type { CatalogInput } from './input.ts';
import { tier } from './operator-price.ts';
import type { Price } from './price.ts';
import { priceOf } from './price-version.ts';
import { publishedModel, publishedModels } from './sources/genai-prices.ts';

/** What is known of a model at a provider without the operator. */
export type Fact = {
  readonly price: Price | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
};

export type Facts = {
  /** null: nothing is known, not even that it exists. */
  readonly find: (provider: ProviderId, model: string) => Fact | null;
  readonly modelsOf: (provider: ProviderId) => readonly string[];
};

/** The price list and the sandbox's own, behind one question. */
export function openFacts(input: Pick<CatalogInput, 'provider' | 'sandboxModels' | 'nowMs'>): Facts {
  const sandbox = new Map(
    input.sandboxModels.map((model): [string, Fact] => [
      model.id,
      {
        price: priceOf(
          [tier(0, String(model.usdPerMillionInput), { output: String(model.usdPerMillionOutput) })],
          'sandbox',
        ),
        contextWindow: model.contextWindow,
        maxOutput: model.maxOutput,
      },
    ]),
  );
  const at = new Date(input.nowMs);
  return {
    find: (provider, model) => {
      const row = input.provider(provider);
      if (row === null) return null;
      if (row.sandbox) return sandbox.get(model) ?? null;
      const published = row.pricedAs === null ? null : publishedModel(row.pricedAs, model, at);
      return published === null
        ? null
        : { price: published.price, contextWindow: published.contextWindow, maxOutput: null };
    },
    modelsOf: (provider) => {
      const row = input.provider(provider);
      if (row === null) return [];
      if (row.sandbox) return [...sandbox.keys()];
      return row.pricedAs === null
        ? []
        : publishedModels(row.pricedAs)
            .filter(({ deprecated }) => deprecated !== true)
            .map(({ id }) => id);
    },
  };
}
