import { roomOf, type Source, type Violation } from './source.ts';

const GROUND = ['inference', 'store', 'network', 'std'];
const ROOMS = ['config', 'catalog', 'access', 'telemetry', 'conversation', 'cache', 'guardrails', 'ledger', 'limits'];
const STORY = [...ROOMS.slice(1), 'dialects', 'providers', 'metering', 'routing', ...GROUND];

/** What a room may import besides itself. A new entry is a decision: write it in decisions/ and ARCHITECTURE.md too. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | 'anything'>> = {
  std: [],
  config: ['std'],
  inference: ['std'],
  store: ['std'],
  network: ['std'],
  catalog: GROUND,
  access: GROUND,
  telemetry: GROUND,
  conversation: GROUND,
  cache: GROUND,
  guardrails: GROUND,
  ledger: ['store', 'std'],
  limits: ['ledger', 'inference', 'store', 'std'],
  dialects: ['inference', 'std'],
  providers: ['inference', 'network', 'std'],
  metering: ['inference', 'catalog', 'std'],
  routing: ['inference', 'catalog', 'store', 'std'],
  pipeline: STORY,
  administration: STORY,
  http: ['pipeline', 'administration', ...STORY],
  main: 'anything',
  cli: 'anything',
};

/** Imports that the table allows for their types alone. */
const TYPES_ONLY = new Set(['metering -> catalog']);

/** Rooms whose doors are opened one by one, and late: each shelf has an index.ts, and these files are doors too. */
const FURTHER_DOORS: Readonly<Record<string, RegExp>> = {
  http: /^src\/http\/(server|app|[a-z-]+\/index)\.ts$/,
};

export function importTable(sources: readonly Source[]): Violation[] {
  const found: Violation[] = [];
  for (const source of sources) {
    const room = roomOf(source.path);
    const allowed = MAY_IMPORT[room];
    if (allowed === undefined) {
      const message = `the room ${room} is unknown: move the file, or add the room to the import table and ARCHITECTURE.md`;
      found.push({ rule: 'import-table', at: source.at(0), message });
    }
    if (allowed === undefined || allowed === 'anything' || source.isTest) continue;
    for (const { path, specifier, typeOnly, offset } of source.imports) {
      if (specifier === '?') {
        const message = 'import() of a computed name hides what is imported: write the path as a literal';
        found.push({ rule: 'import-table', at: source.at(offset), message });
      }
      if (path === null) continue;
      const target = path.startsWith('src/') ? roomOf(path) : path;
      if (target === room) continue;
      if (!allowed.includes(target)) {
        const message = `${room} may not import ${target}: take it as an argument, and let pipeline (calls) or administration (everything else) introduce the two`;
        found.push({ rule: 'import-table', at: source.at(offset), message });
      } else if (!typeOnly && TYPES_ONLY.has(`${room} -> ${target}`)) {
        const message = `${room} may import types of ${target} only: use import type, and take values as arguments`;
        found.push({ rule: 'import-table', at: source.at(offset), message });
      }
    }
  }
  return found;
}

export function entrance(sources: readonly Source[]): Violation[] {
  const found: Violation[] = [];
  for (const source of sources.filter(({ isTest }) => !isTest)) {
    for (const { path, offset } of source.imports) {
      if (path === null || !path.startsWith('src/')) continue;
      const room = roomOf(path);
      if (room === roomOf(source.path) || room === 'main') continue;
      if (path === `src/${room}/index.ts` || FURTHER_DOORS[room]?.test(path) === true) continue;
      const message = `${path} is inside the room ${room}: import it from src/${room}/index.ts, which names what it gives`;
      found.push({ rule: 'entrance', at: source.at(offset), message });
    }
  }
  return found;
}

export function namedExports(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) =>
    source.nodes('ExportAllDeclaration').map(({ start }) => ({
      rule: 'named-exports',
      at: source.at(start),
      message: 'export * hides what a room gives: name the exports one by one',
    })),
  );
}

/** Groups of files that reach each other (Tarjan), types and tests included. */
export function cycles(sources: readonly Source[]): Violation[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: Violation[] = [];
  const visit = (source: Source): number => {
    let low = order.size;
    const own = low;
    order.set(source.path, own);
    stack.push(source.path);
    let reachesItself = false;
    for (const { path } of source.imports) {
      const target = path === null ? undefined : byPath.get(path);
      if (target === undefined) continue;
      reachesItself ||= target === source;
      const seen = order.get(target.path);
      if (seen === undefined) low = Math.min(low, visit(target));
      else if (stack.includes(target.path)) low = Math.min(low, lowest.get(target.path) ?? seen, seen);
    }
    lowest.set(source.path, low);
    if (low !== own) return low;
    const group = stack.splice(stack.indexOf(source.path));
    if (group.length > 1 || reachesItself) {
      const message = `import cycle of ${group.join(', ')}: move what they share into a file that imports neither`;
      found.push({ rule: 'cycles', at: source.at(0), message });
    }
    return low;
  };
  for (const source of sources) if (!order.has(source.path)) visit(source);
  return found;
}

/** Files that no product file imports. Tests, what lies in src itself and the entries of threads are roots. */
export function orphans(sources: readonly Source[]): Violation[] {
  const reached = new Set<string>();
  for (const source of sources.filter(({ isTest }) => !isTest)) {
    for (const { path } of source.imports) if (path !== null && path !== source.path) reached.add(path);
    for (const [, entry] of source.text.matchAll(/new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g)) {
      reached.add(new URL(entry ?? '', `file:///${source.path}`).pathname.slice(1));
    }
  }
  return sources
    .filter(({ path, isTest }) => !isTest && roomOf(path) !== 'main' && !reached.has(path))
    .map((source) => ({
      rule: 'orphans',
      at: source.at(0),
      message: 'no file of the product imports this one: use it, delete it, or call it x-fixture.ts if tests share it',
    }));
}

export function support(sources: readonly Source[]): Violation[] {
  const tests = new Set(sources.filter(({ isTest }) => isTest).map(({ path }) => path));
  return sources
    .filter(({ isTest }) => !isTest)
    .flatMap((source) =>
      source.imports
        .filter(({ path }) => path !== null && (tests.has(path) || !path.startsWith('src/')))
        .map(({ path, offset }) => ({
          rule: 'support',
          at: source.at(offset),
          message: `${path} is no part of the product: move what is needed into a file of its own under src`,
        })),
    );
}

export function publishers(sources: readonly Source[]): Violation[] {
  const may = /^src\/(pipeline|administration|telemetry)\/|^src\/[^/]+$|^src\/cli\//;
  const message = 'rooms return facts: return it, and let pipeline or administration publish the event';
  return sources
    .filter(({ path, isTest }) => !isTest && !may.test(path))
    .flatMap((source) => [
      ...source.imports
        .filter(({ path, names }) => path === 'src/telemetry/index.ts' && names.some((name) => /publish/i.test(name)))
        .map(({ offset }) => ({ rule: 'publishers', at: source.at(offset), message })),
      ...source
        .nodes('CallExpression')
        .filter(({ callee }) => callee.type === 'MemberExpression' && 'name' in callee.property)
        .filter(({ callee }) => /\.publish$/.test(source.text.slice(callee.start, callee.end)))
        .map(({ start }) => ({ rule: 'publishers', at: source.at(start), message })),
    ]);
}
