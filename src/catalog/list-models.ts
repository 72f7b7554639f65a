import type { Facts } from './facts.ts';
import type { CatalogInput, OperatorModel } from './input.ts';
import type { Deployment, ListedModel, Model } from './model.ts';
import { starIn } from './wildcard.ts';

/**
 * The configured names that are not hidden and can be called, then what the price list has of each configured provider.
 */
export function listModels(
  input: CatalogInput,
  facts: Facts,
  configured: (model: OperatorModel) => Model,
): readonly ListedModel[] {
  const listed = new Map<string, ListedModel>();
  const exact = new Set(input.models.map(({ name }) => name));
  const hidden = input.models.filter((model) => model.hidden && model.name.includes('*')).map(({ name }) => name);
  for (const operator of input.models) {
    if (operator.hidden || operator.name.includes('*')) continue;
    const model = configured(operator);
    const [first] = model.deployments;
    if (first !== undefined) listed.set(model.name, listedModel(model.name, first));
  }
  for (const place of placesOf(input)) {
    for (const { id: model, contextWindow, maxOutput, price } of facts.modelsOf(place.provider)) {
      const id = `${place.label}/${model}`;
      if (exact.has(id) || listed.has(id) || hidden.some((pattern) => starIn(pattern, id) !== null)) continue;
      listed.set(id, { id, ownedBy: place.provider, createdS: 0, contextWindow, maxOutput, price });
    }
  }
  return [...listed.values()];
}

function listedModel(id: string, { provider, contextWindow, maxOutput, price }: Deployment): ListedModel {
  return { id, ownedBy: provider, createdS: 0, contextWindow, maxOutput, price };
}

/** Each provider once, however many accounts there are; by the account's name where the provider's is taken. */
function placesOf({ credentials }: CatalogInput): readonly { readonly label: string; readonly provider: string }[] {
  const names = new Map(credentials.map(({ name, provider }) => [name, provider]));
  const places = new Map<string, string>();
  for (const { name, provider } of credentials) {
    const taken = names.get(provider) ?? provider;
    places.set(taken === provider ? provider : name, provider);
  }
  return [...places].map(([label, provider]) => ({ label, provider }));
}
