import { GatewayError } from '../../inference/index.ts';
import { managedByFile } from './managed-by-file.ts';
import type { FallbackType, ModelBook, ProposedFallback } from './model-book.ts';
import { textsIn } from './object-in.ts';

const KIND = 'fallback';

/** Throws a GatewayError: 404 where the model is nowhere, 400 for targets that are, 409 where the file says them. */
export async function putFallback(
  book: ModelBook,
  fallback: ProposedFallback,
  by: string,
): Promise<'made' | 'changed'> {
  const { model, type, targets } = fallback;
  if (book.definedAt(model) === null)
    throw new GatewayError('not_found', `No model '${model}' is configured.`, { param: 'model' });
  refuseFiles(book, model, type);
  for (const target of targets) refuseTarget(book, model, target);
  const [circle] = book.circlesWith(fallback);
  if (circle !== undefined) throw new GatewayError('invalid_request', `${circle}.`, { param: 'fallback_models' });
  const named = { kind: KIND, id: idOf(model, type) } as const;
  const content = { facts: { model, fallback_type: type, fallback_models: targets }, secrets: {} };
  if ((await book.stored.change(named, by, () => content)) !== null) return 'changed';
  if ((await book.stored.create({ ...named, ...content }, by)) !== null) return 'made';
  throw new GatewayError('conflict', 'Somebody else made it at the same moment; ask again.');
}

/** The file's, else what is stored. Throws a GatewayError (404). */
export function findFallback(book: ModelBook, model: string, type: FallbackType): readonly string[] {
  const inFile = book.file.fallbacksOf(model, type);
  if (inFile !== null) return inFile;
  const entry = book.entries().find(KIND, idOf(model, type));
  if (entry === null) throw noFallback(model, type);
  return textsIn(entry.facts, 'fallback_models');
}

/** Throws a GatewayError (404, or 409 where it is the file's). */
export async function removeFallback(book: ModelBook, model: string, type: FallbackType): Promise<void> {
  if (await book.stored.remove({ kind: KIND, id: idOf(model, type) })) return;
  refuseFiles(book, model, type);
  throw noFallback(model, type);
}

function idOf(model: string, type: FallbackType): string {
  return `${type}/${model}`;
}

function refuseFiles(book: ModelBook, model: string, type: FallbackType): void {
  if (book.file.fallbacksOf(model, type) !== null)
    throw managedByFile(`${type} fallback of`, model, book.file.placeOfModel(model), 'model');
}

function refuseTarget(book: ModelBook, model: string, target: string): void {
  const param = 'fallback_models';
  if (target === model) throw new GatewayError('invalid_request', `'${model}' cannot fall back to itself.`, { param });
  const catalog = book.catalog();
  if (book.definedAt(target) !== null || catalog.resolve(target) !== null) return;
  const [nearest] = catalog.nearest(target, 1, () => true);
  const hint = nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
  throw new GatewayError('invalid_request', `There is no model '${target}'.${hint}`, { param });
}

function noFallback(model: string, type: FallbackType): GatewayError {
  return new GatewayError('not_found', `'${model}' has no fallbacks of the type ${type}.`, { param: 'model' });
}
