import type { Facts } from './facts.ts';
import type { CatalogInput, OperatorModel } from './input.ts';
import type { ListedModel, Model } from './model.ts';

/** The configured names that are not hidden, then what the price list has of each configured provider. */
export function listModels(
  input: CatalogInput,
  facts: Facts,
  configured: (model: OperatorModel) => Model,
): readonly ListedModel[] {
  const listed = new Map<string, ListedModel>();
  const hidden = new Set<string>();
  for (const model of input.models) {
    if (model.hidden) hidden.add(model.name);
    else if (!model.name.includes('*')) listed.set(model.name, listedModel(configured(model)));
  }
  for (const place of placesOf(input)) {
    for (const { id: model, contextWindow, maxOutput, price } of facts.modelsOf(place.provider)) {
      const id = `${place.label}/${model}`;
      if (listed.has(id) || hidden.has(id)) continue;
      listed.set(id, { id, ownedBy: place.provider, createdS: 0, contextWindow, maxOutput, price });
    }
  }
  return [...listed.values()];
}

function listedModel({ name, deployments: [first] }: Model): ListedModel {
  if (first === undefined)
    return { id: name, ownedBy: 'waybill', createdS: 0, contextWindow: null, maxOutput: null, price: null };
  const { provider, contextWindow, maxOutput, price } = first;
  return { id: name, ownedBy: provider, createdS: 0, contextWindow, maxOutput, price };
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
