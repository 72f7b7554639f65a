import { nearestNames } from '../std/index.ts';
import { type DeploymentMaker, deploymentMaker } from './deployments.ts';
import { type Facts, openFacts } from './facts.ts';
import type { CatalogInput, OperatorModel } from './input.ts';
import type { Catalog, Deployment, ListedModel, Model } from './model.ts';

/** Names that nobody configured are remembered, but not without end: callers make them up. */
const MAX_DYNAMIC = 4_096;

/** One immutable snapshot of what can be called. */
export function buildCatalog(input: CatalogInput): Catalog {
  const facts = openFacts(input);
  const maker = deploymentMaker(input, facts);
  const exact = new Map<string, Model>();
  for (const model of input.models) {
    if (!model.name.includes('*'))
      exact.set(model.name, configuredModel(model, model.name, '', 'configured', input, maker));
  }
  const wildcards = input.models.filter(({ name }) => name.includes('*')).sort((a, b) => b.name.length - a.name.length);
  const dynamic = new Map<string, Model | null>();
  const findDynamic = (name: string): Model | null =>
    byWildcard(name, wildcards, input, maker) ?? byPath(name, input, maker) ?? byBareName(name, input, facts, maker);
  const resolve = (name: string): Model | null => {
    const configured = exact.get(name) ?? dynamic.get(name);
    if (configured !== undefined) return configured;
    const found = findDynamic(name);
    if (dynamic.size >= MAX_DYNAMIC) dynamic.clear();
    dynamic.set(name, found);
    return found;
  };
  let listed: readonly ListedModel[] | null = null;
  const list = (): readonly ListedModel[] => {
    listed ??= listModels(input, facts, exact);
    return listed;
  };
  return {
    resolve,
    list,
    nearest: (name, count, mayUse) =>
      nearestNames(
        name,
        list()
          .map(({ id }) => id)
          .filter(mayUse),
        count,
      ),
  };
}

function configuredModel(
  model: OperatorModel,
  name: string,
  star: string,
  resolvedBy: string,
  input: CatalogInput,
  maker: DeploymentMaker,
): Model {
  const deployments = model.deployments.flatMap(
    (deployment, index) => maker.configured(name, index, deployment, star) ?? [],
  );
  const fallbacks =
    model.fallbacks.error === undefined && input.defaultFallbacks.length > 0
      ? { error: input.defaultFallbacks, ...model.fallbacks }
      : model.fallbacks;
  return Object.freeze({ name, deployments, fallbacks, resolvedBy });
}

/** The longest pattern is the most specific one. */
function byWildcard(
  name: string,
  wildcards: readonly OperatorModel[],
  input: CatalogInput,
  maker: DeploymentMaker,
): Model | null {
  for (const model of wildcards) {
    const star = starIn(model.name, name);
    if (star !== null) return configuredModel(model, name, star, `wildcard ${model.name}`, input, maker);
  }
  return null;
}

function starIn(pattern: string, name: string): string | null {
  const at = pattern.indexOf('*');
  const [head, tail] = [pattern.slice(0, at), pattern.slice(at + 1)];
  if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return null;
  return name.slice(head.length, name.length - tail.length);
}

/** `credential/model` first, then `provider/model` at each of that provider's credentials. The upstream knows its names. */
function byPath(name: string, { credentials, provider }: CatalogInput, maker: DeploymentMaker): Model | null {
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1) return null;
  const [place, upstreamModel] = [name.slice(0, slash), name.slice(slash + 1)];
  const named = credentials.filter((credential) => credential.name === place);
  const chosen = named.length > 0 ? named : credentials.filter((credential) => credential.provider === place);
  if (chosen.length > 0)
    return dynamicModel(
      name,
      chosen.map((credential) => [credential.name, upstreamModel]),
      'provider/model',
      maker,
    );
  // `maker/model` is how aggregators name things.
  const aggregators = credentials.filter((credential) => provider(credential.provider)?.aggregator === true);
  return aggregators.length === 0
    ? null
    : dynamicModel(
        name,
        aggregators.map((credential) => [credential.name, name]),
        'aggregator',
        maker,
      );
}

/** The maker of the model first, then whoever is known to have it, then the aggregators under their own spelling. */
function byBareName(
  name: string,
  { credentials, provider }: CatalogInput,
  facts: Facts,
  maker: DeploymentMaker,
): Model | null {
  if (name.includes('/')) return null;
  const lower = name.toLowerCase();
  const makers = credentials.filter((credential) =>
    provider(credential.provider)?.makerOf.some((beginning) => lower.startsWith(beginning)),
  );
  if (makers.length > 0)
    return dynamicModel(
      name,
      makers.map((credential) => [credential.name, name]),
      'bare name, its maker',
      maker,
    );
  const offering = credentials.filter(
    ({ provider: id }) => provider(id)?.aggregator === false && facts.find(id, name) !== null,
  );
  if (offering.length > 0)
    return dynamicModel(
      name,
      offering.map((credential) => [credential.name, name]),
      'bare name',
      maker,
    );
  const spelled = credentials.flatMap(({ name: credential, provider: id }): [string, string][] => {
    if (provider(id)?.aggregator !== true) return [];
    const theirs = facts.modelsOf(id).find((model) => model.slice(model.indexOf('/') + 1) === name);
    return theirs === undefined ? [] : [[credential, theirs]];
  });
  return spelled.length === 0 ? null : dynamicModel(name, spelled, 'bare name, an aggregator', maker);
}

function dynamicModel(
  name: string,
  places: readonly (readonly [credential: string, upstreamModel: string])[],
  resolvedBy: string,
  maker: DeploymentMaker,
): Model {
  const deployments: Deployment[] = places.flatMap(
    ([credential, upstreamModel]) => maker.dynamic(name, credential, upstreamModel) ?? [],
  );
  return Object.freeze({ name, deployments, fallbacks: {}, resolvedBy });
}

function listModels(input: CatalogInput, facts: Facts, exact: ReadonlyMap<string, Model>): readonly ListedModel[] {
  const hidden = new Set(input.models.filter((model) => model.hidden).map(({ name }) => name));
  const configured = [...exact.values()]
    .filter(({ name }) => !hidden.has(name))
    .map(
      ({ name, deployments: [first] }): ListedModel => ({
        id: name,
        ownedBy: first?.provider ?? 'waybill',
        createdS: 0,
        contextWindow: first?.contextWindow ?? null,
        maxOutput: first?.maxOutput ?? null,
        price: first?.price ?? null,
      }),
    );
  const seen = new Set(configured.map(({ id }) => id));
  const published = input.credentials.flatMap(({ name: credential, provider }) =>
    facts.modelsOf(provider).flatMap((model): ListedModel[] => {
      const id = `${credential}/${model}`;
      if (seen.has(id)) return [];
      seen.add(id);
      return [{ id, ownedBy: provider, createdS: 0, contextWindow: null, maxOutput: null, price: null }];
    }),
  );
  return [...configured, ...published];
}
