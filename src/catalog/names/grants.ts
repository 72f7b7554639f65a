import type { OperatorModel } from '../input.ts';
import type { Catalog, Grants } from '../model.ts';
import { starIn } from '../wildcard.ts';

const NONE: Grants = Object.freeze({ names: [], groups: [] });

/** A name is let through by its model's groups; an alias and a deployment's id by what lets their model through, too. */
export function openGrants(
  models: readonly OperatorModel[],
  modelOfId: (id: string) => string | null,
): Catalog['grants'] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const wildcards = models.filter(({ name }) => name.includes('*')).sort((a, b) => b.name.length - a.name.length);
  const of = (model: OperatorModel): Grants => {
    const target = model.aliasOf === null ? undefined : byName.get(model.aliasOf);
    if (target === undefined) return { names: [], groups: model.accessGroups };
    return { names: [target.name], groups: [...model.accessGroups, ...target.accessGroups] };
  };
  return (name) => {
    const model = byName.get(name);
    if (model !== undefined) return of(model);
    const owner = byName.get(modelOfId(name) ?? '');
    if (owner !== undefined) return { names: [owner.name], groups: owner.accessGroups };
    const wildcard = wildcards.find((each) => starIn(each.name, name) !== null);
    return wildcard === undefined ? NONE : of(wildcard);
  };
}
