import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/std/index.ts';

const SPECS = fileURLToPath(new URL('../../../shared/data/specs/', import.meta.url));

/** Why tests on published schemas are skipped, or false. */
export const specsMissing: string | false = existsSync(SPECS) ? false : `no published specs at ${SPECS}`;

/** A validator for one schema of a published OpenAPI file, applied strictly. */
export function publishedSchema(file: string): (name: string) => ValidateFunction {
  const spec = parse(readFileSync(SPECS + file, 'utf8')) as { readonly components: JsonObject };
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'spec', components: modernized(spec.components) });
  return (name) => ajv.compile({ $ref: `spec#/components/schemas/${name}` });
}

/** OpenAPI's older `nullable` in the words of JSON Schema: OpenAI's description has both. */
function modernized(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(modernized);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema).map(([name, value]) => [name, modernized(value)] as const);
  const { nullable, discriminator: _, ...rest } = Object.fromEntries(members);
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}
