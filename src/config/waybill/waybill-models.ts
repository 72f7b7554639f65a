import { nearestNames } from '../../std/index.ts';
import type { DeploymentConfiguration, ModelConfiguration, PriceConfiguration, Timeouts } from '../configuration.ts';
import { given } from '../draft.ts';
import { formatPlace, type NodePath, nearestNode, type Place } from '../reading/configuration-node.ts';
import type { Reading } from '../reading/reading.ts';
import type { CredentialBook } from '../settings/credential-book.ts';
import { cycleMessage, fallbackCycles } from '../settings/fallback-cycles.ts';
import type { WaybillModel } from './schema.ts';
import type { Validated } from './validate.ts';
import { readFacts } from './waybill-facts.ts';

type ModelMapping = Exclude<WaybillModel, string | readonly unknown[]>;
type DeploymentEntry = Exclude<ModelMapping['deployments'], string>[number];
type DeploymentMapping = Exclude<DeploymentEntry, string>;
type PriceEntry = Exclude<NonNullable<DeploymentMapping['price']>, 'free'>;

/** The models of a file of our own schema. */
export function readModels(
  validated: Validated,
  book: CredentialBook,
  reading: Reading,
): readonly ModelConfiguration[] {
  const models = Object.entries(validated.file.models ?? {}).map(([name, entry]) =>
    readModel(name, entry, validated, book, reading),
  );
  noticeUnknownFallbacks(models, reading);
  for (const cycle of fallbackCycles(models)) {
    const { node } = nearestNode(validated.node, ['models', cycle.names[0], 'fallbacks', cycle.cause]);
    reading.fault(node.place, cycleMessage(cycle));
  }
  return models;
}

function readModel(
  name: string,
  entry: WaybillModel,
  validated: Validated,
  book: CredentialBook,
  reading: Reading,
): ModelConfiguration {
  const place = (path: NodePath): Place => {
    const { node } = nearestNode(validated.node, ['models', name, ...path]);
    return path.length === 0 ? (node.keyPlace ?? node.place) : node.place;
  };
  if (name === '' || name.split('*').length > 2) reading.fault(place([]), 'expected a name with at most one *');
  const { model, items, path } = unfold(entry);
  const deployments = items.flatMap((item, index) => {
    const itemPath = path === null ? deepest(entry) : [...path, index];
    const at = nearestNode(validated.node, ['models', name, ...itemPath]).node.place;
    const usePlace = typeof item === 'string' ? at : place([...itemPath, 'use']);
    const use = splitUse(typeof item === 'string' ? item : item.use, name, usePlace, book, reading);
    return use === null ? [] : [readDeployment(use, typeof item === 'string' ? null : item, model, at)];
  });
  const fallbacks = given(model.fallbacks ?? {});
  return {
    name,
    deployments,
    fallbacks,
    discover: model.discover ?? false,
    hidden: model.hidden ?? false,
    accessGroups: model.access_groups ?? [],
    aliasOf: null,
    at: formatPlace(place([])),
  };
}

/** All forms of a model in one: what holds for all of its deployments, the deployments, and the way to them. */
function unfold(entry: WaybillModel): {
  model: Omit<ModelMapping, 'deployments'>;
  items: readonly DeploymentEntry[];
  /** null: a single one, not in a list. */
  path: NodePath | null;
} {
  if (typeof entry === 'string') return { model: {}, items: [entry], path: null };
  if (Array.isArray(entry)) return { model: {}, items: entry, path: [] };
  const { deployments, ...model } = entry as ModelMapping;
  if (typeof deployments === 'string') return { model, items: [deployments], path: null };
  return { model, items: deployments, path: ['deployments'] };
}

function deepest(entry: WaybillModel): NodePath {
  return typeof entry === 'string' ? [] : ['deployments'];
}

type Use = { readonly credential: string; readonly upstreamModel: string };

/** The credential is the first part of the path; an upstream name may hold slashes of its own. */
function splitUse(use: string, model: string, place: Place, book: CredentialBook, reading: Reading): Use | null {
  const slash = use.indexOf('/');
  const credential = use.slice(0, slash);
  const upstreamModel = use.slice(slash + 1);
  if (slash < 1 || upstreamModel === '') {
    reading.fault(place, `expected credential/upstream-model, got '${use}'`);
    return null;
  }
  const stars = upstreamModel.split('*').length - 1;
  if (stars > 1) reading.fault(place, `expected at most one * in '${upstreamModel}'`);
  else if (stars === 1 && !model.includes('*'))
    reading.fault(place, `expected a * in the model's name too: '${upstreamModel}' holds one`);
  const problem = book.require(credential);
  if (problem !== null) reading.fault(place, problem);
  return problem === null ? { credential, upstreamModel } : null;
}

