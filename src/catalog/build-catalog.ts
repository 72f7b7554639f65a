import { Lru } from '../std/index.ts';
import { openConfiguredSpellings } from './configured-spellings.ts';
import { deploymentMaker } from './deployments.ts';
import { openFacts } from './facts.ts';
import { findUnconfigured } from './find-unconfigured.ts';
import type { CatalogInput, OperatorModel } from './input.ts';
import { listModels } from './list-models.ts';
import type { Catalog, ListedModel, Model } from './model.ts';
import { nearestModels } from './nearest-models.ts';
import { openSpellings } from './spellings.ts';
import { starIn } from './wildcard.ts';

/** Names that nobody configured are remembered, but not without end: callers make them up. */
const MAX_DYNAMIC = 4_096;

/** One immutable snapshot of what can be called. Models are made when they are first asked for. */
export function buildCatalog(input: CatalogInput): Catalog {
  const facts = openFacts(input);
  const maker = deploymentMaker(input, facts);
  const places = { ...input, facts, spellings: openSpellings(facts) };
  const operators = new Map(input.models.map((model) => [model.name, model]));
  const wildcards = wildcardsOf(input.models);
  const configured = new Map<string, Model>();
  const dynamic = new Lru<Model | typeof NOWHERE>(MAX_DYNAMIC);

  const make = (model: OperatorModel, name: string, star: string, resolvedBy: string): Model => {
    const deployments = model.deployments.flatMap(
      (each, index) => maker.configured(name, twinsBefore(model, index), each, star) ?? [],
    );
    return freeze({ name, deployments, fallbacks: { ...defaultFallbacks(input), ...model.fallbacks }, resolvedBy });
  };
  const configuredModel = (model: OperatorModel): Model => {
    const made = configured.get(model.name) ?? make(model, model.name, '', 'configured');
    configured.set(model.name, made);
    return made;
  };
  const findDynamic = (name: string): Model | null => {
    for (const model of wildcards) {
      const star = starIn(model.name, name);
      if (star !== null) return make(model, name, star, `wildcard ${model.name}`);
    }
    const found = findUnconfigured(name, places);
    if (found === null) return null;
    const deployments = found.places.flatMap(
      ({ credential, upstreamModel }) => maker.dynamic(name, credential, upstreamModel) ?? [],
    );
    // `openai/gpt-4o` falls back as the configured `gpt-4o` does.
    const own = operators.get(name.slice(name.indexOf('/') + 1))?.fallbacks;
    const fallbacks = { ...defaultFallbacks(input), ...own };
    return freeze({ name, deployments, fallbacks, resolvedBy: found.resolvedBy });
  };
  const resolve = (name: string): Model | null => {
    const operator = operators.get(name);
    if (operator !== undefined && !name.includes('*')) return configuredModel(operator);
    const known = dynamic.get(name) ?? findDynamic(name) ?? NOWHERE;
    dynamic.set(name, known);
    return known === NOWHERE ? null : known;
  };
  let listed: readonly ListedModel[] | null = null;
  const list = (): readonly ListedModel[] => {
    listed ??= listModels(input, facts, configuredModel);
    return listed;
  };
  return {
    resolve,
    list,
    configuredAs: openConfiguredSpellings(input.models.map(({ name }) => name)),
    nearest: (name, count, mayUse) =>
      nearestModels(name, count, list(), (each) => mayUse(each) && resolve(each) !== null),
    pricesChangeAtMs: () => {
      const changes = [...new Set(input.credentials.map(({ provider }) => provider))].flatMap(
        (provider) => facts.nextChangeMs(provider) ?? [],
      );
      return changes.length === 0 ? null : Math.min(...changes);
    },
  };
}

/** That a name is nowhere is remembered, too. */
const NOWHERE = Symbol('nowhere');

/** The longest pattern is the most specific one. */
function wildcardsOf(models: readonly OperatorModel[]): readonly OperatorModel[] {
  return models.filter(({ name }) => name.includes('*')).sort((a, b) => b.name.length - a.name.length);
}

/** How many deployments of the same model at the same credential stand before this one: what tells their ids apart. */
function twinsBefore({ deployments }: OperatorModel, index: number): number {
  const self = deployments[index];
  const isTwin = (each: OperatorModel['deployments'][number]): boolean =>
    each.credential === self?.credential && each.upstreamModel === self.upstreamModel;
  return deployments.slice(0, index).filter(isTwin).length;
}

function defaultFallbacks({ defaultFallbacks: models, fallbacksOfAll = {} }: CatalogInput): Model['fallbacks'] {
  return models.length === 0 ? fallbacksOfAll : { error: models, ...fallbacksOfAll };
}

function freeze(model: Model): Model {
  Object.freeze(model.deployments);
  return Object.freeze(model);
}
