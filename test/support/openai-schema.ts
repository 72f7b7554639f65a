import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

const SPEC = fileURLToPath(new URL('../../../shared/data/specs/openai.yaml', import.meta.url));

/** Why tests against OpenAI's published description are skipped, or false. */
export const openAiSpecMissing: string | false = existsSync(SPEC)
  ? false
  : 'no openai.yaml beside the recorded traffic';

/** Asserts that a value is what the description calls by this name, all that it requires included. */
export function openAiSchema(...names: string[]): Readonly<Record<string, (value: unknown, at: string) => void>> {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const { components }: { components: object } = parse(readFileSync(SPEC, 'utf8'));
  ajv.addSchema({ components: modernized(components) }, 'openai');
  return Object.fromEntries(
    names.map((name) => {
      const validate = ajv.compile({ $ref: `openai#/components/schemas/${name}` });
      const check = (value: unknown, at: string): void =>
        assert.ok(
          validate(value),
          `${at}: ${JSON.stringify(validate.errors?.slice(0, 3))} in ${JSON.stringify(value).slice(0, 400)}`,
        );
      return [name, check] as const;
    }),
  );
}

/** OpenAPI's older `nullable` in the words of JSON Schema: the description has both. */
function modernized(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(modernized);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema).map(([name, value]) => [name, modernized(value)] as const);
  const { nullable, discriminator: _, ...rest } = Object.fromEntries(members);
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}
