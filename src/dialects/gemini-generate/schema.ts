import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asObject, asObjects } from '../loosely.ts';

/**
 * Google takes a schema in two places: `parameters` and `responseSchema` in a subset of OpenAPI 3.0, with unknown
 * keywords refused; `parametersJsonSchema` and `responseJsonSchema` in JSON Schema, of which all may be sent and not all
 * is heeded (recorded: 400 exchanges with every kind of keyword).
 */

/** Keywords that mean the same in both. */
const SHARED = new Set([
  'title',
  'description',
  'default',
  'format',
  'nullable',
  'required',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
  'pattern',
  'propertyOrdering',
]);
/** Keywords that bind nothing, or nothing by themselves. */
const IDLE = new Set(['$schema', '$id', '$comment', '$anchor', '$defs', 'definitions']);
/** What a schema with alternatives may say besides. */
const NOTES = new Set(['title', 'description', 'default', 'nullable']);

type Converted = Record<string, unknown>;
/** null: the subset cannot say it. */
type Convert = (value: unknown, out: Converted, walk: Walk) => Converted | null;
type Walk = {
  readonly root: JsonObject;
  readonly references: readonly string[];
  readonly schema: JsonObject;
  /** How many more schemas may be converted. */
  readonly left: { count: number };
};

/** Definitions that refer to each other twice double with each level: thirty of them would be a thousand million. */
const MOST_SCHEMAS = 2_000;

/**
 * The schema in Google's subset, if it can say all of it: references are resolved, `const` is an enum of one, a type
 * or `null` is nullable. null: it cannot (recursion, whether further keys are free, numbers to choose from, …), and the
 * schema must go out as JSON Schema.
 */
export function toSubset(schema: JsonObject): JsonObject | null {
  return convert(schema, { root: schema, references: [], schema, left: { count: MOST_SCHEMAS } });
}

function convert(value: unknown, outer: Walk): Converted | null {
  if (!isJsonObject(value) || outer.left.count-- <= 0) return null;
  if (value['$ref'] !== undefined) return resolved(value, outer);
  const walk = { ...outer, schema: value };
  let out: Converted | null = {};
  for (const [keyword, member] of Object.entries(value)) {
    if (IDLE.has(keyword)) continue;
    if (SHARED.has(keyword)) out[keyword] = member;
    else out = (Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined)?.(member, out, walk) ?? null;
    if (out === null) return null;
  }
  return isComplete(out) ? out : null;
}

/** Google refuses an object without properties and an array without items, and wants a type or alternatives. */
function isComplete(out: Converted): boolean {
  if (out['type'] === 'OBJECT') return Object.keys(asObject(out['properties']) ?? {}).length > 0;
  if (out['type'] === 'ARRAY') return out['items'] !== undefined;
  return out['type'] !== undefined || out['anyOf'] !== undefined;
}

const KEYWORDS: Readonly<Record<string, Convert>> = {
  type: (type, out) => withType(out, type),
  const: (constant, out) => withChoices(out, [constant]),
  enum: (choices, out) => (Array.isArray(choices) ? withChoices(out, choices) : null),
  properties: (properties, out, walk) => {
    const members = Object.entries(asObject(properties) ?? {}).map(([name, schema]) => [name, convert(schema, walk)]);
    if (members.some(([, schema]) => schema === null)) return null;
    return { type: 'OBJECT', ...out, properties: Object.fromEntries(members) };
  },
  items: (items, out, walk) => {
    const converted = convert(items, walk);
    return converted === null ? null : { type: 'ARRAY', ...out, items: converted };
  },
  // Documented for the JSON Schema fields: `oneOf` is taken for `anyOf`.
  anyOf: (variants, out, walk) => withVariants(out, variants, walk),
  oneOf: (variants, out, walk) => withVariants(out, variants, walk),
  allOf: (parts, out, walk) => {
    const [only, ...more] = Array.isArray(parts) ? parts : [];
    const converted = more.length === 0 && hasOnlyNotes(walk.schema, 'allOf') ? convert(only, walk) : null;
    return converted === null ? null : { ...converted, ...out };
  },
  exclusiveMinimum: (bound, out, walk) => withBound(out, walk.schema, 'minimum', bound, 1),
  exclusiveMaximum: (bound, out, walk) => withBound(out, walk.schema, 'maximum', bound, -1),
};

function withType(out: Converted, type: unknown): Converted | null {
  if (typeof type === 'string') return { ...out, type: type.toUpperCase() };
  if (!Array.isArray(type)) return null;
  const [only, ...more] = type.filter((each) => each !== 'null');
  if (typeof only !== 'string' || more.length > 0) return null;
  return { ...out, type: only.toUpperCase(), ...(type.includes('null') ? { nullable: true } : {}) };
}

function withChoices(out: Converted, choices: readonly unknown[]): Converted | null {
  const texts = choices.filter((choice) => typeof choice === 'string');
  const nulls = choices.filter((choice) => choice === null);
  if (texts.length === 0 || texts.length + nulls.length < choices.length) return null;
  return { type: 'STRING', ...out, enum: texts, ...(nulls.length === 0 ? {} : { nullable: true }) };
}

function withVariants(out: Converted, variants: unknown, walk: Walk): Converted | null {
  const keyword = walk.schema['anyOf'] === variants ? 'anyOf' : 'oneOf';
  if (!Array.isArray(variants) || !hasOnlyNotes(walk.schema, keyword)) return null;
  const rest = variants.filter((variant) => asObject(variant)?.['type'] !== 'null');
  const converted = rest.flatMap((variant) => convert(variant, walk) ?? []);
  const [only] = converted;
  if (only === undefined || converted.length < rest.length) return null;
  const nullable = rest.length < variants.length ? { nullable: true } : {};
  return converted.length === 1 ? { ...only, ...out, ...nullable } : { ...out, anyOf: converted, ...nullable };
}

