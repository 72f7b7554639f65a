import { isJsonObject, type JsonObject } from '../../std/index.ts';

/** Deeper than any tool's arguments are; a schema that refers to itself is left alone anyhow. */
const MAX_DEPTH = 16;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  object: isJsonObject,
  array: Array.isArray,
  null: (value) => value === null,
};

/**
 * Whether a value is what a JSON Schema asks for, as far as its plain words go: types, required and further members,
 * items, enumerations. Every other word (`$ref`, `anyOf`, `pattern`, …) is taken to hold: a deployment must not be blamed
 * for what was not looked at.
 */
export function fitsSchema(value: unknown, schema: JsonObject, depth = 0): boolean {
  if (depth > MAX_DEPTH) return true;
  const { type, nullable, enum: allowed } = schema;
  if (value === null && nullable === true) return true;
  if (!isOfType(value, type)) return false;
  if (Array.isArray(allowed) && isPlain(value) && allowed.every(isPlain) && !allowed.includes(value)) return false;
  if (Array.isArray(value)) {
    const { items } = schema;
    return !isJsonObject(items) || value.every((item) => fitsSchema(item, items, depth + 1));
  }
  return !isJsonObject(value) || fitsObject(value, schema, depth);
}

function fitsObject(value: JsonObject, schema: JsonObject, depth: number): boolean {
  const { required, properties, additionalProperties, patternProperties } = schema;
  if (Array.isArray(required) && required.some((name) => typeof name === 'string' && !Object.hasOwn(value, name)))
    return false;
  const known = isJsonObject(properties) ? properties : {};
  const isClosed = additionalProperties === false && patternProperties === undefined;
  return Object.entries(value).every(([name, member]) => {
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    if (own === undefined) return !isClosed;
    return member === undefined || !isJsonObject(own) || fitsSchema(member, own, depth + 1);
  });
}

/** Google writes types in capitals. A type that is not known here holds. */
function isOfType(value: unknown, type: unknown): boolean {
  const names = (Array.isArray(type) ? type : [type]).map((name) => String(name).toLowerCase());
  return type === undefined || names.some((name) => TYPES[name]?.(value) ?? true);
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
