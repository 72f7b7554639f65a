import type { MatchLogic } from '@pydantic/genai-prices';

/** Whether a name, in lower case, is one of those that an entry of the price list is for. */
export function matches(logic: MatchLogic, name: string): boolean {
  if ('equals' in logic) return name === logic.equals.toLowerCase();
  if ('starts_with' in logic) return name.startsWith(logic.starts_with.toLowerCase());
  if ('ends_with' in logic) return name.endsWith(logic.ends_with.toLowerCase());
  if ('contains' in logic) return name.includes(logic.contains.toLowerCase());
  if ('or' in logic) return logic.or.some((each) => matches(each, name));
  if ('and' in logic) return logic.and.every((each) => matches(each, name));
  return new RegExp(logic.regex).test(name);
}
