import type { DeploymentMaker } from './deployments.ts';
import type { CatalogInput, OperatorModel } from './input.ts';
import type { Model } from './model.ts';

export type ConfiguredModels = {
  /** The model for one of its names: `star` is what a wildcard in the configured one stands for. */
  readonly make: (model: OperatorModel, name: string, star: string, resolvedBy: string) => Model;
  /** By its own name; the same object each time. */
  readonly configuredModel: (model: OperatorModel) => Model;
};

/** Models as the operator defined them, each made when it is first asked for. */
export function openConfiguredModels(
  input: CatalogInput,
  operators: ReadonlyMap<string, OperatorModel>,
  maker: DeploymentMaker,
): ConfiguredModels {
  const made = new Map<string, Model>();
  const make: ConfiguredModels['make'] = (model, name, star, resolvedBy) => {
    const deployments = model.deployments.flatMap(
      (each, index) => maker.configured(name, twinsBefore(model, index), each, star) ?? [],
    );
    return freezeModel({
      name,
      deployments,
      fallbacks: { ...defaultFallbacks(input), ...model.fallbacks },
      resolvedBy,
    });
  };
  const configuredModel = (model: OperatorModel): Model => {
    const known = made.get(model.name);
    if (known !== undefined) return known;
    const target = model.aliasOf === null ? undefined : operators.get(model.aliasOf);
    const fresh =
      target === undefined || target.aliasOf !== null
        ? make(model, model.name, '', 'configured')
        : freezeModel({ ...configuredModel(target), name: model.name, resolvedBy: `alias of ${target.name}` });
    made.set(model.name, fresh);
    return fresh;
  };
  return { make, configuredModel };
}

/** How many deployments of the same model at the same credential stand before this one: what tells their ids apart. */
function twinsBefore({ deployments }: OperatorModel, index: number): number {
  const self = deployments[index];
  const isTwin = (each: OperatorModel['deployments'][number]): boolean =>
    each.credential === self?.credential && each.upstreamModel === self.upstreamModel;
  return deployments.slice(0, index).filter(isTwin).length;
}

export function defaultFallbacks({
  defaultFallbacks: models,
  fallbacksOfAll = {},
}: Pick<CatalogInput, 'defaultFallbacks' | 'fallbacksOfAll'>): Model['fallbacks'] {
  return models.length === 0 ? fallbacksOfAll : { error: models, ...fallbacksOfAll };
}

export function freezeModel(model: Model): Model {
  Object.freeze(model.deployments);
  return Object.freeze(model);
}
