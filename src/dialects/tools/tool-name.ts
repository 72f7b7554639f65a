type Named = { readonly name: string; readonly namespace: string | null };

/**
 * A tool within a namespace for a dialect that has none: OpenAI's agents write `mcp__server__` as the namespace and
 * `tool` as the name, and know the two together as one name.
 */
export function flatToolName({ name, namespace }: Named): string {
  if (namespace === null) return name;
  return namespace.endsWith('__') ? namespace + name : `${namespace}__${name}`;
}

/** What an API takes for a tool's name: no letter that is `odd`, and so many of them at `most`. */
export type NameRule = { readonly odd: RegExp; readonly most: number };

export const ANY_NAME: NameRule = { odd: /(?!)/, most: Number.POSITIVE_INFINITY };
/** OpenAI's, Bedrock's. */
export const USUAL_NAMES: NameRule = { odd: /[^a-zA-Z0-9_-]/g, most: 64 };

/** The tool can go upstream under the name that the caller gave it. */
export function isSendable({ name, namespace }: Named, { odd, most }: NameRule): boolean {
  return namespace === null && name !== '' && name.length <= most && name.search(odd) === -1;
}

/**
 * The names under which tools go upstream, with their namespace in it. Those of `tools` that can keep their name do,
 * wherever they stand; others that come to the same are numbered.
 */
export function sentToolNames(tools: readonly Named[], rule: NameRule): (tool: Named) => string {
  const byKey = new Map<string, string>();
  const taken = new Map<string, number>();
  const sentName = (tool: Named): string => {
    const key = `${tool.namespace ?? ''}\0${tool.name}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const base = flatToolName(tool).replace(rule.odd, '_').slice(0, rule.most) || '_';
    const sent = unlikeOthers(taken, base, rule.most);
    byKey.set(key, sent);
    return sent;
  };
  for (const tool of tools) if (isSendable(tool, rule)) sentName(tool);
  return sentName;
}

/** `taken`: names in use, and how many others have come to the same. */
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
