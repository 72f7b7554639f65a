import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SPECS = fileURLToPath(new URL('../../../shared/data/specs/', import.meta.url));

/** Why tests on published schemas are skipped, or false. */
export const specsMissing: string | false = existsSync(SPECS) ? false : `no specs at ${relative(ROOT, SPECS)}`;

/** Validators for the schemas of a published OpenAPI file, applied strictly: what is required must be there. */
export function publishedSchema(file: string, change = modernized): (name: string) => ValidateFunction {
  const { components } = readSpec(file);
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'spec', components: change(components) });
  return (name) => ajv.compile({ $ref: `spec#/components/schemas/${name}` });
}

/** Names of the schemas of events, by the `type` that they are of. */
export function eventNames(file: string): ReadonlyMap<unknown, string> {
  const typed = Object.entries(readSpec(file).components.schemas).flatMap(([name, { properties }]) => {
    const types = properties?.type?.enum ?? [];
    return /Event$/.test(name) ? types.map((type) => [type, name] as const) : [];
  });
  return new Map(typed);
}

type Schema = { readonly properties?: { readonly type?: { readonly enum?: readonly string[] } } };
type Spec = { readonly components: { readonly schemas: Readonly<Record<string, Schema>> } };

function readSpec(file: string): Spec {
  const text = readFileSync(SPECS + file, 'utf8');
  return (file.endsWith('.json') ? JSON.parse(text) : parse(text)) as Spec;
}

/** What is wrong with a value; null: nothing. */
export function faultOf(validate: ValidateFunction, value: unknown): string | null {
  if (validate(value)) return null;
  const faults = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  return faults.slice(0, 5).join('; ');
}

const NEVER_SENT: ReadonlySet<unknown> = new Set(['detail', 'id', 'status', 'logprobs']);

/**
 * Of OpenAI's requests: a message fits more than one of the schemas of which exactly one is to fit, and of images and
 * earlier answers members are required that no client sends.
 */
export function loosened(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(modernized(schema)).replaceAll('"oneOf":', '"anyOf":'), (name, value: unknown) =>
    name === 'required' && Array.isArray(value) ? value.filter((each) => !NEVER_SENT.has(each)) : value,
  );
}

/** OpenAPI's older `nullable` in the words of JSON Schema: OpenAI's description has both. */
function modernized(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(modernized);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema).map(([name, value]) => [name, modernized(value)] as const);
  const { nullable, discriminator: _, ...rest } = Object.fromEntries(members);
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}
