import type { z } from 'zod';
import { nearestNames } from '../../std/index.ts';
import {
  type ConfigurationNode,
  isList,
  isMapping,
  type NodePath,
  nearestNode,
} from '../reading/configuration-node.ts';
import type { KnownKeys } from './schema-values.ts';

/** One thing that the schema does not allow. */
export type SchemaFault = {
  /** What has to go for the rest to stand. */
  readonly path: NodePath;
  /** Whether the key itself is wrong, not its value. */
  readonly isKey: boolean;
  /** null: nobody needs to hear of it (`x-` keys). */
  readonly message: string | null;
  /** The path that the reader probably meant: that it is missing is a consequence. */
  readonly meant?: NodePath;
};

type Issue = z.core.$ZodIssue;

export function schemaFaults(
  issues: readonly Issue[],
  root: ConfigurationNode,
  base: NodePath = [],
): readonly SchemaFault[] {
  const faults = issues.flatMap((issue): readonly SchemaFault[] => {
    const path = [...base, ...(issue.path as (string | number)[])];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, issue.message));
    if (issue.code === 'invalid_union') return unionFaults(issue, path, root);
    return [{ path, isKey: false, message: describe(issue, root, path) }];
  });
  const isMissing = (fault: SchemaFault) => !nearestNode(root, fault.path).found;
  const meant = new Set(faults.map((fault) => JSON.stringify(fault.meant)));
  return faults.map((fault) =>
    isMissing(fault) && meant.has(JSON.stringify(fault.path)) ? { ...fault, message: null } : fault,
  );
}

function unknownKey(key: string, parent: NodePath, message: string): SchemaFault {
  const path = [...parent, key];
  if (key.startsWith('x-')) return { path, isKey: true, message: null };
  const { known, later } = JSON.parse(message) as KnownKeys;
  if (later.includes(key)) return { path, isKey: true, message: `'${key}' is not available in this version yet` };
  const [nearest] = nearestNames(key, known, 1);
  const hint = nearest === undefined ? `expected one of ${known.join(', ')}` : `did you mean '${nearest}'?`;
  const fault = { path, isKey: true, message: `unknown key '${key}': ${hint}` };
  return nearest === undefined ? fault : { ...fault, meant: [...parent, nearest] };
}

/** The faults of the form that was meant: the one that is of the right kind. */
function unionFaults(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: NodePath,
  root: ConfigurationNode,
): readonly SchemaFault[] {
  const meant = issue.errors.find((branch) => !branch.some((inner) => inner.path.length === 0 && isOfWrongKind(inner)));
  if (meant !== undefined) return schemaFaults(meant, root, path);
  const nested = issue.errors.flat().find((inner) => inner.code === 'invalid_union' && inner.path.length === 0);
  if (nested !== undefined && issue.message === 'Invalid input') return schemaFaults([nested], root, path);
  const missing = nearestNode(root, path).found ? '' : `'${path.at(-1)}' is missing: `;
  return [{ path, isKey: false, message: `${missing}${issue.message}${gotAt(root, path)}` }];
}

function isOfWrongKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union';
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

function describe(issue: Issue, root: ConfigurationNode, path: NodePath): string {
  if (issue.code === 'invalid_type') {
    const kind = KINDS[issue.expected] ?? issue.expected;
    if (!nearestNode(root, path).found) return `'${path.at(-1)}' is missing: expected ${kind}`;
    return `expected ${kind}${gotAt(root, path)}`;
  }
  if (issue.code === 'invalid_value') return `expected ${oneOf(issue.values.map(String))}${gotAt(root, path)}`;
  return issue.message.startsWith('expected') && !issue.message.includes('got')
    ? `${issue.message}${gotAt(root, path)}`
    : issue.message;
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
}

/** `, got 'abc'`; never a value that came from a variable or a file, for it may be a secret. */
function gotAt(root: ConfigurationNode, path: NodePath): string {
  const { node, found } = nearestNode(root, path);
  if (!found) return '';
  if (node.reference !== null) return `, got what \${${node.reference.name}} holds`;
  if (isMapping(node.value)) return ', got a mapping';
  if (isList(node.value)) return node.value.length === 0 ? ', got an empty list' : ', got a list';
  if (node.value === null) return ', got nothing';
  const holdsSecret = /key|secret|token|password/.test(String(path.at(-1)));
  if (holdsSecret) return `, got a ${typeof node.value}`;
  return `, got ${typeof node.value === 'string' ? `'${node.value.slice(0, 60)}'` : node.value}`;
}
