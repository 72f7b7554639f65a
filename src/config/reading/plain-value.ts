import { type ConfigurationNode, isList, isMapping } from './configuration-node.ts';

/** The value without its places. Objects have no prototype, so that `__proto__` is a key like any other. */
export function plainValue(node: ConfigurationNode): unknown {
  if (isMapping(node.value)) {
    const plain: Record<string, unknown> = Object.create(null);
    for (const [key, child] of node.value) plain[key] = plainValue(child);
    return plain;
  }
  return isList(node.value) ? node.value.map(plainValue) : node.value;
}
