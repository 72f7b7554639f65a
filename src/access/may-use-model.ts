import type { Caller } from '../inference/index.ts';

/** LiteLLM's word for every model. */
const ALL = 'all-proxy-models';

/** Whether the caller's list lets the name through: exactly, or by a `prefix*`. An empty list lets all through. */
export function mayUseModel(caller: Caller, name: string): boolean {
  return caller.models.length === 0 || caller.models.some((allowed) => allows(allowed, name));
}

function allows(allowed: string, name: string): boolean {
  if (allowed === name || allowed === ALL) return true;
  return allowed.endsWith('*') && name.startsWith(allowed.slice(0, -1));
}
