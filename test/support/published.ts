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
  ajv.addSchema({ $id: 'spec', components: spec.components });
  return (name) => ajv.compile({ $ref: `spec#/components/schemas/${name}` });
}
