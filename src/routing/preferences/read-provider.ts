import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { contradiction, isAbsent, malformed, objectOf, oneOf } from './malformed.ts';
import type { Cutoffs, MaxPrice, Preferences, SortBy } from './preferences.ts';
import { readFlag, readNames, readUsd, readWord } from './values.ts';

const MEMBERS = [
  'order',
  'only',
  'ignore',
  'allow_fallbacks',
  'require_parameters',
  'data_collection',
  'zdr',
  'enforce_distillable_text',
  'quantizations',
  'sort',
  'max_price',
  'preferred_min_throughput',
  'preferred_max_latency',
  'options',
] as const;

const SORTS: readonly SortBy[] = ['price', 'throughput', 'latency', 'exacto'];
const PARTITIONS = ['model', 'none'] as const;
const PERCENTILES = ['p50', 'p75', 'p90', 'p99'] as const;
const QUANTIZATIONS = [
  ...['int4', 'int8', 'fp4', 'mxfp4', 'nvfp4', 'fp6', 'fp8', 'mxfp8', 'fp16', 'bf16', 'fp32', 'unknown'],
] as const;

/** USD per million units are picodollars per unit at six places, USD per unit at twelve. */
const PRICES = { prompt: 6, completion: 6, request: 12, image: 12, audio: 12 } as const;
const PRICE_MEMBERS = Object.keys(PRICES);

export type ProviderPreferences = Pick<
  Preferences,
  | 'order'
  | 'only'
  | 'ignore'
  | 'allowFallbacks'
  | 'requireParameters'
  | 'denyDataCollection'
  | 'zeroDataRetention'
  | 'distillable'
  | 'quantizations'
  | 'sort'
  | 'partition'
  | 'maxPrice'
  | 'minThroughput'
  | 'maxLatencyS'
>;

/** OpenRouter's `provider` object. null: it is absent. Throws a GatewayError (400) that names the member. */
export function readProvider(value: unknown): ProviderPreferences | null {
  if (isAbsent(value)) return null;
  const given = objectOf(value, 'provider', MEMBERS);
  const places = readPlaces(given);
  refuseOptions(given['options']);
  const quantizations = readNames(given['quantizations'], 'provider.quantizations');
  for (const [index, word] of (quantizations ?? []).entries())
    readWord(word, `provider.quantizations[${index}]`, QUANTIZATIONS);
  return {
    ...places,
    ...readSort(given['sort']),
    allowFallbacks: flagOf(given, 'allow_fallbacks') ?? true,
    requireParameters: flagOf(given, 'require_parameters') ?? false,
    denyDataCollection: readWord(given['data_collection'], 'provider.data_collection', ['allow', 'deny']) === 'deny',
    zeroDataRetention: flagOf(given, 'zdr') ?? false,
    distillable: flagOf(given, 'enforce_distillable_text') ?? false,
    quantizations: quantizations === null || quantizations.length === 0 ? null : quantizations,
    maxPrice: readMaxPrice(given['max_price']),
    minThroughput: readCutoffs(
      given['preferred_min_throughput'],
      'provider.preferred_min_throughput',
      'tokens a second',
    ),
    maxLatencyS: readCutoffs(given['preferred_max_latency'], 'provider.preferred_max_latency', 'seconds'),
  };
}

function flagOf(given: JsonObject, member: (typeof MEMBERS)[number]): boolean | null {
  return readFlag(given[member], `provider.${member}`);
}

function readPlaces(given: JsonObject): Pick<Preferences, 'order' | 'only' | 'ignore'> {
  const [order, only, ignore] = (['order', 'only', 'ignore'] as const).map(
    (member) => readNames(given[member], `provider.${member}`)?.map((name) => name.toLowerCase()) ?? null,
  );
  if (only?.length === 0)
    throw contradiction('provider.only', 'is empty: it lets no provider through. Leave it out for all.');
  const ignored = ignore ?? [];
  for (const [path, names] of [
    ['provider.order', order ?? []],
    ['provider.only', only ?? []],
  ] as const) {
    const [twofold] = names.filter((name) => ignored.some((place) => covers(place, name)));
    if (twofold !== undefined) throw contradiction(path, `names '${twofold}', and 'provider.ignore' leaves it out.`);
  }
  const inOrder = order?.length === 0 ? null : (order ?? null);
  if (inOrder !== null && !isAbsent(only) && !inOrder.some((name) => only.some((place) => meet(place, name))))
    throw contradiction(
      'provider.order',
      "has nothing in common with 'provider.only': none of its providers may be used.",
    );
  return { order: inOrder, only: only ?? null, ignore: ignored };
}

/** A provider's name stands for all of its regions. */
function covers(place: string, name: string): boolean {
  return place === name || name.startsWith(`${place}/`);
}

function meet(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}

function readSort(value: unknown): Pick<Preferences, 'sort' | 'partition'> {
  const path = 'provider.sort';
  if (!isAbsent(value) && typeof value !== 'string' && !isJsonObject(value))
    throw malformed(path, `${oneOf(SORTS)}, or an object with 'by' and 'partition'`, value);
  if (!isJsonObject(value)) return { sort: readWord(value, path, SORTS), partition: 'model' };
  const { by, partition } = objectOf(value, path, ['by', 'partition']);
  return {
    sort: readWord(by, `${path}.by`, SORTS),
    partition: readWord(partition, `${path}.partition`, PARTITIONS) ?? 'model',
  };
}

function readMaxPrice(value: unknown): MaxPrice | null {
  if (isAbsent(value)) return null;
  const path = 'provider.max_price';
  const given = objectOf(value, path, PRICE_MEMBERS);
  const of = (unit: keyof typeof PRICES): bigint | null => readUsd(given[unit], `${path}.${unit}`, PRICES[unit]);
  return {
    input: of('prompt'),
    output: of('completion'),
    request: of('request'),
    image: of('image'),
    audio: of('audio'),
  };
}

/** A number alone is the median's. */
function readCutoffs(value: unknown, path: string, unit: string): Cutoffs | null {
  if (isAbsent(value)) return null;
  if (!isJsonObject(value))
    return { p50: cutoff(value, path, `${unit} as a number, or an object with ${oneOf(PERCENTILES)}`) };
  const given = objectOf(value, path, PERCENTILES);
  const known = PERCENTILES.filter((percentile) => !isAbsent(given[percentile]));
  if (known.length === 0) return null;
  return Object.fromEntries(
    known.map((percentile) => [percentile, cutoff(given[percentile], `${path}.${percentile}`, `${unit} as a number`)]),
  );
}

function cutoff(value: unknown, path: string, expected: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw malformed(path, expected, value);
  return value;
}

/** What is only for one provider, by provider. It travels inside `provider`, to those who route by it. */
function refuseOptions(value: unknown): void {
  if (isAbsent(value)) return;
  if (!isJsonObject(value)) throw malformed('provider.options', 'an object of objects, by provider', value);
  for (const [name, options] of Object.entries(value))
    if (!isJsonObject(options)) throw malformed(`provider.options.${name}`, 'an object', options);
}
