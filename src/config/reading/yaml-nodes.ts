import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { ConfigurationFault } from '../fault.ts';
import { type ConfigurationNode, isList, isMapping, type Place, sizeOf } from './configuration-node.ts';

const MAX_DEPTH = 50;
/** 20,000 models of 50 values; a few lines of aliases of aliases make billions. */
const MAX_SIZE = 1_000_000;

/** Turns the parser's nodes into ours, with aliases and merges put in. */
export class YamlNodes {
  readonly faults: ConfigurationFault[] = [];
  readonly #placeAt: (offset: number) => Place;
  /** An anchor enters when its value is complete: an alias inside its own anchor finds nothing. */
  readonly #anchors = new Map<string, ConfigurationNode>();

  constructor(placeAt: (offset: number) => Place) {
    this.#placeAt = placeAt;
  }

  convert(node: unknown, depth = 0, fallback: Place = this.#placeAt(0)): ConfigurationNode {
    const place = this.#place(node, fallback);
    if (depth > MAX_DEPTH) return this.#faulty(place, `expected at most ${MAX_DEPTH} levels`);
    const converted = this.#convert(node, depth, place);
    if (converted.size > MAX_SIZE) return this.#faulty(place, `expected at most ${MAX_SIZE} values, aliases put in`);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, converted);
    return converted;
  }

  #convert(node: unknown, depth: number, place: Place): ConfigurationNode {
    if (isMap(node)) return this.#mapping(node, depth, place);
    if (isSeq(node)) return this.#list(node, depth, place);
    if (isAlias(node)) {
      const anchored = this.#anchors.get(node.source);
      return anchored ?? this.#faulty(place, `there is no anchor &${node.source} before it`);
    }
    if (isScalar(node)) return this.#scalar(node, place);
    return leaf(place, null);
  }

  #mapping(map: YAMLMap, depth: number, place: Place): ConfigurationNode {
    const own = new Map<string, ConfigurationNode>();
    const merged: ConfigurationNode[] = [];
    for (const pair of map.items as readonly Pair[]) {
      const keyPlace = this.#place(pair.key, place);
      const value = this.convert(pair.value, depth + 1, keyPlace);
      const key = keyOf(pair.key);
      if (key === MERGE) merged.push(...this.#merged(value, keyPlace));
      else if (key === null) this.faults.push({ ...keyPlace, message: 'expected a key' });
      else own.set(key, { ...value, keyPlace });
    }
    for (const source of merged) {
      if (!isMapping(source.value)) continue;
      for (const [key, child] of source.value) if (!own.has(key)) own.set(key, child);
    }
    return { ...leaf(place, null), value: own, size: sizeOf(own) };
  }

  #list(list: YAMLSeq, depth: number, place: Place): ConfigurationNode {
    const items = list.items.map((item) => ({ ...this.convert(item, depth + 1, place), keyPlace: null }));
    return { ...leaf(place, null), value: items, size: sizeOf(items) };
  }

  #scalar(scalar: Scalar, place: Place): ConfigurationNode {
    const { value } = scalar;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return leaf(place, value);
    if (typeof value === 'number' && Number.isFinite(value)) return leaf(place, value);
    return leaf(place, scalar.source ?? String(value));
  }

  #merged(value: ConfigurationNode, keyPlace: Place): readonly ConfigurationNode[] {
    const sources = isList(value.value) ? value.value : [value];
    if (sources.every((source) => isMapping(source.value))) return sources;
    this.faults.push({ ...keyPlace, message: 'expected a mapping, or a list of them, to merge' });
    return [];
  }

  #faulty(place: Place, message: string): ConfigurationNode {
    this.faults.push({ ...place, message });
    return leaf(place, null);
  }

  #place(node: unknown, fallback: Place): Place {
    const range = (node as Partial<Node> | null)?.range;
    return range ? this.#placeAt(range[0]) : fallback;
  }
}

const MERGE = Symbol('<<');

function keyOf(key: unknown): string | typeof MERGE | null {
  if (!isScalar(key) || key.value === null) return null;
  if (typeof key.value === 'symbol') return MERGE;
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

function leaf(place: Place, value: string | number | boolean | null): ConfigurationNode {
  return { place, keyPlace: null, value, size: 1, reference: null };
}
