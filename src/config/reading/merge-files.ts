import { type ConfigurationNode, isList, isMapping, mappingOf, placeOf, withValue } from './configuration-node.ts';
import type { Reading } from './reading.ts';
import { twiceDefined } from './source-files.ts';

/** Sections whose entries are names: an entry is whole in one file. */
const NAMED = new Set([
  'credentials',
  'models',
  'organizations',
  'projects',
  'teams',
  'users',
  'customers',
  'tags',
  'keys',
]);
/** Sections that several files may add settings to, each setting once. */
const SHARED = new Set(['server', 'routing', 'network']);

/** Puts files of our own schema together. A name or a setting that two of them give is a fault that names both places. */
export function mergeFiles(files: readonly ConfigurationNode[], reading: Reading): ConfigurationNode {
  const [main, ...others] = files;
  if (main === undefined) throw new RangeError('expected at least one file');
  const merged = new Map(mappingOf(main));
  for (const file of others) {
    for (const [key, node] of mappingOf(file)) {
      if (key === 'include') continue;
      const first = merged.get(key);
      merged.set(key, first === undefined ? node : mergeSection(key, first, node, reading));
    }
  }
  return withValue(main, merged);
}

function mergeSection(
  key: string,
  first: ConfigurationNode,
  second: ConfigurationNode,
  reading: Reading,
): ConfigurationNode {
  if (first.value === null) return second;
  if (second.value === null || first.value === second.value || key.startsWith('x-')) return first;
  const mergeable = NAMED.has(key) || SHARED.has(key);
  if (!mergeable || !isMapping(first.value) || !isMapping(second.value)) {
    reading.fault(second.keyPlace ?? placeOf(second), twiceDefined(`'${key}'`, first.keyPlace ?? placeOf(first)));
    return first;
  }
  const merged = new Map(first.value);
  for (const [name, node] of second.value) {
    const earlier = merged.get(name);
    if (earlier === undefined) merged.set(name, node);
    else {
      const what = NAMED.has(key) ? `the ${key.slice(0, -1)} '${name}'` : `'${key}.${name}'`;
      reading.fault(node.keyPlace ?? placeOf(node), twiceDefined(what, earlier.keyPlace ?? placeOf(earlier)));
    }
  }
  return withValue(first, merged);
}

/** Puts LiteLLM files together as LiteLLM does: lists are joined, anything else of a later file replaces. */
export function mergeLitellmFiles(files: readonly ConfigurationNode[]): ConfigurationNode {
  const [main, ...others] = files;
  if (main === undefined) throw new RangeError('expected at least one file');
  const merged = new Map(mappingOf(main));
  for (const file of others) {
    for (const [key, node] of mappingOf(file)) {
      const first = merged.get(key);
      if (first !== undefined && isList(first.value) && isList(node.value)) {
        merged.set(key, withValue(first, [...first.value, ...node.value]));
      } else merged.set(key, node);
    }
  }
  return withValue(main, merged);
}
