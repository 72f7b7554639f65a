import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { attributePath, MULTI_VALUED, READ_ONLY, type Resource, withCanonicalNames } from './attributes.ts';
import type { Filter } from './filter.ts';
import { matches } from './matches.ts';
import { type Target, targetOf } from './patch-target.ts';
import { ENTERPRISE } from './schema-ids.ts';
import { scimError } from './scim-error.ts';

export type Operation = {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path?: string | null | undefined;
  readonly value?: unknown;
};

/**
 * The resource after the operations, in their order (RFC 7644 3.5.2). Where a filter fits no value, `add` and `replace`
 * make one that it fits, as Entra ID expects. Throws a GatewayError (400).
 */
export function patched(resource: Resource, operations: readonly Operation[]): Resource {
  return operations.reduce(operated, resource);
}

function operated(resource: Resource, operation: Operation): Resource {
  const { op, path, value } = operation;
  if (typeof path === 'string' && path !== '') return operatedAt(resource, operation, path);
  if (op === 'remove') throw scimError('noTarget', "'remove' needs a path.");
  if (!isJsonObject(value)) throw scimError('invalidValue', `'${op}' without a path needs an object of attributes.`);
  return Object.entries(value).reduce((before, [name, each]) => {
    // Okta sends ids along, and whoever has attributes of its own those.
    const parts = attributePath(name.replace(/\[.*\]/, ''));
    const isOurs = parts !== null && !READ_ONLY.has(parts[0] ?? '');
    return isOurs ? operatedAt(before, { op, value: each }, name) : before;
  }, resource);
}

function operatedAt(resource: Resource, { op, value }: Operation, path: string): Resource {
  if (op !== 'remove' && value === undefined) throw scimError('invalidValue', `'${op}' of '${path}' needs a value.`);
  const target = targetOf(path);
  const change: Change = { op, value: withCanonicalNames(value) };
  if (target === null) return withMember(resource, ENTERPRISE, whole(resource[ENTERPRISE], change, false));
  const isMulti = MULTI_VALUED.has(target.attribute);
  const changed = (holder: JsonObject): JsonObject =>
    withMember(holder, target.attribute, changedValue(holder[target.attribute], target, change, isMulti));
  if (target.extension === null) return changed(resource);
  return withMember(resource, target.extension, changed(objectOf(resource[target.extension])));
}

type Change = { readonly op: Operation['op']; readonly value: unknown };

function changedValue(before: unknown, { filter, member }: Target, change: Change, isMulti: boolean): unknown {
  if (!isMulti) return member === null ? whole(before, change, false) : inMember(objectOf(before), member, change);
  if (filter === null && member === null) return whole(before, change, true);
  const items = listOf(before);
  const fits = items.map((item) => filter === null || matches(item, filter));
  if (!fits.includes(true)) {
    return change.op === 'remove' || filter === null
      ? before
      : [...items, changedItem(itemFor(filter), member, change)];
  }
  return items.flatMap((item, index) => {
    if (fits[index] !== true) return [item];
    const changed = changedItem(objectOf(item), member, change);
    return changed === undefined ? [] : [changed];
  });
}

function changedItem(item: JsonObject, member: string | null, change: Change): unknown {
  if (member !== null) return inMember(item, member, change);
  return change.op === 'remove' ? undefined : whole(item, change, false);
}

function inMember(holder: JsonObject, member: string, { op, value }: Change): JsonObject {
  return withMember(holder, member, op === 'remove' ? undefined : value);
}

function whole(before: unknown, { op, value }: Change, isMulti: boolean): unknown {
  if (isMulti) return wholeList(listOf(before), op, value);
  if (op === 'remove') return undefined;
  return isJsonObject(value) && isJsonObject(before) ? { ...before, ...value } : value;
}

/** `remove` with values takes away those: Entra ID's way of taking members out of a group. */
function wholeList(before: readonly unknown[], op: Operation['op'], value: unknown): unknown {
  const given = value === undefined || value === null ? [] : listOf(value).map(asItem);
  if (op === 'replace') return given;
  const named = new Set(given.map(identityOf));
  if (op === 'remove') return given.length === 0 ? undefined : before.filter((item) => !named.has(identityOf(item)));
  return [...before.filter((item) => !named.has(identityOf(item))), ...given];
}

/** A text alone stands for the item's value. */
function asItem(item: unknown): unknown {
  return typeof item === 'string' ? { value: item } : item;
}

function identityOf(item: unknown): string {
  return String(isJsonObject(item) ? (item['value'] ?? JSON.stringify(item)) : item);
}

/** What a new value has to have for the filter to fit it: what the filter says is equal. */
function itemFor(filter: Filter): JsonObject {
  if (filter.is === 'and') return Object.assign({}, ...filter.of.map(itemFor)) as JsonObject;
  const [name, ...deeper] = filter.is === 'eq' ? filter.path : [];
  if (filter.is !== 'eq' || name === undefined || deeper.length > 0) {
    throw scimError('noTarget', 'The filter fits no value, and does not say what a new one would be.');
  }
  return { [name]: filter.value };
}

function withMember(holder: JsonObject, name: string, value: unknown): JsonObject {
  const { [name]: _, ...others } = holder;
  return value === undefined || value === null ? others : { ...others, [name]: value };
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
