import { isJsonObject, type JsonObject } from '../../std/index.ts';

const MAX_DEPTH = 16;
const MAX_ITEMS = 64;

/** A value for each `format` that people ask for. */
const formats: Readonly<Record<string, string>> = {
  'date-time': '2024-01-01T00:00:00Z',
  date: '2024-01-01',
  time: '00:00:00Z',
  duration: 'PT1S',
  email: 'user@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/** The smallest value that a JSON schema allows, the same one every time. `pattern` is not looked at. */
export function minimalValue(schema: unknown): unknown {
  return leastOf(schema, schema, 0);
}

function leastOf(schema: unknown, root: unknown, depth: number): unknown {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return schema === true || isJsonObject(schema) ? {} : null;
  if (typeof schema['$ref'] === 'string') return leastOf(resolve(schema['$ref'], root), root, depth + 1);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'].find((value) => value !== null) ?? null;
  if (Array.isArray(schema['allOf'])) return leastOf(merge(schema, schema['allOf'], root), root, depth + 1);
  for (const choice of ['anyOf', 'oneOf'] as const) {
    const options: unknown = schema[choice];
    if (Array.isArray(options))
      return leastOf(options.find((option) => !isNull(option)) ?? options[0], root, depth + 1);
  }
  return typedValue(typeOf(schema), schema, root, depth);
}

function typedValue(type: string, schema: JsonObject, root: unknown, depth: number): unknown {
  switch (type) {
    case 'object':
      return objectValue(schema, root, depth);
    case 'array':
      return arrayValue(schema, root, depth);
    case 'string':
      return stringValue(schema);
    case 'integer':
    case 'number':
      return numberValue(schema, type);
    case 'boolean':
      return false;
    default:
      return null;
  }
}

function objectValue(schema: JsonObject, root: unknown, depth: number): Record<string, unknown> {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const names = required.filter((name) => typeof name === 'string');
  return Object.fromEntries(names.map((name) => [name, leastOf(properties[name], root, depth + 1)]));
}

function arrayValue(schema: JsonObject, root: unknown, depth: number): readonly unknown[] {
  const prefix: readonly unknown[] = Array.isArray(schema['prefixItems']) ? schema['prefixItems'] : [];
  const count = Math.min(Math.max(numberOf(schema['minItems']) ?? 0, prefix.length), MAX_ITEMS);
  return Array.from({ length: count }, (_, index) => leastOf(prefix[index] ?? schema['items'], root, depth + 1));
}

function stringValue(schema: JsonObject): string {
  const format = typeof schema['format'] === 'string' ? formats[schema['format']] : undefined;
  const least = Math.min(numberOf(schema['minLength']) ?? 0, 10_000);
  const most = numberOf(schema['maxLength']) ?? Number.POSITIVE_INFINITY;
  return (format ?? 'text').padEnd(least, 'x').slice(0, Math.max(least, most));
}

function numberValue(schema: JsonObject, type: 'integer' | 'number'): number {
  const above = numberOf(schema['exclusiveMinimum']);
  const below = numberOf(schema['exclusiveMaximum']);
  const step = numberOf(schema['multipleOf']) ?? (type === 'integer' ? 1 : null);
  const floor = Math.max(numberOf(schema['minimum']) ?? Number.NEGATIVE_INFINITY, above ?? Number.NEGATIVE_INFINITY);
  const ceiling = Math.min(numberOf(schema['maximum']) ?? Number.POSITIVE_INFINITY, below ?? Number.POSITIVE_INFINITY);
  const isInside = (value: number): boolean => value >= floor && value <= ceiling && value !== above && value !== below;
  if (isInside(0)) return 0;
  const edge = floor > 0 ? floor : ceiling;
  if (step === null)
    return isInside(edge)
      ? edge
      : Number.isFinite(ceiling - floor)
        ? (floor + ceiling) / 2
        : edge + Math.sign(edge || 1);
  const nearest = floor > 0 ? Math.ceil(edge / step) * step : Math.floor(edge / step) * step;
  return isInside(nearest) ? nearest : nearest + (floor > 0 ? step : -step);
}

function typeOf(schema: JsonObject): string {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return String(type.find((name) => name !== 'null') ?? 'null');
  if ('properties' in schema || 'required' in schema) return 'object';
  return 'items' in schema ? 'array' : 'object';
}

function merge(schema: JsonObject, parts: readonly unknown[], root: unknown): JsonObject {
  const { allOf: _, ...own } = schema;
  let merged: JsonObject = own;
  for (const part of parts) {
    const resolved = isJsonObject(part) && typeof part['$ref'] === 'string' ? resolve(part['$ref'], root) : part;
    if (!isJsonObject(resolved)) continue;
    merged = {
      ...merged,
      ...resolved,
      properties: { ...asObject(merged['properties']), ...asObject(resolved['properties']) },
      required: [...asArray(merged['required']), ...asArray(resolved['required'])],
    };
  }
  return merged;
}

/** `#/$defs/Name`: only inside the same schema. */
function resolve(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return {};
  let found: unknown = root;
  for (const part of reference
    .slice(1)
    .split('/')
    .filter((name) => name !== '')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : null;
  }
  return found;
}

function isNull(schema: unknown): boolean {
  return isJsonObject(schema) && schema['type'] === 'null';
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
