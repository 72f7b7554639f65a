import { type Dialect, loadedDialect } from '../../dialects/index.ts';
import type { DialectId } from '../../inference/index.ts';
import type { Rooms } from '../../pipeline/index.ts';

/** `run` gets the dialect as soon as everything that a call in it may need is there: at once, all but the first time. */
export function whenLoaded(
  id: DialectId,
  { policies }: Pick<Rooms, 'policies'>,
  run: (dialect: Dialect) => void,
  fail: (error: unknown) => void,
): void {
  const loading = policies().loadFor(id);
  const dialect = loadedDialect(id);
  if (loading === null && dialect !== null) run(dialect);
  else Promise.resolve(loading).then(() => whenLoaded(id, { policies }, run, fail), fail);
}
