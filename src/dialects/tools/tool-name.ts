import type { CalledTool } from '../dialect.ts';

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
export type SentNames = {
  readonly byKey: Map<string, string>;
  readonly renamed: Map<string, CalledTool>;
  /** Names in use, and how many others have come to the same. */
  readonly taken: Map<string, number>;
};

export function noNames(): SentNames {
  return { byKey: new Map(), renamed: new Map(), taken: new Map() };
}

/** What an API takes for a name: no letter that is `odd`, and so many of them at `most`. */
export type NameRule = { readonly odd: RegExp; readonly most: number };

/** The name under which a tool goes upstream, with its namespace in it; two that come to the same are numbered. */
export function sentToolName(names: SentNames, tool: CalledTool, { odd, most }: NameRule): string {
  const { name, namespace, kind } = tool;
  const key = `${namespace ?? ''}\0${name}`;
  const known = names.byKey.get(key);
  if (known !== undefined) return known;
  const base = flatToolName(tool).replace(odd, '_').slice(0, most) || '_';
  const sent = unlikeOthers(names.taken, base, most);
  names.byKey.set(key, sent);
  if (sent !== name || kind !== 'function') names.renamed.set(sent, { name, namespace, kind });
  return sent;
}

function unlikeOthers(taken: Map<string, number>, base: string, most: number): string {
  let sent = base;
  let count = taken.get(base) ?? 0;
  while (taken.has(sent)) {
    const number = `_${++count + 1}`;
    sent = base.slice(0, most - number.length) + number;
  }
  if (count > 0) taken.set(base, count);
  taken.set(sent, 0);
  return sent;
}
