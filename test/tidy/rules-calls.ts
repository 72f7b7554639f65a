import { literal, roomOf, type Source, type Violation } from './source.ts';

/** Where decisions are made: no I/O, no clock, no randomness. Files that end in -store.ts speak to the database. */
const DECIDING = [/^src\/(dialects|metering)\//, /^src\/(routing|limits|ledger)\/(?!.*-store\.ts$)/];

const CLOCK = /^(Date\.now|new Date\(\)|performance\.now|perf_hooks\..*|process\.hrtime(\.bigint)?|process\.uptime)$/;
const RANDOM =
  /^(Math\.random|(crypto|webcrypto)\.(random\w*|getRandomValues|generateKey\w*|webcrypto(\.\w+)?|\*|default))$/;
const INPUT_OUTPUT = /^(fs|fs\/promises|net|tls|http|https|http2|dgram|dns|dns\/promises|undici|pg|sqlite)\./;
const NETWORK = /^(net|tls|http|https|http2|dgram|dns|dns\/promises|undici)\./;
/** What these modules give that touches no wire: an address is parsed, a constant read. */
const NO_WIRE = /^net\.(isIP|isIPv4|isIPv6|BlockList|SocketAddress)$|^http\.(STATUS_CODES|METHODS)$/;

type Ban = { readonly what: RegExp; readonly home: RegExp; readonly instead: string };

const SERVER = /^src\/http\/server\.ts$/;
const WIRE = /^src\/(providers\/transport[a-z-]*\.ts|network\/|store\/)/;

const BANS: readonly Ban[] = [
  {
    what: /^process\.env$/,
    home: /^src\/config\//,
    instead: 'only config reads the environment: add it to the configuration and take the value as an argument',
  },
  {
    what: CLOCK,
    home: /^src\/std\//,
    instead: 'only std reads the clock: take a Clock of src/std as an argument',
  },
  {
    what: RANDOM,
    home: /^src\/std\//,
    instead: 'only std makes ids and randomness: use randomId, randomText or random of src/std',
  },
  {
    what: /^(fetch|WebSocket|EventSource|XMLHttpRequest)$/,
    home: WIRE,
    instead: 'call upstreams through providers/transport.ts and everything else through network',
  },
  {
    what: /^(pg|sqlite)\./,
    home: /^src\/store\//,
    instead: 'only store opens databases: take a Database of src/store as an argument',
  },
  {
    what: /^http\.(\*|default|createServer|Server)$/,
    home: SERVER,
    instead: 'src/http/server.ts is the only server: give it a door',
  },
  {
    what: /^cluster\./,
    home: /^src\/([^/]+$|cli\/)/,
    instead: 'only the command line forks processes: take what you need as an argument',
  },
  {
    what: /^console$/,
    home: /^$/,
    instead: 'write through the Log of src/telemetry (commands: src/cli/output.ts)',
  },
  {
    what: /^(child_process|vm|repl|inspector)\.|^(eval|new Function|module\.createRequire|process\.getBuiltinModule|require)$/,
    home: /^$/,
    instead: 'the server runs no other program and no text as code: do it in TypeScript',
  },
];

export function homes(sources: readonly Source[]): Violation[] {
  const found = new Map<string, Violation>();
  for (const source of sources.filter(({ isTest }) => !isTest)) {
    for (const { name, offset } of source.references) {
      const at = source.at(offset);
      const ban = BANS.find(({ what, home }) => what.test(name) && !home.test(source.path)) ?? wireBan(source, name);
      if (ban !== undefined)
        found.set(at + ban.instead, { rule: 'homes', at, message: `${name} here: ${ban.instead}` });
    }
  }
  return [...found.values()];
}

function wireBan({ path }: Source, name: string): { readonly instead: string } | undefined {
  if (!NETWORK.test(name) || NO_WIRE.test(name) || WIRE.test(path)) return undefined;
  if (SERVER.test(path) && name.startsWith('http.')) return undefined;
  return { instead: 'call upstreams through providers/transport.ts and everything else through network' };
}

/** A room that decides answers the same to the same arguments. */
export function purity(sources: readonly Source[]): Violation[] {
  const found: Violation[] = [];
  for (const source of sources) {
    if (source.isTest || !DECIDING.some((pattern) => pattern.test(source.path))) continue;
    const says = (offset: number, what: string): void => {
      const message = `${what} in a file that decides: take the clock, the randomness or the data as an argument (I/O belongs in a *-store.ts)`;
      found.push({ rule: 'purity', at: source.at(offset), message });
    };
    for (const { name, offset } of source.references) {
      if ([CLOCK, RANDOM, INPUT_OUTPUT].some((pattern) => pattern.test(name)) && !NO_WIRE.test(name))
        says(offset, name);
    }
    for (const { path, names, typeOnly, offset } of source.imports) {
      if (path !== 'src/std/index.ts' || typeOnly) continue;
      const impure = names.filter((name) => /^(systemClock|random\w*|exchangeId)$/.test(name));
      if (impure.length > 0) says(offset, impure.join(', '));
    }
  }
  return found;
}

/** `tables` as the migrations create them. `store` keeps its own bookkeeping under its name like everyone else. */
export function tableOwners(sources: readonly Source[], tables: readonly string[]): Violation[] {
  const rooms = new Set(sources.map(({ path }) => roomOf(path)));
  const found: Violation[] = tables
    .filter((table) => !rooms.has(ownerOf(table)))
    .map((table) => {
      const message = `the table ${table} belongs to no room: begin its name with the room that owns it`;
      return { rule: 'table-owners', at: 'src/store/migrations', message };
    });
  if (tables.length === 0) return found;
  const name = new RegExp(`\\b(${[...tables].sort((a, b) => b.length - a.length).join('|')})(?=_|\\b)`, 'g');
  for (const source of sources.filter(({ isTest }) => !isTest)) {
    for (const node of source.nodes('Literal', 'TemplateElement')) {
      const text = node.type === 'TemplateElement' ? node.value.raw : typeof node.value === 'string' ? node.value : '';
      for (const table of new Set(Array.from(text.matchAll(name), ([match]) => match))) {
        if (ownerOf(table) === roomOf(source.path)) continue;
        const message = `${table} belongs to ${ownerOf(table)}: call a function of that room's index.ts`;
        found.push({ rule: 'table-owners', at: source.at(node.start), message });
      }
    }
  }
  return found;
}

function ownerOf(table: string): string {
  return table.slice(0, table.indexOf('_'));
}

export function tablesOf(sql: string): string[] {
  return Array.from(sql.matchAll(/CREATE TABLE\s+(?:IF NOT EXISTS\s+)?"?([a-z_0-9]+)/gi), ([, name]) => name ?? '');
}

/** The keys of the exported object of src/providers/table.ts; null while there is no such file. */
export function providerIdsOf(sources: readonly Source[]): readonly string[] | null {
  const table = sources.find(({ path }) => path === 'src/providers/table.ts');
  if (table === undefined) return null;
  return table.nodes('ExportNamedDeclaration').flatMap(({ declaration }) => {
    const init = declaration?.type === 'VariableDeclaration' ? declaration.declarations[0]?.init : undefined;
    let value = init;
    while (value?.type === 'TSSatisfiesExpression' || value?.type === 'TSAsExpression') value = value.expression;
    if (value?.type !== 'ObjectExpression') return [];
    return value.properties.flatMap((property) => {
      if (property.type !== 'Property') return [];
      const name = property.key.type === 'Identifier' ? property.key.name : literal(property.key);
      return name === null ? [] : [name];
    });
  });
}

export function providerNames(sources: readonly Source[], ids: readonly string[]): Violation[] {
  const known = new Set(ids);
  const found: Violation[] = [];
  for (const source of sources.filter(({ path, isTest }) => !isTest && roomOf(path) !== 'providers')) {
    for (const node of comparedWith(source)) {
      const text = literal(node)?.replace(/\/$/, '');
      if (text === undefined || !known.has(text)) continue;
      const message = `'${text}' is a provider's id: ask its row for a declared property, or declare one in provider-row.ts`;
      found.push({ rule: 'provider-names', at: source.at(node.start), message });
    }
  }
  return found;
}

type Expression = Parameters<typeof literal>[0];

/** What is compared in a file: by ===, in a case, or as (or in) the argument or list of a test for membership. */
function comparedWith(source: Source): Expression[] {
  const compared: Expression[] = [];
  for (const { operator, left, right } of source.nodes('BinaryExpression')) {
    if (/^[!=]==?$/.test(operator)) compared.push(left, right);
  }
  for (const { test } of source.nodes('SwitchCase')) if (test !== null) compared.push(test);
  for (const { callee, arguments: given } of source.nodes('CallExpression')) {
    if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') continue;
    if (!/^(includes|has|indexOf|startsWith|endsWith)$/.test(callee.property.name)) continue;
    compared.push(...given);
    const { object } = callee;
    if (object.type === 'ArrayExpression') compared.push(...object.elements.filter((element) => element !== null));
  }
  return compared;
}
