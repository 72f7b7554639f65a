import type { OperatorModel } from '../input.ts';
import type { Deployment, Model } from '../model.ts';

export type DeploymentIds = {
  /** The model of that deployment with it alone; null: no deployment has the id. */
  readonly find: (id: string) => Model | null;
  /** The operator gave a deployment this id: it goes before a model of the same name. */
  readonly isGiven: (id: string) => boolean;
  /** The name of the model that the deployment is one of; null: no deployment has the id. */
  readonly modelOf: (id: string) => string | null;
};

/** Ids as names of models. Derived ones are worked out when an unknown name is first asked for. */
export function openDeploymentIds(
  models: readonly OperatorModel[],
  made: (model: OperatorModel) => Model,
): DeploymentIds {
  // A wildcard's deployments have an upstream's name only with the asked one; an alias has those of its model.
  const own = models.filter(({ name, aliasOf }) => aliasOf === null && !name.includes('*'));
  const given = new Set(own.flatMap(({ deployments }) => deployments.flatMap(({ id }) => id ?? [])));
  let known: Map<string, { readonly model: Model; readonly deployment: Deployment }> | null = null;
  const look = (id: string) => {
    known ??= new Map(
      own.flatMap((each) => {
        const model = made(each);
        return model.deployments.map((deployment) => [deployment.id, { model, deployment }] as const);
      }),
    );
    return known.get(id) ?? null;
  };
  return {
    find: (id) => {
      const found = look(id);
      if (found === null) return null;
      const { model, deployment } = found;
      return { ...model, name: id, deployments: [deployment], resolvedBy: `deployment of ${model.name}` };
    },
    isGiven: (id) => given.has(id),
    modelOf: (id) => look(id)?.model.name ?? null,
  };
}
