import { isJsonObject, type JsonObject } from '../std/index.ts';

/** What Anthropic's constrained output refuses; the official SDK moves it into the description, and so does this. */
const REFUSED: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);

/** Members whose value is a schema, a list of schemas, or a table of schemas. */
const NESTED: ReadonlySet<string> = new Set(['items', 'anyOf', 'allOf', 'oneOf', 'prefixItems']);
const TABLES: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);

/** A schema as Anthropic's `output_config.format` takes it: every object closed, no bounds. */
export function closedSchema(schema: JsonObject): JsonObject {
  const closed: Record<string, unknown> = {};
  const bounds: string[] = [];
  for (const [name, value] of Object.entries(schema)) {
    if (REFUSED.has(name) || (name === 'minItems' && Number(value) > 1))
      bounds.push(`${name}: ${JSON.stringify(value)}`);
    else if (TABLES.has(name) && isJsonObject(value)) closed[name] = eachSchema(value);
    else closed[name] = NESTED.has(name) ? nested(value) : value;
  }
  if (isJsonObject(closed['properties']) || closed['type'] === 'object') closed['additionalProperties'] = false;
  if (bounds.length > 0) closed['description'] = described(closed['description'], bounds);
  return closed;
}

function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => (isJsonObject(one) ? closedSchema(one) : one));
  return isJsonObject(value) ? closedSchema(value) : value;
}

function eachSchema(table: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, nested(value)]));
}

function described(description: unknown, bounds: readonly string[]): string {
  const text = `{${bounds.join(', ')}}`;
  return typeof description === 'string' && description !== '' ? `${description}\n\n${text}` : text;
}
