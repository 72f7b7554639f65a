import { literal, productOf, type Source, type Violation } from './source.ts';

/** Where decisions are made. Files of these rooms that end in -store.ts speak to the database. */
const DECIDING = [/^src\/(dialects|metering)\//, /^src\/(routing|limits|ledger)\/(?!.*-store\.ts$)/];

const CLOCK = /^(Date\.now|new Date\(\)|Temporal\.Now|performance\.\w+|perf_hooks\..+|process\.(hrtime|uptime))$/;
const RANDOM = /^(Math\.random|(crypto\.|crypto\.webcrypto\.)(random\w*|getRandomValues|generateKey\w*|import\(\)))$/;
const NETWORK = /^(net|tls|https?|http2|dgram|dns|undici)[./]|^(fetch|new WebSocket|EventSource)$/;
/** What these modules have that touches no wire. */
const NO_WIRE = /^net\.(isIP(v4|v6)?|BlockList|SocketAddress)$|^http\.(STATUS_CODES|METHODS)$/;
const DATABASE = /^(pg|sqlite)[./]/;
const FILES = /^fs[./]/;
const SERVER = /^(net|tls|https?|http2)\.(createServer|createSecureServer|Server|import\(\))$/;
const CODE = /^(child_process|vm)[./]|^(eval|new Function|require|module\.createRequire|process\.getBuiltinModule)$/;
/** What std gives that reads the clock or is random. */
const IMPURE_STD = /^(systemClock|random\w*|exchangeId)$/;

/** The server, its HTTP/2 half, and the probe that tells whether one could listen. */
const DOOR = /^src\/(http\/server(-http2)?|network\/port)\.ts$/;
const NOWHERE = /^$/;

type Ban = { readonly what: RegExp; readonly home: RegExp; readonly instead: string };

/** The first row that fits a name decides. */
const BANS: readonly Ban[] = [
  {
    what: /^process\.env$/,
    home: /^src\/config\//,
    instead: 'only config reads the environment; take the value from the configuration, as an argument',
  },
  { what: CLOCK, home: /^src\/std\//, instead: 'only std reads the clock; take a Clock as an argument' },
  { what: RANDOM, home: /^src\/std\//, instead: 'only std is random; use randomId, randomText or random of src/std' },
  { what: SERVER, home: DOOR, instead: 'src/http/server.ts is the only server; give it a door' },
  { what: NO_WIRE, home: /./, instead: '' },
  {
    what: NETWORK,
    home: /^src\/((network|store)\/.*|http\/server(-http2)?\.ts)$/,
    instead: 'network opens every socket; upstreams are called through providers/transport.ts',
  },
  { what: DATABASE, home: /^src\/store\//, instead: 'only store opens databases; take a Database as an argument' },
  {
    what: /^cluster[./]/,
    home: /^src\/(cli\/.*|[^/]+)$/,
    instead: 'only the command line has workers; take what you need as an argument',
  },
  { what: /^console$/, home: NOWHERE, instead: 'write to the Log of src/telemetry (commands: src/cli/output.ts)' },
  { what: CODE, home: NOWHERE, instead: 'the server runs no other program and no text as code; say it in TypeScript' },
];

export function homes(sources: readonly Source[]): Violation[] {
  return productOf(sources).flatMap(({ path, references, says }) =>
    references.flatMap(({ name, offset }) => {
      const ban = BANS.find(({ what }) => what.test(name));
      return ban === undefined || ban.home.test(path) ? [] : [says(offset, `${name}: ${ban.instead}`)];
    }),
  );
}

/** A file that decides answers the same to the same arguments. */
export function purity(sources: readonly Source[]): Violation[] {
  const deciding = productOf(sources).filter(({ path }) => DECIDING.some((pattern) => pattern.test(path)));
  const remedy = 'in a file that decides; take the time, the number or the data as an argument (SQL: a *-store.ts)';
  return deciding.flatMap(({ imports, references, says }) => [
    ...references
      .filter(({ name }) => [CLOCK, RANDOM, NETWORK, DATABASE, FILES, CODE].some((pattern) => pattern.test(name)))
      .filter(({ name }) => !NO_WIRE.test(name))
      .map(({ name, offset }) => says(offset, `${name} ${remedy}`)),
    ...imports
      .filter(({ path, names }) => path === 'src/std/index.ts' && names.some((name) => IMPURE_STD.test(name)))
      .map(({ names, offset }) => says(offset, `${names.join(', ')} ${remedy}`)),
  ]);
}

/** `tables` as the migrations create them; a table's name begins with its owner's. */
export function tableOwners(sources: readonly Source[], tables: readonly string[]): Violation[] {
  if (tables.length === 0) return [];
  const rooms = new Set(sources.map(({ room }) => room));
  const ownerOf = (table: string): string => table.slice(0, Math.max(0, table.indexOf('_')));
  const longestFirst = [...tables].sort((a, b) => b.length - a.length).join('|');
  const word = new RegExp(`\\b(?:${longestFirst})(?=_|\\b)`, 'g');
  const ownerless = tables
    .filter((table) => !rooms.has(ownerOf(table)))
    .map((table) => ({ at: 'src/store/migrations', message: `${table}: begin its name with the room that owns it` }));
  const misplaced = productOf(sources).flatMap(({ room, nodes, says }) =>
    nodes('Literal', 'TemplateElement').flatMap((node) => {
      const text = node.type === 'TemplateElement' ? node.value.raw : literal(node);
      const foreign = new Set(text?.match(word)?.filter((table) => ownerOf(table) !== room));
      return Array.from(foreign, (table) =>
        says(node.start, `the table ${table} belongs to ${ownerOf(table)}: call a function of that room's index.ts`),
      );
    }),
  );
  return [...ownerless, ...misplaced];
}

export function tablesOf(sql: string): string[] {
  return Array.from(sql.matchAll(/CREATE TABLE\s+(?:IF NOT EXISTS\s+)?"?(\w+)/gi), ([, name = '']) => name);
}

/** The keys of the object that src/providers/table.ts exports; null while there is no such file. */
export function providerIdsOf(sources: readonly Source[]): readonly string[] | null {
  const table = sources.find(({ path }) => path === 'src/providers/table.ts');
  if (table === undefined) return null;
  return table.nodes('ExportNamedDeclaration').flatMap(({ declaration }) => {
    let value = declaration?.type === 'VariableDeclaration' ? declaration.declarations[0]?.init : undefined;
    while (value?.type === 'TSSatisfiesExpression' || value?.type === 'TSAsExpression') value = value.expression;
    if (value?.type !== 'ObjectExpression') return [];
    return value.properties.flatMap((property) => {
      if (property.type !== 'Property') return [];
      return property.key.type === 'Identifier' ? property.key.name : (literal(property.key) ?? []);
    });
  });
}

export function providerNames(sources: readonly Source[], ids: readonly string[]): Violation[] {
  const remedy = 'ask its row for a declared property, or declare one in src/providers/provider-row.ts';
  return productOf(sources)
    .filter(({ room }) => room !== 'providers')
    .flatMap((source) =>
      comparedIn(source).flatMap((node) => {
        const id = literal(node)?.replace(/\/$/, '') ?? '';
        return ids.includes(id) ? [source.says(node.start, `'${id}' is a provider's id: ${remedy}`)] : [];
      }),
    );
}

type Compared = Parameters<typeof literal>[0];

/** What is compared: by ===, as a case, or as an argument or an element of a list in a test for membership. */
function comparedIn({ nodes }: Source): Compared[] {
  const sides = nodes('BinaryExpression')
    .filter(({ operator }) => /^[!=]==?$/.test(operator))
    .flatMap(({ left, right }): Compared[] => [left, right]);
  const cases = nodes('SwitchCase').flatMap(({ test }) => test ?? []);
  const members = nodes('CallExpression').flatMap(({ callee, arguments: given }): Compared[] => {
    if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
    if (!/^(includes|has|indexOf|startsWith|endsWith)$/.test(callee.property.name)) return [];
    const list = callee.object.type === 'NewExpression' ? callee.object.arguments[0] : callee.object;
    const elements = list?.type === 'ArrayExpression' ? list.elements.filter((element) => element !== null) : [];
    return [...given, ...elements];
  });
  return [...sides, ...cases, ...members];
}
