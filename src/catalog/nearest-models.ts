import { nearestNames } from '../std/index.ts';
import type { ListedModel } from './model.ts';
import { lastSegment } from './model-name.ts';

/** Further ones are looked at where the nearest may not be used. */
const SPARE = 3;

/** A bare name is compared with bare names, a path with paths: `gpt-4oo` is near `gpt-4o`, not `openai/gpt-4o`. */
export function nearestModels(
  name: string,
  count: number,
  listed: readonly ListedModel[],
  mayUse: (name: string) => boolean,
): readonly string[] {
  const names = listed.map(({ id }) => (name.includes('/') ? id : lastSegment(id)));
  const likely = [...new Set(names)].filter((each) => couldBeNear(name, each));
  return nearestNames(name, likely, count * SPARE)
    .filter(mayUse)
    .slice(0, count);
}

/** The distance is at least the difference in length: most names need no closer look. */
function couldBeNear(name: string, other: string): boolean {
  const [short, long] = name.length < other.length ? [name, other] : [other, name];
  return (
    long.length - short.length <= Math.max(2, short.length / 2) || long.toLowerCase().includes(short.toLowerCase())
  );
}
