import type { ProviderId } from '../inference/index.ts';
import type { Facts } from './facts.ts';
import { lastSegment, plainName, undated } from './model-name.ts';

/** Finds a provider's own id of a model that the caller spelled another way. */
export type Spellings = (provider: ProviderId, name: string) => string | null;

type Index = {
  readonly plain: ReadonlyMap<string, readonly string[]>;
  readonly undated: ReadonlyMap<string, readonly string[]>;
};

/** With the maker in front, dots for dashes, dated or not. The nearest spelling wins, then the list's order. */
export function openSpellings(facts: Facts): Spellings {
  const indexes = new Map<ProviderId, Index>();
  return (provider, name) => {
    const index = indexes.get(provider) ?? indexOf(facts.modelsOf(provider).map(({ id }) => id));
    indexes.set(provider, index);
    const maker = name.slice(0, name.lastIndexOf('/') + 1);
    const bare = plainName(lastSegment(name));
    const candidates = [index.plain.get(bare), index.plain.get(undated(bare)), index.undated.get(bare)];
    return candidates.flatMap((ids) => ids ?? []).find((id) => id.startsWith(maker)) ?? null;
  };
}

function indexOf(ids: readonly string[]): Index {
  // `~maker/model` is an alias that moves.
  const named = ids.filter((id) => !id.startsWith('~')).map((id) => [id, plainName(lastSegment(id))] as const);
  const by = (nameOf: (plain: string) => string): Map<string, string[]> => {
    const index = new Map<string, string[]>();
    for (const [id, plain] of named) index.set(nameOf(plain), [...(index.get(nameOf(plain)) ?? []), id]);
    return index;
  };
  return { plain: by((plain) => plain), undated: by(undated) };
}
