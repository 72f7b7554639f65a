import type { CalledTool } from './dialect.ts';

type Named = { readonly name: string; readonly namespace: string | null };

/**
 * A tool within a namespace for a dialect that has none: OpenAI's agents write `mcp__server__` as the namespace and
 * `tool` as the name, and know the two together as one name.
 */
export function flatToolName({ name, namespace }: Named): string {
  if (namespace === null) return name;
  return namespace.endsWith('__') ? namespace + name : `${namespace}__${name}`;
}

/** Names under which tools go upstream: by the caller's own, and back. */
export type SentNames = { readonly byKey: Map<string, string>; readonly renamed: Map<string, CalledTool> };

/** What an API takes for a name: no letter that is `odd`, and so many of them at `most`. */
export type NameRule = { readonly odd: RegExp; readonly most: number };

/** The name under which a tool goes upstream, with its namespace in it; two that come to the same are numbered. */
export function sentToolName(names: SentNames, tool: CalledTool, { odd, most }: NameRule): string {
  const { name, namespace, kind } = tool;
  const key = `${namespace ?? ''}\0${name}`;
  const known = names.byKey.get(key);
  if (known !== undefined) return known;
  const taken = new Set(names.byKey.values());
  const base = flatToolName(tool).replace(odd, '_').slice(0, most) || '_';
  let sent = base;
  for (let count = 2; taken.has(sent); count++) sent = `${base.slice(0, most - 4)}_${count}`;
  names.byKey.set(key, sent);
  if (sent !== name || kind !== 'function') names.renamed.set(sent, { name, namespace, kind });
  return sent;
}
