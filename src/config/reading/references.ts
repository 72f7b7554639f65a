import { type ConfigurationNode, isList, isMapping, type Place, withValue } from './configuration-node.ts';
import type { Reading } from './reading.ts';

export type ReferenceRules = {
  readonly reading: Reading;
  /** Paths are relative to the file that names them. */
  readonly folderOf: (place: Place) => string;
  /** LiteLLM's `os.environ/NAME` counts as well, and what is unset is left to the reader instead of being a fault. */
  readonly litellm: boolean;
};

const REFERENCE = /\$\{([^}]*)\}/g;
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;
const LITELLM = /^os\.environ\/(.+)$/;

/** Puts in what `${NAME}`, `${NAME:-default}` and `${file:PATH}` stand for: in text only, once. */
export function resolveReferences(node: ConfigurationNode, rules: ReferenceRules): ConfigurationNode {
  if (isMapping(node.value)) {
    return withValue(node, new Map([...node.value].map(([key, child]) => [key, resolveReferences(child, rules)])));
  }
  if (isList(node.value))
    return withValue(
      node,
      node.value.map((child) => resolveReferences(child, rules)),
    );
  return typeof node.value === 'string' ? resolveText(node, node.value, rules) : node;
}

function resolveText(node: ConfigurationNode, text: string, rules: ReferenceRules): ConfigurationNode {
  const variable = rules.litellm ? LITELLM.exec(text)?.[1] : undefined;
  if (variable !== undefined) {
    const secret = rules.reading.secret(variable.trim());
    return { ...node, value: secret?.value ?? null, reference: { name: variable, unset: secret === null } };
  }
  if (!text.includes('${')) return node;
  let name: string | null = null;
  let unset: string | null = null;
  const value = text.replace(REFERENCE, (whole: string, inner: string) => {
    name ??= inner;
    const replaced = lookUp(inner, node.place, rules);
    if (replaced === null) unset ??= inner;
    return replaced ?? whole;
  });
  return name === null ? node : { ...node, value, reference: { name: unset ?? name, unset: unset !== null } };
}

function lookUp(inner: string, place: Place, rules: ReferenceRules): string | null {
  if (inner.startsWith('file:')) return readFile(inner.slice('file:'.length).trim(), place, rules);
  const [, name, fallback] = NAME.exec(inner) ?? [];
  if (name === undefined) {
    if (!rules.litellm)
      rules.reading.fault(place, `expected \${NAME}, \${NAME:-default} or \${file:PATH}, got \${${inner}}`);
    return null;
  }
  const value = rules.reading.secret(name)?.value ?? fallback ?? null;
  if (value === null && !rules.litellm) {
    rules.reading.fault(place, `the variable ${name} is not set: set it, or write \${${name}:-default}`);
  }
  return value;
}

function readFile(path: string, place: Place, rules: ReferenceRules): string | null {
  const read = rules.reading.readText(rules.reading.resolvePath(path, rules.folderOf(place)));
  if (read.ok) return read.text.trim();
  rules.reading.fault(place, `cannot read ${path}: ${read.reason}`);
  return null;
}
