import { findProvider, type MatchLogic, type ModelInfo, type Provider } from '@pydantic/genai-prices';
import { matches } from './matches.ts';

/** The price list's models of one provider. */
export type PriceList = {
  readonly models: readonly ModelInfo[];
  /** Providers whose prices are taken where this one has none of its own. */
  readonly others: readonly string[];
  /** The first entry that is for that name, in lower case. */
  readonly find: (name: string) => ModelInfo | null;
};

const opened = new Map<string, PriceList | null>();

/** By the provider's exact id; null: the list does not have it. */
export function priceList(providerId: string): PriceList | null {
  const known = opened.get(providerId);
  if (known !== undefined) return known;
  const provider = findProvider({ providerId });
  // The package also finds providers by what their names contain.
  const list = provider?.id === providerId ? open(provider) : null;
  opened.set(providerId, list);
  return list;
}

/** Most entries say which names they are for; they are looked up, the others asked one by one in the list's order. */
function open({ models, fallback_model_providers: others = [] }: Provider): PriceList {
  const exact = new Map<string, number>();
  const asked: { readonly position: number; readonly logic: MatchLogic }[] = [];
  models.forEach(({ match }, position) => {
    const names = exactNames(match);
    if (names === null) asked.push({ position, logic: match });
    for (const name of names ?? []) if (!exact.has(name)) exact.set(name, position);
  });
  const find = (name: string): ModelInfo | null => {
    const named = exact.get(name) ?? models.length;
    const first = asked.find(({ position, logic }) => position > named || matches(logic, name));
    return models[Math.min(named, first?.position ?? named)] ?? null;
  };
  return { models, others, find };
}

/** null: it is not by its names alone that the entry is found. */
function exactNames(logic: MatchLogic): readonly string[] | null {
  if ('equals' in logic) return [logic.equals.toLowerCase()];
  if (!('or' in logic)) return null;
  const names = logic.or.map(exactNames);
  return names.includes(null) ? null : names.flatMap((each) => each ?? []);
}
