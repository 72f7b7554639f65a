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

/** Names under which the tools of one request go upstream: by caller's key, and back. */
export type SentNames = {
  readonly maxLength: number;
  readonly byKey: Map<string, string>;
  readonly renamed: Map<string, CalledTool>;
};

export function openSentNames(maxLength: number): SentNames {
  return { maxLength, byKey: new Map(), renamed: new Map() };
}

/** Letters, digits, `_` and `-` are all that Anthropic and Bedrock take. */
const ODD = /[^a-zA-Z0-9_-]/g;

/** The name under which a tool goes upstream. Two that come to the same are numbered. */
export function sentName(names: SentNames, { name, namespace, kind }: CalledTool): string {
  const { maxLength, byKey, renamed } = names;
  const key = `${namespace ?? ''}\0${name}`;
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const taken = new Set(byKey.values());
  const base = flatToolName({ name, namespace }).replace(ODD, '_').slice(0, maxLength) || '_';
  let sent = base;
  for (let count = 2; taken.has(sent); count++) sent = `${base.slice(0, maxLength - 4)}_${count}`;
  byKey.set(key, sent);
  if (sent !== name || kind !== 'function') renamed.set(sent, { name, namespace, kind });
  return sent;
}

/** A choice names no namespace: the tool that bears the name is meant. */
export function sentChoice(names: SentNames, name: string): string {
  for (const [sent, called] of names.renamed) if (called.name === name) return sent;
  return name;
}

/** A call's id in the same letters; what is not one of them goes by its code, so that two stay two. */
export function sentId(id: string): string {
  return id.replace(ODD, (letter) => `_${letter.charCodeAt(0).toString(16)}`) || '_';
}
