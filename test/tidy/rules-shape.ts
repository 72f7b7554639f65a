import { posix } from 'node:path';
import { productOf, type Source, type Violation } from './source.ts';

const LIMITS = { file: 400, function: 70, folder: 20, depth: 2, median: 80, p95: 250 };
/** Tables are long because the world is. */
const LONG_BY_NATURE = new Set(['src/providers/table.ts']);
const VAGUE = /^(utils?|helpers?|common|managers?|services?|handlers?|misc)$/;

export function fileSizes(sources: readonly Source[]): Violation[] {
  const remedy = `${LIMITS.file} at most: a second thing lives here, give it a file of its own`;
  return sources
    .filter(({ path, lineCount }) => lineCount > LIMITS.file && !LONG_BY_NATURE.has(path))
    .map(({ lineCount, says }) => says(0, `${lineCount} lines, ${remedy}`));
}

export function functionSizes(sources: readonly Source[]): Violation[] {
  const remedy = `${LIMITS.function} at most: give one of its steps a name, and call it`;
  return productOf(sources).flatMap(({ text, nodes, says }) =>
    nodes('FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression').flatMap(({ start, end }) => {
      const lines = text.slice(start, end).split('\n').length;
      return lines > LIMITS.function ? [says(start, `a function of ${lines} lines, ${remedy}`)] : [];
    }),
  );
}

/** Tests stand beside their file and are not counted. */
export function folderSizes(sources: readonly Source[]): Violation[] {
  const folders = Map.groupBy(productOf(sources), ({ path }) => posix.dirname(path));
  return [...folders]
    .filter(([, files]) => files.length > LIMITS.folder)
    .map(([at, files]) => ({
      at,
      message: `${files.length} files, ${LIMITS.folder} at most: a shelf is missing, a folder for one topic of them`,
    }));
}

export function depth(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ path }) => path.split('/').length - 2 > LIMITS.depth && !path.startsWith('src/store/migrations/'))
    .map(({ says }) => says(0, 'deeper than src/room/shelf/file.ts: move it up, or make it a room'));
}

export function names(sources: readonly Source[]): Violation[] {
  return sources.flatMap(({ path, says }) => {
    const parts = path.replace(/(\.test)?\.[jt]s$/, '').split('/');
    const odd = parts.filter((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part));
    const vague = parts.flatMap((part) => part.split('-')).filter((word) => VAGUE.test(word));
    return [
      ...odd.map((part) => says(0, `${part} is not kebab-case: rename it`)),
      ...vague.map((word) => says(0, `"${word}" says nothing: name the file after the one thing it exports`)),
    ];
  });
}

export function types(sources: readonly Source[]): Violation[] {
  return sources.flatMap(({ nodes, comments, says }) => [
    ...nodes('TSAnyKeyword').map(({ start }) => says(start, 'any: take unknown and narrow it, or name the type')),
    ...nodes('TSNonNullExpression').map(({ start }) => says(start, '!: deal with the case that it is missing')),
    ...nodes('VariableDeclarator', 'PropertyDefinition')
      .filter((node) => 'definite' in node && node.definite === true)
      .map(({ start }) => says(start, '!: give it a value where it is declared')),
    ...comments
      .filter(({ value }) => /@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(value))
      .map(({ start }) => says(start, 'a checker is silenced: repair what it complains about')),
  ]);
}

/**
 * V8 takes such a function for a method that stays and puts it into the old generation. Made for every call it keeps
 * all that it refers to alive until a full collection: a quarter of what was allocated, when one stood in the pipeline.
 */
export function setFunctions(sources: readonly Source[]): Violation[] {
  const remedy = 'give it a name and assign that, or pass it to a method';
  return productOf(sources).flatMap(({ nodes, says }) =>
    nodes('AssignmentExpression')
      .filter(({ left, right }) => left.type === 'MemberExpression' && /^(Arrow)?FunctionExpression$/.test(right.type))
      .map(({ start }) => says(start, `a function written down as the value of a property: ${remedy}`)),
  );
}

export function loose(sources: readonly Source[]): Violation[] {
  return sources.flatMap(({ errors, text, says }) => [
    ...errors.map((error) => says(0, `does not parse (${error}): repair it`)),
    ...Array.from(text.matchAll(/\b(?:TODO|FIXME)\b/g), ({ 0: word, index }) =>
      says(index, `${word}: do it now, or open an issue and leave no mark here`),
    ),
  ]);
}

function linesOf(sources: readonly Source[]): { median: number; p95: number; summary: string } {
  const counts = productOf(sources)
    .map(({ lineCount }) => lineCount)
    .sort((a, b) => a - b);
  const quantile = (part: number): number => counts[Math.max(0, Math.ceil(counts.length * part) - 1)] ?? 0;
  const [median, p95] = [quantile(0.5), quantile(0.95)];
  return { median, p95, summary: `${counts.length} files: median ${median} lines, p95 ${p95}, longest ${quantile(1)}` };
}

export function summary(sources: readonly Source[]): string {
  return linesOf(sources).summary;
}

export function proportions(sources: readonly Source[]): Violation[] {
  const { median, p95, summary } = linesOf(sources);
  if (median <= LIMITS.median && p95 <= LIMITS.p95) return [];
  const aim = `aim at a median of ${LIMITS.median} and a p95 of ${LIMITS.p95}, split the longest`;
  return [{ at: 'src', message: `${summary}: ${aim}` }];
}
