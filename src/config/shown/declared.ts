import { type ConfigurationNode, formatPlace, isList, isMapping } from '../reading/configuration-node.ts';
import { maskedSetting } from './masked-setting.ts';

/** A value as a file has it, masked: what refers to something is not looked up. */
export type Declared = {
  /** With dots between the parts: `routing.retries`, `models.gpt-4o.deployments.0.use`. */
  readonly name: string;
  readonly text: string;
  /** `waybill.yaml:12:3` */
  readonly at: string;
};

/** A file may have a hundred thousand models: nobody reads so many lines of a page. */
const MOST_DECLARED = 5_000;

/** What files say, value by value, in their order. */
export function declaredIn(nodes: readonly ConfigurationNode[]): readonly Declared[] {
  const found: Declared[] = [];
  for (const node of nodes) collect(node, '', found);
  return found;
}

function collect(node: ConfigurationNode, name: string, found: Declared[]): void {
  const { value, place } = node;
  if (found.length >= MOST_DECLARED || value === null) return;
  if (isMapping(value)) for (const [key, child] of value) collect(child, joined(name, key), found);
  else if (isList(value)) for (const [index, child] of value.entries()) collect(child, joined(name, index), found);
  else found.push({ name, text: maskedSetting(name, String(value)), at: formatPlace(place) });
}

function joined(name: string, part: string | number): string {
  return name === '' ? String(part) : `${name}.${part}`;
}
