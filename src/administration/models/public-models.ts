import { GatewayError } from '../../inference/index.ts';
import type { ModelBook } from './model-book.ts';
import { textsIn } from './object-in.ts';

const NAMED = { kind: 'public_models', id: 'all' } as const;

/** The models that are shown to whoever has a key, whatever it may call. */
export function publicModels(book: ModelBook): readonly string[] {
  const entry = book.entries().find(NAMED.kind, NAMED.id);
  return entry === null ? [] : textsIn(entry.facts, 'model_names');
}

/** Those and no others are shown from now on. Throws a GatewayError: 400 for one that nobody could call. */
export async function setPublicModels(book: ModelBook, names: readonly string[], by: string): Promise<void> {
  const catalog = book.catalog();
  const unknown = names.find((name) => book.definedAt(name) === null && catalog.resolve(name) === null);
  if (unknown !== undefined)
    throw new GatewayError('invalid_request', `There is no model '${unknown}'.`, { param: 'model_groups' });
  const content = { facts: { model_names: [...new Set(names)] }, secrets: {} };
  if ((await book.stored.change(NAMED, by, () => content)) !== null) return;
  if ((await book.stored.create({ ...NAMED, ...content }, by)) !== null) return;
  throw new GatewayError('conflict', 'Somebody else made it at the same moment; ask again.');
}
