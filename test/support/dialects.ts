import {
  type CountedDialect,
  type Dialect,
  dialectIds,
  loadDialect,
  tokenCountings,
} from '../../src/dialects/index.ts';
import type { DialectId } from '../../src/inference/index.ts';

/** All of them: a gateway has those alone that it was called in. */
export const dialects = await all<DialectId, Dialect>(dialectIds, loadDialect);

export const countings = await all(Object.keys(tokenCountings) as CountedDialect[], (id) => tokenCountings[id]());

async function all<Id extends string, Value>(
  ids: readonly Id[],
  load: (id: Id) => Promise<Value>,
): Promise<Readonly<Record<Id, Value>>> {
  const loaded = await Promise.all(ids.map(async (id) => [id, await load(id)] as const));
  return Object.fromEntries(loaded) as Record<Id, Value>;
}
