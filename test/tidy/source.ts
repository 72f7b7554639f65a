import { posix } from 'node:path';
import { type Node, parseSync, visitorKeys } from 'oxc-parser';

/** Where it is, what it is, and what to do instead. */
export type Violation = { readonly at: string; readonly message: string };

/** An import, a re-export, `import()` or an import type. `names`: the values it takes; `path`: null for packages. */
export type Import = {
  readonly specifier: string;
  readonly path: string | null;
  readonly names: readonly string[];
  readonly typeOnly: boolean;
  readonly offset: number;
};

/** A name that comes from outside the file: `fetch`, `process.env`, `new Date()`, `crypto.randomBytes`. */
export type Reference = { readonly name: string; readonly offset: number };

type NodeOf<T, N = Node> = N extends { type: infer U } ? (T & U extends never ? never : N) : never;

export type Source = {
  readonly path: string;
  /** The first folder below src; `main` for what lies in src itself. */
  readonly room: string;
  readonly text: string;
  readonly isTest: boolean;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  readonly references: readonly Reference[];
  readonly comments: readonly { readonly value: string; readonly start: number }[];
  readonly errors: readonly string[];
  readonly nodes: <T extends Node['type']>(...types: T[]) => readonly NodeOf<T>[];
  readonly says: (offset: number, message: string) => Violation;
};

export function parseSource(path: string, text: string): Source {
  const { program, module, comments, errors } = parseSync(path, text);
  const byType = new Map<string, Node[]>();
  walk(program, (node) => {
    const same = byType.get(node.type);
    if (same === undefined) byType.set(node.type, [node]);
    else same.push(node);
  });
  const nodes = <T extends Node['type']>(...types: T[]): readonly NodeOf<T>[] =>
    types.flatMap((type) => (byType.get(type) ?? []) as unknown as NodeOf<T>[]);
  const imports = importsOf(path, module, nodes);
  return {
    path,
    room: roomOf(path),
    text,
    // What tests share stands beside them and may do what they may; the rule `support` keeps it out of the product.
    isTest: /(\.test|-fixture|-for-test)\.ts$/.test(path),
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports,
    references: referencesOf(imports, module, nodes),
    comments,
    errors: errors.map(({ message }) => message),
    nodes,
    says: (offset, message) => ({ at: `${path}:${text.slice(0, offset).split('\n').length}`, message }),
  };
}

/** Children that are a thing's own name or a type's, not a variable; in brackets they are expressions. */
const NOT_A_VARIABLE: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  Property: 'key',
  MethodDefinition: 'key',
  PropertyDefinition: 'key',
  TSPropertySignature: 'key',
  TSMethodSignature: 'key',
  TSTypeReference: 'typeName',
};

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  for (const key of visitorKeys[node.type] ?? []) {
    if (key === NOT_A_VARIABLE[node.type] && fields['computed'] !== true) continue;
    for (const child of [fields[key]].flat()) if (child !== null && child !== undefined) walk(child as Node, visit);
  }
}

type Module = ReturnType<typeof parseSync>['module'];

function importsOf(path: string, module: Module, nodes: Source['nodes']): Import[] {
  const made = (specifier: string, names: string[], typeOnly: boolean, offset: number): Import => {
    const inside = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
    return { specifier, path: inside, names, typeOnly, offset };
  };
  const statements = [...module.staticImports, ...module.staticExports].flatMap((statement) => {
    const request = 'moduleRequest' in statement ? statement.moduleRequest : statement.entries[0]?.moduleRequest;
    if (request === null || request === undefined) return [];
    const values = statement.entries.filter(({ isType }) => !isType);
    const names = values.map(({ importName: { kind, name } }) => name ?? (kind === 'Default' ? 'default' : '*'));
    return [made(request.value, names, values.length === 0 && statement.entries.length > 0, statement.start)];
  });
  const calls = nodes('ImportExpression').map(({ source, start }) =>
    made(literal(source) ?? '?', ['import()'], false, start),
  );
  return [
    ...statements,
    ...calls,
    ...nodes('TSImportType').map((node) => made(node.source.value, [], true, node.start)),
  ];
}

