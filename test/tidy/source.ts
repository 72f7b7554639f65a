import { posix } from 'node:path';
import { type Node, parseSync, visitorKeys } from 'oxc-parser';

/** One thing that a rule found: where, what, and what to do instead. */
export type Violation = { readonly rule: string; readonly at: string; readonly message: string };

/** One import, re-export, `import()` or import type. `names` are what it takes from there; `path` is null for packages. */
export type Import = {
  readonly specifier: string;
  readonly path: string | null;
  readonly names: readonly string[];
  readonly typeOnly: boolean;
  readonly offset: number;
};

/** A name that stands for something outside the file: `fetch`, `process.env`, `new Date()`, `crypto.randomBytes`. */
export type Reference = { readonly name: string; readonly offset: number };

export type Source = {
  readonly path: string;
  readonly text: string;
  readonly isTest: boolean;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  readonly references: readonly Reference[];
  readonly comments: readonly { readonly value: string; readonly start: number }[];
  readonly errors: readonly string[];
  readonly nodes: <T extends Node['type']>(...types: T[]) => readonly NodeOf<T>[];
  readonly at: (offset: number) => string;
};

type NodeOf<T, N = Node> = N extends { type: infer U } ? (T & U extends never ? never : N) : never;

/** Nodes whose `key` or `property` is a name of the thing itself, not a variable, unless in brackets. */
const NAMED_BY: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  Property: 'key',
  MethodDefinition: 'key',
  PropertyDefinition: 'key',
  AccessorProperty: 'key',
  TSPropertySignature: 'key',
  TSMethodSignature: 'key',
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
    text,
    // A fixture stands beside the tests that share it, and may do what they may; no product file imports it (rule `support`).
    isTest: /(\.test|-fixture|-for-test)\.ts$/.test(path),
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports,
    references: referencesOf(imports, module, nodes),
    comments,
    errors: errors.map(({ message }) => message),
    nodes,
    at: (offset) => `${path}:${text.slice(0, offset).split('\n').length}`,
  };
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  const named = NAMED_BY[node.type];
  const fields = node as unknown as Record<string, unknown>;
  for (const key of visitorKeys[node.type] ?? []) {
    if (key === named && fields['computed'] !== true) continue;
    const child = fields[key];
    for (const one of Array.isArray(child) ? child : [child]) {
      if (one !== null && one !== undefined) walk(one as Node, visit);
    }
  }
}

type Module = ReturnType<typeof parseSync>['module'];

function importsOf(path: string, module: Module, nodes: Source['nodes']): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, names: string[], typeOnly: boolean, offset: number): void => {
    const inside = specifier.startsWith('.');
    found.push({
      specifier,
      path: inside ? posix.join(posix.dirname(path), specifier) : null,
      names,
      typeOnly,
      offset,
    });
  };
  for (const { moduleRequest, entries, start } of module.staticImports) {
    const names = entries.map(({ importName }) => importName.name ?? '*');
    add(moduleRequest.value, names, entries.length > 0 && entries.every(({ isType }) => isType), start);
  }
  for (const { entries, start } of module.staticExports) {
    const first = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest;
    if (first === null || first === undefined) continue;
    const names = entries.map(({ importName }) => importName.name ?? '*');
    const types = entries.every(({ isType }) => isType);
    add(first.value, names, types, start);
  }
  for (const node of nodes('ImportExpression')) add(literal(node.source) ?? '?', ['*'], false, node.start);
  for (const node of nodes('TSImportType')) add(node.source.value, ['*'], true, node.start);
  return found;
}

function referencesOf(imports: readonly Import[], module: Module, nodes: Source['nodes']): Reference[] {
  const found: Reference[] = [];
  const aliases = new Map<string, string>();
  for (const { moduleRequest, entries } of module.staticImports) {
    if (moduleRequest.value.startsWith('.')) continue;
    for (const { importName, localName } of entries) {
      if (importName.kind !== 'Name') aliases.set(localName.value, builtin(moduleRequest.value));
    }
  }
  for (const { specifier, path, names, typeOnly, offset } of imports) {
    if (path !== null || typeOnly) continue;
    for (const name of names) found.push({ name: `${builtin(specifier)}.${name}`, offset });
  }
  const nameOf = (node: Node): string | null => {
    if (node.type === 'Identifier') return aliases.get(node.name) ?? node.name;
    if (node.type !== 'MemberExpression') return null;
    const owner = nameOf(node.object);
    const member = node.computed ? literal(node.property) : node.property.type === 'Identifier' && node.property.name;
    if (owner === null || typeof member !== 'string') return null;
    return owner === 'globalThis' ? member : `${owner}.${member}`;
  };
  for (const node of nodes('Identifier', 'MemberExpression')) {
    const name = nameOf(node);
    if (name !== null) found.push({ name, offset: node.start });
  }
  for (const node of nodes('NewExpression', 'CallExpression')) {
    const name = nameOf(node.callee);
    if (name === 'Date' && (node.type === 'CallExpression' || node.arguments.length === 0)) {
      found.push({ name: 'new Date()', offset: node.start });
    }
    if (name === 'Function') found.push({ name: 'new Function', offset: node.start });
  }
  for (const { id, init } of nodes('VariableDeclarator')) {
    const owner = init === null ? null : nameOf(init);
    if (owner === null || id.type !== 'ObjectPattern') continue;
    for (const property of id.properties) {
      if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
      found.push({ name: `${owner}.${property.key.name}`, offset: property.start });
    }
  }
  return found;
}

function builtin(specifier: string): string {
  return specifier.replace(/^node:/, '');
}

/** The text of a literal string, or of a template without a hole. */
export function literal(node: Node): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? null;
  return null;
}

/** The first folder below src; what lies in src itself is `main`. */
export function roomOf(path: string): string {
  const [, room, ...rest] = path.split('/');
  return room === undefined || rest.length === 0 ? 'main' : room;
}
