import { posix } from 'node:path';
import type { Source, Violation } from './source.ts';

const LIMITS = { file: 400, function: 70, folder: 20, depth: 2, median: 80, p95: 250 };
/** Tables are long because the world is. */
const LONG_BY_NATURE = new Set(['src/providers/table.ts']);
const VAGUE = /^(utils?|helpers?|common|managers?|services?|handlers?|misc)$/;

export function fileSizes(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ path, lineCount }) => lineCount > LIMITS.file && !LONG_BY_NATURE.has(path))
    .map((source) => ({
      rule: 'file-sizes',
      at: source.at(0),
      message: `${source.lineCount} lines, ${LIMITS.file} at most: a second thing lives here, give it a file of its own`,
    }));
}

export function functionSizes(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ isTest }) => !isTest)
    .flatMap((source) =>
      source.nodes('FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression').flatMap((node) => {
        const lines = source.text.slice(node.start, node.end).split('\n').length;
        if (lines <= LIMITS.function) return [];
        const message = `a function of ${lines} lines, ${LIMITS.function} at most: name a step of it and call that`;
        return [{ rule: 'function-sizes', at: source.at(node.start), message }];
      }),
    );
}

/** Tests stand beside their file and are not counted. */
export function folderSizes(sources: readonly Source[]): Violation[] {
  const folders = new Map<string, number>();
  for (const { path, isTest } of sources) {
    const folder = posix.dirname(path);
    if (!isTest) folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  return [...folders]
    .filter(([, count]) => count > LIMITS.folder)
    .map(([folder, count]) => ({
      rule: 'folder-sizes',
      at: folder,
      message: `${count} files, ${LIMITS.folder} at most: a shelf (a folder by topic) is missing`,
    }));
}

export function depth(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ path }) => path.split('/').length - 2 > LIMITS.depth && !path.startsWith('src/store/migrations/'))
    .map((source) => ({
      rule: 'depth',
      at: source.at(0),
      message: `deeper than src/room/shelf/file.ts: move it up, or make it a room`,
    }));
}

export function names(sources: readonly Source[]): Violation[] {
  const found: Violation[] = [];
  for (const source of sources) {
    const parts = source.path.replace(/(\.test)?\.ts$/, '').split('/');
    const odd = parts.find((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part));
    const vague = parts.flatMap((part) => part.split('-')).find((word) => VAGUE.test(word));
    if (odd !== undefined) {
      found.push({ rule: 'names', at: source.at(0), message: `${odd} is not kebab-case: rename it` });
    }
    if (vague !== undefined) {
      const message = `"${vague}" says nothing: name the file after the one thing it exports`;
      found.push({ rule: 'names', at: source.at(0), message });
    }
  }
  return found;
}

export function types(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) => {
    const says = ({ start }: { start: number }, message: string): Violation => ({
      rule: 'types',
      at: source.at(start),
      message,
    });
    return [
      ...source.nodes('TSAnyKeyword').map((node) => says(node, 'any: use unknown and narrow it, or name the type')),
      ...source.nodes('TSNonNullExpression').map((node) => says(node, '!: handle the missing case, or assert it')),
      ...source
        .nodes('VariableDeclarator', 'PropertyDefinition')
        .filter((node) => 'definite' in node && node.definite === true)
        .map((node) => says(node, '!: give it a value where it is declared')),
      ...source.comments
        .filter(({ value }) => /@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(value))
        .map((node) => says(node, 'a silenced checker: fix what it says')),
    ];
  });
}

export function loose(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) => [
    ...source.errors.map((error) => ({ rule: 'loose', at: source.path, message: `does not parse (${error}): fix it` })),
    ...Array.from(source.text.matchAll(/\b(TODO|FIXME)\b/g), ({ 0: word, index }) => ({
      rule: 'loose',
      at: source.at(index),
      message: `${word}: do it now, or open an issue and leave no mark here`,
    })),
  ]);
}

/** Line counts of the product's files, and what is above the aim. */
export function proportions(sources: readonly Source[]): { readonly summary: string; readonly found: Violation[] } {
  const counts = sources
    .filter(({ isTest }) => !isTest)
    .map(({ lineCount }) => lineCount)
    .sort((a, b) => a - b);
  const quantile = (part: number): number => counts[Math.max(0, Math.ceil(counts.length * part) - 1)] ?? 0;
  const [median, p95] = [quantile(0.5), quantile(0.95)];
  const message = `files are too long on the whole (median ${median} of ${LIMITS.median}, p95 ${p95} of ${LIMITS.p95}): split the longest`;
  const found = median > LIMITS.median || p95 > LIMITS.p95 ? [{ rule: 'proportions', at: 'src', message }] : [];
  return { summary: `${counts.length} files, median ${median} lines, p95 ${p95}, longest ${quantile(1)}`, found };
}

export type Manifest = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** `architecture` is null while there is no such document. */
export function dependencies(manifest: Manifest, architecture: string | null): Violation[] {
  const found: Violation[] = [];
  const says = (message: string): void => void found.push({ rule: 'dependencies', at: 'package.json', message });
  for (const key of Object.keys(manifest)) {
    if (!/dependencies/i.test(key) || LISTS.includes(key)) continue;
    says(`${key} is no list we use: put it into ${LISTS.join(', ')}`);
  }
  for (const [name, version] of LISTS.flatMap((list) => Object.entries(manifest[list] ?? {}))) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) says(`${name} ${version}: pin one exact version`);
    if (architecture?.includes(`\`${name}\``) === false)
      says(`${name} has no sentence in ARCHITECTURE.md: say why it is here`);
  }
  return found;
}
