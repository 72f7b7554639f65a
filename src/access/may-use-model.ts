import type { Caller } from '../inference/index.ts';

/** LiteLLM's word for every model. */
const ALL = 'all-proxy-models';

/** By what else than its name a model may stand in a caller's list. */
export type OtherNames = {
  /** Names that mean the same model, matched as the name itself is. */
  readonly names: readonly string[];
  /** Groups that it belongs to, matched exactly: a `prefix*` is about models. */
  readonly groups: readonly string[];
};

/**
 * Whether the key's list and those of all that it belongs to let the name through: exactly, by a `prefix*`, or by one
 * of its other names, which are asked for where the name alone does not do. An empty list lets all through.
 */
export function mayUseModel(
  { models, furtherModels }: Pick<Caller, 'models' | 'furtherModels'>,
  name: string,
  others?: () => OtherNames,
): boolean {
  return stands(name, models, others) && furtherModels.every((list) => stands(name, list, others));
}

function stands(name: string, models: readonly string[], others: (() => OtherNames) | undefined): boolean {
  if (models.length === 0 || models.some((allowed) => allows(allowed, name))) return true;
  if (others === undefined) return false;
  const { names, groups } = others();
  return models.some((allowed) => groups.includes(allowed) || names.some((each) => allows(allowed, each)));
}

function allows(allowed: string, name: string): boolean {
  if (allowed === name || allowed === ALL) return true;
  return allowed.endsWith('*') && name.startsWith(allowed.slice(0, -1));
}
