import {
  type ConfigurationNode,
  isList,
  isMapping,
  type NodePath,
  nearestNode,
  placeOf,
  withValue,
} from '../reading/configuration-node.ts';
import { plainValue } from '../reading/plain-value.ts';
import type { Reading } from '../reading/reading.ts';
import { type WaybillFile, waybillSchema } from './schema.ts';
import { type SchemaFault, schemaFaults } from './schema-faults.ts';

export type Validated = {
  readonly file: WaybillFile;
  /** As `file`: without what was faulty. */
  readonly node: ConfigurationNode;
  /** Whether something in there was taken out, so that what it lacks now says nothing. */
  readonly isDamaged: (...path: NodePath) => boolean;
  /** The names in a section of which something was taken out. */
  readonly damagedNames: (section: string) => readonly string[];
};

/** Every round takes out at least one value, and what is taken out can make its parent faulty: a level a round. */
const MAX_ROUNDS = 60;

/** Reports what the schema does not allow, and goes on with the rest: so that all faults come at once. */
export function validate(root: ConfigurationNode, reading: Reading): Validated {
  const damaged = new Set<string>();
  let node = root;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = waybillSchema.safeParse(plainValue(node));
    if (result.success) return validated(result.data, node, damaged);
    const faults = schemaFaults(result.error.issues, node);
    for (const fault of faults) report(fault, node, damaged, reading);
    node = withoutFaulty(node, faults, damaged);
  }
  return validated({}, node, damaged);
}

function validated(file: WaybillFile, node: ConfigurationNode, damaged: ReadonlySet<string>): Validated {
  const paths = [...damaged].map((path) => JSON.parse(path) as NodePath);
  return {
    file,
    node,
    isDamaged: (...path) => paths.some((entry) => path.every((step, index) => entry[index] === step)),
    damagedNames: (section) =>
      paths.flatMap((path) => (path[0] === section && path[1] !== undefined ? [String(path[1])] : [])),
  };
}

function report(fault: SchemaFault, root: ConfigurationNode, damaged: ReadonlySet<string>, reading: Reading): void {
  if (fault.message === null || holdsDamaged(damaged, fault.path)) return;
  // What an unset variable should have put in was reported where it was looked up.
  if (passesUnset(root, fault.path)) return;
  const { node, found } = nearestNode(root, fault.path);
  reading.fault(found && fault.isKey && node.keyPlace !== null ? node.keyPlace : placeOf(node), fault.message);
}

/** What is wrong with the rest of something that lost a part is a consequence. */
function holdsDamaged(damaged: ReadonlySet<string>, path: NodePath): boolean {
  const whole = JSON.stringify(path);
  const inside = `${whole.slice(0, -1)},`;
  return damaged.has(whole) || [...damaged].some((entry) => entry.startsWith(inside));
}

function passesUnset(root: ConfigurationNode, path: NodePath): boolean {
  return path.some((_, index) => nearestNode(root, path.slice(0, index + 1)).node.reference?.unset === true);
}

/** Takes out the faulty values; of a list the last ones first, so that the others keep their places. */
function withoutFaulty(
  root: ConfigurationNode,
  faults: readonly SchemaFault[],
  damaged: Set<string>,
): ConfigurationNode {
  const paths = faults.map((fault) => {
    const exists = nearestNode(root, fault.path).found;
    const path = exists ? fault.path : fault.path.slice(0, -1);
    // `x-` keys are there on purpose.
    if (fault.message !== null || !fault.isKey) damaged.add(JSON.stringify(fault.path)).add(JSON.stringify(path));
    return path;
  });
  paths.sort((a, b) => comparePaths(b, a));
  return paths.reduce((node, path) => without(node, path), root);
}

function without(node: ConfigurationNode, path: NodePath): ConfigurationNode {
  const [step, ...rest] = path;
  if (step === undefined) return withValue(node, new Map());
  if (isMapping(node.value)) {
    const copy = new Map(node.value);
    const child = copy.get(String(step));
    if (child !== undefined && rest.length > 0) copy.set(String(step), without(child, rest));
    else copy.delete(String(step));
    return withValue(node, copy);
  }
  if (!isList(node.value)) return node;
  const items = node.value.flatMap((item, index) =>
    index !== step ? [item] : rest.length > 0 ? [without(item, rest)] : [],
  );
  return withValue(node, items);
}

function comparePaths(a: NodePath, b: NodePath): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === right) continue;
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    return String(left) < String(right) ? -1 : 1;
  }
  return a.length - b.length;
}
