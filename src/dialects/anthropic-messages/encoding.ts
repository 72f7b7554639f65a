import type { Warning } from '../../inference/index.ts';
import type { CalledTool } from '../dialect.ts';

/** What the making of one upstream request gathers besides its body. */
export type Encoding = {
  readonly warn: (field: string, message: string) => void;
  readonly warnings: ReadonlyMap<string, Warning>;
  readonly names: SentNames;
  readonly betas: Set<string>;
};

/** Names under which tools go upstream: by caller's key, and back. */
export type SentNames = { readonly byKey: Map<string, string>; readonly renamed: Map<string, CalledTool> };

/** One warning for a field, however often it occurs. */
export function openEncoding(): Encoding {
  const warnings = new Map<string, Warning>();
  const warn = (field: string, message: string): void => {
    if (!warnings.has(field)) warnings.set(field, { field, message });
  };
  return { warn, warnings, names: { byKey: new Map(), renamed: new Map() }, betas: new Set() };
}

const ODD = /[^a-zA-Z0-9_-]/g;
const MAX_NAME = 128;

/**
 * The name under which a tool goes upstream: `^[a-zA-Z0-9_-]{1,128}$` is all that Anthropic takes. A namespace becomes
 * part of it, as MCP clients do it; two that come to the same are numbered.
 */
export function sentName(names: SentNames, { name, namespace, kind }: CalledTool): string {
  const key = `${namespace ?? ''}\0${name}`;
  const known = names.byKey.get(key);
  if (known !== undefined) return known;
  const taken = new Set(names.byKey.values());
  const base = (namespace === null ? name : `${namespace}__${name}`).replace(ODD, '_').slice(0, MAX_NAME) || '_';
  let sent = base;
  for (let count = 2; taken.has(sent); count++) sent = `${base.slice(0, MAX_NAME - 4)}_${count}`;
  names.byKey.set(key, sent);
  if (sent !== name || kind !== 'function') names.renamed.set(sent, { name, namespace, kind });
  return sent;
}

/** A call's id in the letters that Anthropic takes; what is not one of them goes by its code, so that two stay two. */
export function sentId(id: string): string {
  return id.replace(ODD, (letter) => `_${letter.charCodeAt(0).toString(16)}`) || '_';
}
