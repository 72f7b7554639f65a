import { globSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { type ConfigurationNode, formatPlace, isList, mappingOf, type Place } from './configuration-node.ts';
import type { Reading } from './reading.ts';
import { resolveReferences } from './references.ts';
import { parseYaml } from './yaml-document.ts';

/** A file that was read: its top level, still with references. */
export type SourceFile = { readonly path: string; readonly node: ConfigurationNode };

export type SourceFiles = {
  /** The main one first, each before those that it includes. */
  readonly files: readonly SourceFile[];
  /** The folder of the file in which something stands. */
  readonly folderOf: (place: Place) => string;
};

/** Reads a file and those it includes. What cannot be read is a fault, and the others are read all the same. */
export function readSourceFiles(path: string, reading: Reading): SourceFiles {
  const files: SourceFile[] = [];
  const folders = new Map<string, string>();
  const folderOf = (place: Place) => folders.get(place.file) ?? reading.cwd;
  const seen = new Set<string>();
  const read = (file: string, includedAt: Place | null, chain: readonly string[]): void => {
    const real = realPath(file);
    if (chain.includes(real)) reading.fault(includedAt, circle([...chain.slice(chain.indexOf(real)), real], reading));
    if (seen.has(real)) return;
    seen.add(real);
    folders.set(reading.display(file), dirname(file));
    const node = readNode(file, includedAt, reading);
    if (node === null) return;
    files.push({ path: file, node });
    for (const [next, place] of includesOf(node, reading, folderOf)) read(next, place, [...chain, real]);
  };
  read(path, null, []);
  return { files, folderOf };
}

function readNode(file: string, includedAt: Place | null, reading: Reading): ConfigurationNode | null {
  const content = reading.readText(file);
  if (!content.ok) {
    reading.fault(includedAt, `cannot read ${reading.display(file)}: ${content.reason}`);
    return null;
  }
  const parsed = parseYaml(reading.display(file), content.text);
  if (parsed.ok) return parsed.node;
  reading.faults.push(...parsed.faults);
  return null;
}

function circle(links: readonly string[], reading: Reading): string {
  return `the files include each other: ${links.map((link) => reading.display(link)).join(' -> ')}`;
}

function includesOf(root: ConfigurationNode, reading: Reading, folderOf: (place: Place) => string) {
  const include = mappingOf(root).get('include');
  if (include === undefined) return [];
  const items = isList(include.value) ? include.value : [include];
  return items.flatMap((item): [string, Place][] => {
    const { value } = resolveReferences(item, { reading, folderOf, litellm: false });
    if (typeof value !== 'string') return [];
    return matches(value, folderOf(item.place), reading).map((file) => [file, item.place]);
  });
}

/** A pattern may match nothing; a plain path must be there. */
function matches(pattern: string, folder: string, reading: Reading): readonly string[] {
  if (!/[*?[{]/.test(pattern)) return [reading.resolvePath(pattern, folder)];
  const found = globSync(pattern, { cwd: folder });
  return found.map((file) => (isAbsolute(file) ? file : resolve(folder, file))).sort();
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function twiceDefined(what: string, first: Place): string {
  return `${what} is already defined at ${formatPlace(first)}`;
}
