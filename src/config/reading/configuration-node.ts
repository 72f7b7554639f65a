/** Where something stands in a file; counted from 1. */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

export type ConfigurationScalar = string | number | boolean | null;
export type ConfigurationMapping = ReadonlyMap<string, ConfigurationNode>;
export type ConfigurationList = readonly ConfigurationNode[];

/** A value of a configuration file that still knows where it stands. */
export type ConfigurationNode = {
  readonly place: Place;
  /** null: an item of a list, or the document itself. */
  readonly keyPlace: Place | null;
  readonly value: ConfigurationScalar | ConfigurationList | ConfigurationMapping;
  /** Values in it, itself included: aliases make it larger than the text. */
  readonly size: number;
  /** What it was replaced by: such a value may be a secret and is in no message. `unset`: there was nothing to put in. */
  readonly reference: { readonly name: string; readonly unset: boolean } | null;
};

export type NodePath = readonly (string | number)[];

export function isMapping(value: ConfigurationNode['value']): value is ConfigurationMapping {
  return value instanceof Map;
}

export function isList(value: ConfigurationNode['value']): value is ConfigurationList {
  return Array.isArray(value);
}

export function mappingOf(node: ConfigurationNode | undefined | null): ConfigurationMapping {
  return node !== undefined && node !== null && isMapping(node.value) ? node.value : new Map();
}

export function listOf(node: ConfigurationNode | undefined | null): ConfigurationList {
  return node !== undefined && node !== null && isList(node.value) ? node.value : [];
}

/** A node of the same place with another value. */
export function withValue(node: ConfigurationNode, value: ConfigurationNode['value']): ConfigurationNode {
  return { ...node, value, size: sizeOf(value) };
}

export function sizeOf(value: ConfigurationNode['value']): number {
  let size = 1;
  if (isMapping(value)) for (const child of value.values()) size += child.size;
  else if (isList(value)) for (const child of value) size += child.size;
  return size;
}

/** The node at `path`, or the last one on the way there that exists. */
export function nearestNode(root: ConfigurationNode, path: NodePath): { node: ConfigurationNode; found: boolean } {
  let node = root;
  for (const step of path) {
    const child = isMapping(node.value) ? node.value.get(String(step)) : listOf(node)[Number(step)];
    if (child === undefined) return { node, found: false };
    node = child;
  }
  return { node, found: true };
}

/** Where a reader should look for it: a mapping is found by its key, a single value by itself. */
export function placeOf(node: ConfigurationNode): Place {
  return node.keyPlace !== null && (isMapping(node.value) || isList(node.value)) ? node.keyPlace : node.place;
}

export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}
