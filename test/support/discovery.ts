import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { isJsonObject, type JsonObject } from '../../src/std/index.ts';

const DOCUMENT = fileURLToPath(new URL('../../../shared/data/specs/gemini-discovery.json', import.meta.url));

/** Why tests against Google's published description are skipped, or false. */
export const discoveryMissing: string | false = existsSync(DOCUMENT)
  ? false
  : 'no gemini-discovery.json beside the checkout';

/** A schema that the document refers to and does not hold; files within results, which are recorded and taken. */
const UNDESCRIBED = { MediaResolution: {}, FunctionResponsePart: {} };

/** A validator of one of its schemas that knows no other members than those described. */
export function validatorOf(name: string): ValidateFunction {
  const { schemas } = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as { schemas: Readonly<Record<string, JsonObject>> };
  const definitions = Object.fromEntries(Object.entries(schemas).map(([each, schema]) => [each, converted(schema)]));
  const ajv = new Ajv({ strict: false, allErrors: true });
  return ajv.compile({ $ref: `#/$defs/${name}`, $defs: { ...definitions, ...UNDESCRIBED } });
}

/**
 * Discovery's dialect of JSON Schema: a reference is a bare name, `any` is anything, and int64 is a text that may be a
 * number. Members that are not described are refused.
 */
function converted(schema: JsonObject): JsonObject {
  const { type, properties, items, additionalProperties, enum: choices, format, $ref: reference } = schema;
  if (typeof reference === 'string') return { $ref: `#/$defs/${reference}` };
  if (type === 'any') return {};
  if (format === 'int64') return { type: ['string', 'integer'] };
  if (Array.isArray(choices)) return { enum: choices };
  if (isJsonObject(items)) return { type: 'array', items: converted(items) };
  if (isJsonObject(additionalProperties))
    return { type: 'object', additionalProperties: converted(additionalProperties) };
  if (!isJsonObject(properties)) return { type };
  const members = Object.entries(properties).map(([name, member]) => [
    name,
    isJsonObject(member) ? converted(member) : {},
  ]);
  return { type: 'object', properties: Object.fromEntries(members), additionalProperties: false };
}
