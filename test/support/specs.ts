import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SPECS = fileURLToPath(new URL('../../../shared/data/specs/', import.meta.url));

/** Why tests against the published descriptions are skipped, or false. */
export const specsMissing: string | false = existsSync(SPECS) ? false : `no specs at ${relative(ROOT, SPECS)}`;

/** Checks a value against one of the schemas that the description names, and gives what is wrong with it. */
export type Check = (schema: string, value: unknown) => readonly string[];

/** Strictly: required members must be there, and null only where the schema has it. */
export function openSpec(file: string): Check {
  const text = readFileSync(SPECS + file, 'utf8');
  const spec: object = file.endsWith('.json') ? JSON.parse(text) : parse(text);
  const ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: false });
  ajv.addSchema(spec, 'spec');
  return (schema, value) => {
    const validate = ajv.getSchema(`spec#/components/schemas/${schema}`);
    if (validate === undefined) throw new Error(`${file} has no schema ${schema}`);
    return validate(value) === true
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
