import { productOf, roomOf, type Source, type Violation } from './source.ts';

const GROUND = ['inference', 'store', 'network', 'std'];
const KEEPERS = ['catalog', 'access', 'telemetry', 'conversation', 'cache', 'guardrails'];
const STORY = [...KEEPERS, 'ledger', 'limits', 'dialects', 'providers', 'metering', 'routing', ...GROUND];

/** What a room may import besides itself. A new entry is a decision: write it in decisions/ and ARCHITECTURE.md too. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | 'anything'>> = {
  std: [],
  config: ['std'],
  inference: ['std'],
  store: ['std'],
  network: ['std'],
  ...Object.fromEntries(KEEPERS.map((room) => [room, GROUND])),
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
  composition: 'anything',
  cli: 'anything',
};

/** Imports that the table allows for their types alone. */
const TYPES_ONLY = new Set(['metering -> catalog']);

/** Doors beside index.ts: what is opened late, or by a thread that must not load the rest of the room. */
const FURTHER_DOORS: Readonly<Record<string, RegExp>> = {
  administration: /^src\/administration\/moving-in\/index\.ts$/,
  catalog: /^src\/catalog\/price-version-store\.ts$/,
  http: /^src\/http\/(server|app|route-group|[a-z-]+\/(index|routes))\.ts$/,
  pipeline: /^src\/pipeline\/drain\.ts$/,
};

export function importTable(sources: readonly Source[]): Violation[] {
  return productOf(sources).flatMap(({ room, imports, says }) => {
    const allowed = MAY_IMPORT[room];
    if (allowed === undefined) {
      return [says(0, `the room ${room} is unknown: move the file, or add the room to the table and ARCHITECTURE.md`)];
    }
    return imports.flatMap(({ path, specifier, typeOnly, offset }) => {
      if (specifier === '?') return [says(offset, 'import() of a computed name: write the path as a literal')];
      const target = path === null ? room : roomOf(path);
      if (target === room || allowed === 'anything') return [];
      if (!allowed.includes(target)) {
        const remedy =
          'take it as an argument; pipeline (calls) or administration (everything else) introduces the two';
        return [says(offset, `${room} may not import ${target}: ${remedy}`)];
      }
      if (typeOnly || !TYPES_ONLY.has(`${room} -> ${target}`)) return [];
      return [says(offset, `${room} may import types of ${target} only: import type, and take values as arguments`)];
    });
  });
}

export function entrance(sources: readonly Source[]): Violation[] {
  return productOf(sources).flatMap((source) =>
    source.imports.flatMap(({ path, offset }) => {
      const room = path?.startsWith('src/') ? roomOf(path) : 'main';
      if (room === 'main' || room === source.room || path === `src/${room}/index.ts`) return [];
      if (FURTHER_DOORS[room]?.test(path ?? '') === true) return [];
      return [source.says(offset, `${path} is inside the room ${room}: import src/${room}/index.ts and name it there`)];
    }),
  );
}

export function namedExports(sources: readonly Source[]): Violation[] {
  return sources.flatMap(({ nodes, says }) =>
    nodes('ExportAllDeclaration').map(({ start }) => says(start, 'export *: name what is exported one by one')),
  );
}

/** Groups of files that reach each other (Tarjan's algorithm), types and tests included. */
export function cycles(sources: readonly Source[]): Violation[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const order = new Map<string, number>();
  const stack: string[] = [];
  const found: Violation[] = [];
  const visit = (source: Source): number => {
    const own = order.size;
    let lowest = own;
    let toItself = false;
    order.set(source.path, own);
    stack.push(source.path);
    for (const { path } of source.imports) {
      const target = byPath.get(path ?? '');
      if (target === undefined) continue;
      toItself ||= target === source;
      const seen = order.get(target.path);
      if (seen === undefined) lowest = Math.min(lowest, visit(target));
      else if (stack.includes(target.path)) lowest = Math.min(lowest, seen);
    }
    if (lowest < own) return lowest;
    const group = stack.splice(stack.indexOf(source.path));
    if (group.length > 1 || toItself) {
      const remedy = 'move what they share into a file that imports none of them';
      found.push(source.says(0, `import cycle of ${group.join(', ')}: ${remedy}`));
    }
    return lowest;
  };
  for (const source of sources) if (!order.has(source.path)) visit(source);
  return found;
}

/** Files that the product never imports. What lies in src itself and the entries of threads are roots. */
export function orphans(sources: readonly Source[]): Violation[] {
  const product = productOf(sources);
  const reached = new Set<string | null>();
  for (const { path: from, imports, text } of product) {
    for (const { path } of imports) if (path !== from) reached.add(path);
    for (const [, entry = ''] of text.matchAll(/new URL\('(\.[^']+\.[jt]s)', import\.meta\.url\)/g)) {
      reached.add(new URL(entry, `file:///${from}`).pathname.slice(1));
    }
  }
  return product
    .filter(({ path, room }) => room !== 'main' && !reached.has(path))
    .map(({ says }) => says(0, 'no file of the product imports this: use it, delete it, or name it x-fixture.ts'));
}

/** The product imports neither tests nor what tests share. */
export function support(sources: readonly Source[]): Violation[] {
  const tests = new Set<string | null>(sources.filter(({ isTest }) => isTest).map(({ path }) => path));
  return productOf(sources).flatMap(({ imports, says }) =>
    imports
      .filter(({ path }) => tests.has(path) || path?.startsWith('src/') === false)
      .map(({ path, offset }) => says(offset, `${path} is no part of the product: move what is needed into src`)),
  );
}

export function publishers(sources: readonly Source[]): Violation[] {
  const may = new Set(['pipeline', 'administration', 'telemetry', 'main', 'composition', 'cli']);
  const remedy = 'rooms return facts: return it, and let pipeline or administration publish the event';
  return productOf(sources)
    .filter(({ room }) => !may.has(room))
    .flatMap(({ imports, references, says }) => [
      ...imports
        .filter(({ path, names }) => path === 'src/telemetry/index.ts' && names.some((name) => /publish/i.test(name)))
        .map(({ offset }) => says(offset, remedy)),
      ...references.filter(({ name }) => name.endsWith('.publish')).map(({ offset }) => says(offset, remedy)),
    ]);
}