function readDeployment(
  use: Use,
  own: DeploymentMapping | null,
  model: Omit<ModelMapping, 'deployments'>,
  at: Place,
): DeploymentConfiguration {
  const limits = { ...given(model.limits ?? {}), ...given(own?.limits ?? {}) };
  const price = own?.price ?? model.price;
  const facts = readFacts(own, model);
  const team = own?.team ?? model.team;
  return {
    ...use,
    baseModel: own?.base_model ?? model.base_model ?? null,
    priority: own?.priority ?? 1,
    weight: own?.weight ?? 1,
    ...(own?.tag_patterns === undefined ? {} : { tagPatterns: own.tag_patterns }),
    ...(team === undefined ? {} : { team }),
    ...(own?.retries === undefined ? {} : { retries: own.retries }),
    limits: {
      rpm: limits.rpm ?? null,
      tpm: limits.tpm ?? null,
      parallel: limits.parallel ?? null,
      ...(limits.wait === undefined ? {} : { waitMs: limits.wait }),
    },
    price: price === undefined ? null : readPrice(price),
    ...readTierPrices({ ...model.service_tiers, ...own?.service_tiers }),
    contextWindow: own?.context_window ?? model.context_window ?? null,
    maxOutput: own?.max_output ?? model.max_output ?? null,
    timeouts: { ...readTimeouts(model.timeouts), ...readTimeouts(own?.timeouts) },
    headers: { ...model.headers, ...own?.headers },
    ...(facts === null ? {} : { facts }),
    id: own?.id ?? null,
    at: formatPlace(at),
  };
}

function readTierPrices({
  flex,
  priority,
}: NonNullable<DeploymentMapping['service_tiers']>): Pick<DeploymentConfiguration, 'tierPrices'> {
  if (flex === undefined && priority === undefined) return {};
  return {
    tierPrices: {
      ...(flex === undefined ? {} : { flex: readPrice(flex) }),
      ...(priority === undefined ? {} : { priority: readPrice(priority) }),
    },
  };
}

function readPrice(price: 'free' | PriceEntry): PriceConfiguration {
  if (price === 'free') return 'free';
  return {
    ...basePrices(price),
    reasoning: price.reasoning ?? null,
    inputAudio: price.input_audio ?? null,
    outputAudio: price.output_audio ?? null,
    request: price.request ?? null,
    tiers: (price.tiers ?? []).map((tier) => ({ above: tier.above, ...basePrices(tier) })),
  };
}

type BasePrices = Pick<PriceEntry, 'input' | 'output' | 'cache_read' | 'cache_write'>;

function basePrices(price: BasePrices) {
  return {
    input: price.input ?? null,
    output: price.output ?? null,
    cacheRead: price.cache_read ?? null,
    cacheWrite: price.cache_write ?? null,
  };
}

export function readTimeouts(timeouts: DeploymentMapping['timeouts']): Partial<Timeouts> {
  return given({
    connectMs: timeouts?.connect,
    firstByteMs: timeouts?.first_byte,
    streamFirstByteMs: timeouts?.stream_first_byte,
    idleMs: timeouts?.idle,
    totalMs: timeouts?.total,
  });
}

/** A fallback may be any name of the catalog, so that a mistyped one is no fault; but nobody should learn of it at night. */
function noticeUnknownFallbacks(models: readonly ModelConfiguration[], reading: Reading): void {
  const names = new Set(models.map((model) => model.name));
  for (const model of models) {
    for (const [cause, targets] of Object.entries(model.fallbacks)) {
      for (const target of targets) {
        if (names.has(target) || target.includes('/')) continue;
        const [nearest] = nearestNames(target, names, 1);
        if (nearest === undefined || nearest.includes('*')) continue;
        reading.notices.push(
          `models.${model.name}.fallbacks.${cause} (${model.at}): '${target}' is not defined here; did you mean '${nearest}'?`,
        );
      }
    }
  }
}
