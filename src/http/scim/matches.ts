import { isJsonObject } from '../../std/index.ts';
import { asBoolean, valuesAt } from './attributes.ts';
import type { Compared, Comparison, Filter } from './filter.ts';

/** Whose letters' case matters: they are ids. */
const EXACT: ReadonlySet<string> = new Set(['id', 'externalId', '$ref']);

export function matches(resource: unknown, filter: Filter): boolean {
  switch (filter.is) {
    case 'and':
      return filter.of.every((each) => matches(resource, each));
    case 'or':
      return filter.of.some((each) => matches(resource, each));
    case 'not':
      return !matches(resource, filter.of);
    case 'within':
      return valuesAt(resource, filter.path).some((each) => matches(each, filter.of));
    case 'present':
      return valuesAt(resource, filter.path).some((value) => value !== '');
    default:
      return compares(resource, filter.is, filter.path, filter.value);
  }
}

/** Of an object with a value of its own, that is compared: `emails eq "…"`. Where nothing is there, `ne` holds. */
function compares(resource: unknown, comparison: Comparison, path: readonly string[], value: Compared): boolean {
  const found = valuesAt(resource, path).map((each) => (isJsonObject(each) ? each['value'] : each));
  if (comparison === 'ne') return !found.some((each) => holds('eq', each, value, path));
  if (found.length === 0) return comparison === 'eq' && value === null;
  return found.some((each) => holds(comparison, each, value, path));
}

function holds(comparison: Comparison, found: unknown, value: Compared, path: readonly string[]): boolean {
  if (typeof found === 'boolean') return comparison === 'eq' && found === asBoolean(value);
  if (typeof found === 'number' && typeof value === 'number') return ORDERS[comparison](found - value);
  if (typeof found !== 'string' || typeof value !== 'string') return false;
  const isExact = EXACT.has(path.at(-1) ?? '');
  const [one, other] = isExact ? [found, value] : [found.toLowerCase(), value.toLowerCase()];
  if (comparison === 'co') return one.includes(other);
  if (comparison === 'sw') return one.startsWith(other);
  if (comparison === 'ew') return one.endsWith(other);
  return ORDERS[comparison](one === other ? 0 : one < other ? -1 : 1);
}

/** Of numbers, parts of texts are nothing. */
const ORDERS: Readonly<Record<Comparison, (difference: number) => boolean>> = {
  eq: (difference) => difference === 0,
  ne: (difference) => difference !== 0,
  gt: (difference) => difference > 0,
  ge: (difference) => difference >= 0,
  lt: (difference) => difference < 0,
  le: (difference) => difference <= 0,
  co: () => false,
  sw: () => false,
  ew: () => false,
};
