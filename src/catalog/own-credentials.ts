import type { Catalog, Deployment, Model } from './model.ts';

/** By provider, the credential that a team calls it by. */
type OwnCredentials = Readonly<Record<string, string>>;

/**
 * Before each deployment that is called by a shared credential stands the one by the caller's own: the same in all else.
 * The shared ones stay, so that a plan can tell why it leaves them out. The same object for the same two.
 */
export function withOwnCredentials(
  at: (deployment: Deployment, credential: string, model: string) => Deployment | null,
): Catalog['withOwnCredentials'] {
  const known = new WeakMap<OwnCredentials, WeakMap<Model, Model>>();
  return (model, own) => {
    const ofOwn = known.get(own) ?? new WeakMap<Model, Model>();
    const found = ofOwn.get(model) ?? substituted(model, own, at);
    known.set(own, ofOwn.set(model, found));
    return found;
  };
}

function substituted(
  model: Model,
  own: OwnCredentials,
  at: (deployment: Deployment, credential: string, model: string) => Deployment | null,
): Model {
  const there = new Set(model.deployments.map(({ circuit }) => circuit));
  const deployments = model.deployments.flatMap((deployment): readonly Deployment[] => {
    const credential = own[deployment.provider];
    if (credential === undefined || credential === deployment.credential || deployment.team !== undefined)
      return [deployment];
    const made = at(deployment, credential, model.name);
    if (made === null || there.has(made.circuit)) return [deployment];
    there.add(made.circuit);
    return [made, deployment];
  });
  const isSame = deployments.length === model.deployments.length;
  return isSame ? model : Object.freeze({ ...model, deployments: Object.freeze(deployments) });
}
