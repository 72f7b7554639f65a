const AT_ONCE = 8;

/**
 * What `run` makes of each, in order, for lists as long as somebody likes: asked for all at once, twenty thousand things
 * hold every connection of a pool, and whoever else waits five seconds for one is refused.
 */
export async function fewAtATime<From, To>(
  items: readonly From[],
  run: (item: From) => Promise<To>,
): Promise<readonly To[]> {
  const made: To[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    made.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(run))));
  }
  return made;
}
