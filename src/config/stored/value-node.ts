import { type ConfigurationNode, type Place, sizeOf } from '../reading/configuration-node.ts';

/** A value of JSON as if a file had held it, all of it at one place. */
export function valueNode(value: unknown, place: Place): ConfigurationNode {
  const read = contentOf(value, place);
  return { place, keyPlace: null, value: read, size: sizeOf(read), reference: null };
}

function contentOf(value: unknown, place: Place): ConfigurationNode['value'] {
  if (Array.isArray(value)) return value.map((each) => valueNode(each, place));
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, each]) => [key, valueNode(each, place)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
