type Named = { readonly name: string; readonly namespace: string | null };

/**
 * A tool within a namespace for a dialect that has none: OpenAI's agents write `mcp__server__` as the namespace and
 * `tool` as the name, and know the two together as one name.
 */
export function flatToolName({ name, namespace }: Named): string {
  if (namespace === null) return name;
  return namespace.endsWith('__') ? namespace + name : `${namespace}__${name}`;
}
