import type { Caller } from '../inference/index.ts';

/** LiteLLM's names for "everything"; an empty list means the same. */
const EVERYTHING: ReadonlySet<string> = new Set(['*', 'all-proxy-models', 'all-team-models']);

/** Whether this caller may ask for a model of that name. `prefix*` in its list covers what begins with the prefix. */
export function mayUseModel(caller: Caller, model: string): boolean {
  const { models } = caller;
  if (models.length === 0) return true;
  return models.some((allowed) => allowed === model || EVERYTHING.has(allowed) || matches(allowed, model));
}

function matches(pattern: string, model: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return false;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return model.length >= head.length + tail.length && model.startsWith(head) && model.endsWith(tail);
}
