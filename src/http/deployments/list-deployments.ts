import type { VirtualKey } from '../../access/index.ts';
import type { ModelBook } from '../../administration/index.ts';
import type { Catalog, Model } from '../../catalog/index.ts';
import { mayCall } from '../../pipeline/index.ts';
import { type ListedDeployment, objectOf } from './encode-deployment.ts';

/** The deployments of the models that this caller may call: the file's in its order, then those made over the API. */
export function listDeployments({ caller }: VirtualKey, book: ModelBook): readonly ListedDeployment[] {
  const catalog = book.catalog();
  const groups = groupsByModel(book);
  const listed = [...ofFile(book, catalog, groups), ...ofDatabase(book, catalog, groups)];
  return listed.filter(({ name, deployment }) => {
    if (caller.kind === 'master') return true;
    const isTheirs = deployment?.team === undefined || deployment.team === caller.teamId;
    return deployment !== null && isTheirs && mayCall(caller, name, catalog);
  });
}

type Groups = (model: string) => readonly string[];

function ofFile({ file }: ModelBook, catalog: Catalog, groups: Groups): readonly ListedDeployment[] {
  return file.models().flatMap(({ name, at }) =>
    deploymentsOf(catalog.resolve(name)).map((deployment) => {
      const placed = file.placeOfDeployment(deployment.id) ?? at;
      return { name, deployment, entry: null, verdict: null, at: placed, accessGroups: groups(name) };
    }),
  );
}

function ofDatabase(book: ModelBook, catalog: Catalog, groups: Groups): readonly ListedDeployment[] {
  const verdicts = book.verdicts();
  return book.entries().entries.flatMap((entry) => {
    if (entry.kind !== 'deployment') return [];
    const { facts, id } = entry;
    const info = objectOf(facts['model_info']);
    const isTeams = info['team_id'] !== undefined && typeof info['team_public_model_name'] === 'string';
    const name = String(isTeams ? info['team_public_model_name'] : facts['model_name']);
    const deployment = deploymentsOf(catalog.resolve(name)).find((each) => each.id === id) ?? null;
    const verdict = verdicts.get(id) ?? null;
    return [{ name, deployment, entry, verdict, at: null, accessGroups: groups(name) }];
  });
}

function deploymentsOf(model: Model | null): Model['deployments'] {
  return model?.deployments ?? [];
}

function groupsByModel(book: ModelBook): Groups {
  const catalog = book.catalog();
  return (name) => catalog.grants(name).groups;
}
