import { Lru } from '../std/index.ts';
import { defaultFallbacks, freezeModel, openConfiguredModels } from './configured-models.ts';
import { deploymentMaker } from './deployments.ts';
import { type Facts, openFacts } from './facts.ts';
import { findUnconfigured } from './find-unconfigured.ts';
import { ownedByTeams } from './for-team.ts';
import type { CatalogInput, OperatorModel } from './input.ts';
import { listModels } from './list-models.ts';
import type { Catalog, Deployment, ListedModel, Model } from './model.ts';
import { openConfiguredSpellings } from './names/configured-spellings.ts';
import { openDeploymentIds } from './names/deployment-ids.ts';
import { openGrants } from './names/grants.ts';
import { nearestModels } from './nearest-models.ts';
import { withOwnCredentials } from './own-credentials.ts';
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
  const { make, configuredModel } = openConfiguredModels(input, operators, maker);
  const dynamic = new Lru<Model | typeof NOWHERE>(MAX_DYNAMIC);

  const owned = ownedByTeams(input.models);
  const ids = openDeploymentIds(input.models, configuredModel);
  const findDynamic = (name: string): Model | null => {
    const byId = ids.find(name);
    if (byId !== null) return freezeModel(byId);
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
    return freezeModel({ name, deployments, fallbacks, resolvedBy: found.resolvedBy });
  };
  const resolve = (name: string): Model | null => {
    const operator = operators.get(name);
    if (operator !== undefined && !name.includes('*') && !ids.isGiven(name)) return configuredModel(operator);
    const known = dynamic.get(name) ?? findDynamic(name) ?? NOWHERE;
    dynamic.set(name, known);
    return known === NOWHERE ? null : known;
  };
  const isItsOwn = ({ provider, upstreamModel }: Deployment): boolean => {
    const row = input.provider(provider);
    return facts.offers(provider, upstreamModel) || row?.routesBy === 'openrouter-fields' || row?.local === true;
  };
  let listed: readonly ListedModel[] | null = null;
  const list = (): readonly ListedModel[] => {
    listed ??= listModels(input, facts, configuredModel);
    return listed;
  };
  return {
    resolve,
    list,
    withOwnCredentials: withOwnCredentials(maker.at),
    knows: (name) => operators.has(name) || (resolve(name)?.deployments.some(isItsOwn) ?? false),
    grants: openGrants(input.models, ids.modelOf),
    teamsOf: (name) => owned.get(name) ?? null,
    configured: () => input.models.filter(({ name }) => !name.includes('*')).map(configuredModel),
    configuredAs: openConfiguredSpellings(input.models.map(({ name }) => name)),
    nearest: (name, count, mayUse) =>
      nearestModels(name, count, list(), (each) => mayUse(each) && resolve(each) !== null),
    pricesChangeAtMs: () => pricesChangeAtMs(input, facts),
  };
}

/** That a name is nowhere is remembered, too. */
const NOWHERE = Symbol('nowhere');

/** The longest pattern is the most specific one. */
function wildcardsOf(models: readonly OperatorModel[]): readonly OperatorModel[] {
  return models.filter(({ name }) => name.includes('*')).sort((a, b) => b.name.length - a.name.length);
}

function pricesChangeAtMs({ credentials }: CatalogInput, facts: Facts): number | null {
  const changes = [...new Set(credentials.map(({ provider }) => provider))].flatMap(
    (provider) => facts.nextChangeMs(provider) ?? [],
  );
  return changes.length === 0 ? null : Math.min(...changes);
}