function hasOnlyNotes(schema: JsonObject, keyword: string): boolean {
  return Object.keys(schema).every((name) => name === keyword || NOTES.has(name) || IDLE.has(name));
}

function withBound(
  out: Converted,
  { type }: JsonObject,
  limit: 'minimum' | 'maximum',
  bound: unknown,
  step: 1 | -1,
): Converted | null {
  if (type !== 'integer' || !Number.isInteger(bound)) return null;
  return { ...out, [limit]: Number(bound) + step };
}

/** A definition that contains itself has no end in the subset. */
function resolved(schema: JsonObject, walk: Walk): Converted | null {
  const { $ref: reference } = schema;
  if (typeof reference !== 'string' || walk.references.includes(reference)) return null;
  if (!hasOnlyNotes(schema, '$ref')) return null;
  const notes = Object.fromEntries(Object.entries(schema).filter(([name]) => NOTES.has(name)));
  const target = lookUp(walk.root, reference);
  const converted = convert(target, { ...walk, references: [...walk.references, reference] });
  return converted === null ? null : { ...converted, ...notes };
}

function lookUp(root: JsonObject, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const step of reference.slice(2).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}

const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);

/** The subset as JSON Schema: types in small letters, `nullable` as a type, counts (int64 is text there) as numbers. */
export function fromSubset(schema: JsonObject): JsonObject {
  const out: Converted = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === null || value === undefined || keyword === 'nullable') continue;
    if (keyword === 'type') {
      if (typeof value === 'string' && value !== 'TYPE_UNSPECIFIED') out['type'] = value.toLowerCase();
    } else if (keyword === 'properties') out[keyword] = mapMembers(value, fromSubset);
    else if (keyword === 'items') out[keyword] = fromSubset(asObject(value) ?? {});
    else if (keyword === 'anyOf') out[keyword] = asObjects(value).map(fromSubset);
    else if (COUNTS.has(keyword) && typeof value === 'string') out[keyword] = Number(value);
    else if (keyword === 'example') out['examples'] = [value];
    else out[keyword] = value;
  }
  return schema['nullable'] === true ? nullable(out) : out;
}

function nullable(schema: Converted): Converted {
  const { type, anyOf, enum: choices } = schema;
  if (Array.isArray(anyOf)) return { ...schema, anyOf: [...anyOf, { type: 'null' }] };
  const widened = typeof type === 'string' ? { ...schema, type: [type, 'null'] } : schema;
  return Array.isArray(choices) ? { ...widened, enum: [...choices, null] } : widened;
}

const MAPS = new Set(['properties', '$defs', 'definitions', 'patternProperties']);
const LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const SINGLES = new Set(['items', 'additionalProperties', 'not']);

/** Of JSON Schema, as the discovery document has it for `responseJsonSchema`. */
const HEEDED = new Set([
  ...['$id', '$defs', '$ref', '$anchor', 'type', 'format', 'title', 'description', 'enum', 'items', 'prefixItems'],
  ...['minItems', 'maxItems', 'minimum', 'maximum', 'anyOf', 'oneOf', 'properties', 'additionalProperties'],
  ...['required', 'propertyOrdering'],
]);
/** Keywords that bind nothing, heeded or not. */
const NOTED = new Set(['$schema', '$comment', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly']);

/**
 * JSON Schema as Google heeds it: of two keywords that say the same one is documented, an enum of one for `const` and
 * `$defs` for what were `definitions`.
 */
export function heeded(schema: JsonObject): JsonObject {
  return rewritten(schema, (keyword, value) => {
    if (keyword === 'const') return ['enum', [value]];
    if (keyword === 'definitions') return ['$defs', value];
    if (keyword === '$ref' && typeof value === 'string')
      return [keyword, value.replace(/^#\/definitions\//, '#/$defs/')];
    return [keyword, value];
  });
}

/** What such a schema demands and Google is not known to heed. */
export function unheeded(schema: JsonObject): readonly string[] {
  const found = new Set<string>();
  rewritten(schema, (keyword, value) => {
    if (!HEEDED.has(keyword) && !NOTED.has(keyword)) found.add(keyword);
    return [keyword, value];
  });
  return [...found];
}

/** JSON Schema as others take it: Gemini CLI writes its types in the subset's capitals, which Google bears. */
export function inSmallLetters(schema: JsonObject): JsonObject {
  return rewritten(schema, (keyword, value) => [
    keyword,
    keyword === 'type' && typeof value === 'string' ? value.toLowerCase() : value,
  ]);
}

type Rewrite = (keyword: string, value: unknown) => readonly [keyword: string, value: unknown];

/** Every keyword of a JSON Schema and of those within it. */
function rewritten(schema: JsonObject, rewrite: Rewrite): JsonObject {
  const within = (inner: JsonObject): JsonObject => rewritten(inner, rewrite);
  const out: Converted = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const [name, changed] = rewrite(keyword, value);
    if (MAPS.has(keyword)) out[name] = mapMembers(value, within);
    else if (LISTS.has(keyword)) out[name] = asObjects(value).map(within);
    else if (SINGLES.has(keyword) && isJsonObject(value)) out[name] = within(value);
    else out[name] = changed;
  }
  return out;
}

function mapMembers(value: unknown, change: (schema: JsonObject) => JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(value) ?? {}).map(([name, member]) => [
      name,
      isJsonObject(member) ? change(member) : member,
    ]),
  );
}