function referencesOf(imports: readonly Import[], module: Module, nodes: Source['nodes']): Reference[] {
  const found = imports
    .filter(({ path, typeOnly }) => path === null && !typeOnly)
    .flatMap(({ specifier, names, offset }) =>
      (names.length === 0 ? ['import'] : names).map((name) => ({ name: `${bare(specifier)}.${name}`, offset })),
    );
  const wholeModules = new Map(
    module.staticImports.flatMap(({ moduleRequest, entries }) =>
      entries
        .filter(({ importName }) => importName.kind !== 'Name')
        .map(({ localName }) => [localName.value, bare(moduleRequest.value)] as const),
    ),
  );
  const nameOf = (node: Node): string | null => {
    if (node.type === 'Identifier') return wholeModules.get(node.name) ?? node.name;
    if (node.type !== 'MemberExpression') return null;
    const owner = nameOf(node.object);
    const member = node.computed ? literal(node.property) : 'name' in node.property ? node.property.name : null;
    if (owner === null || member === null) return null;
    return owner === 'globalThis' ? member : `${owner}.${member}`;
  };
  const builtins = builtinModules(nodes);
  for (const { module: name, names, offset } of builtins.values()) {
    found.push(...names.map((each) => ({ name: `${name}.${each}`, offset })));
  }
  const add = (name: string | null, { start }: Node): void => {
    if (name !== null) found.push({ name, offset: start });
  };
  for (const node of nodes('Identifier', 'MemberExpression')) if (!builtins.has(node)) add(nameOf(node), node);
  for (const node of nodes('NewExpression', 'CallExpression')) {
    const name = nameOf(node.callee);
    if (name === 'Date' && (node.type === 'CallExpression' || node.arguments.length === 0)) add('new Date()', node);
    if (name === 'Function') add('new Function', node);
  }
  for (const { id, init } of nodes('VariableDeclarator')) {
    const owner = init === null || id.type !== 'ObjectPattern' ? null : nameOf(init);
    for (const property of owner !== null && id.type === 'ObjectPattern' ? id.properties : []) {
      if (property.type === 'Property' && 'name' in property.key) add(`${owner}.${property.key.name}`, property);
    }
  }
  return found;
}

type Builtin = { readonly module: string; readonly names: readonly string[]; readonly offset: number };

/** `const { a, b } = process.getBuiltinModule('node:c')` is an import, by its callee; written otherwise it is none. */
function builtinModules(nodes: Source['nodes']): ReadonlyMap<Node, Builtin> {
  const found = new Map<Node, Builtin>();
  for (const { id, init, start: offset } of nodes('VariableDeclarator')) {
    if (id.type !== 'ObjectPattern' || init?.type !== 'CallExpression' || !isGetBuiltinModule(init.callee)) continue;
    const module = init.arguments[0] === undefined ? null : literal(init.arguments[0]);
    const names = id.properties.flatMap((property): string[] =>
      property.type === 'Property' && property.key.type === 'Identifier' ? [property.key.name] : [],
    );
    const isWhole = names.length === id.properties.length;
    if (module !== null && isWhole) found.set(init.callee, { module: bare(module), names, offset });
  }
  return found;
}

function isGetBuiltinModule(callee: Node): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  return callee.object.name === 'process' && 'name' in callee.property && callee.property.name === 'getBuiltinModule';
}

function bare(specifier: string): string {
  return specifier.replace(/^node:/, '');
}

/** The text of a literal string, or of a template without a hole. */
export function literal(node: Node): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? null;
  return null;
}

export function roomOf(path: string): string {
  const [, room = '', ...rest] = path.split('/');
  return rest.length === 0 ? 'main' : room;
}

export function productOf(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ isTest }) => !isTest);
}
