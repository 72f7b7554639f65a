import { type JsonObject, parseJson } from '../../std/index.ts';
import { fitsSchema } from './fits-schema.ts';

/** What an answer that came whole says of its deployment's quality. */
export type AnswerQuality = {
  /** null: it called no tool. */
  readonly calls: 'sound' | 'unsound' | null;
  /** Of an answer that was to be JSON; null: it was not, or there is nothing to be judged. */
  readonly structure: 'sound' | 'unsound' | null;
  /** It ended well and said nothing, or ended in an error of the model's. */
  readonly isEmpty: boolean;
};

type Call = { readonly name: string; readonly input: string };
type Tools = { readonly schemas: ReadonlyMap<string, JsonObject | null>; readonly hasOthers: boolean };

/**
 * One unsound call makes the answer unsound, as OpenRouter counts: arguments that are no JSON, a name that was not
 * declared, or arguments that are not what its schema asks for.
 */
export function judgeCalls(calls: readonly Call[], tools: Tools): AnswerQuality['calls'] {
  if (calls.length === 0) return null;
  return calls.every((call) => isSound(call, tools)) ? 'sound' : 'unsound';
}

/**
 * Each choice is to be JSON that fits the schema: all of its text, or, where a model says something beforehand, its last
 * block. A choice without text is a refusal, or empty, and neither is judged here.
 */
export function judgeStructure(texts: readonly (readonly string[])[], schema: JsonObject): AnswerQuality['structure'] {
  const said = texts.filter((blocks) => blocks.some((text) => text.trim() !== ''));
  if (said.length === 0) return null;
  const isFit = (blocks: readonly string[]): boolean => fits(blocks.join(''), schema) || fits(blocks.at(-1), schema);
  return said.every(isFit) ? 'sound' : 'unsound';
}

function fits(text: string | undefined, schema: JsonObject): boolean {
  const parsed = parseJson(Buffer.from(text ?? ''));
  return parsed.ok && fitsSchema(parsed.value, schema);
}

function isSound({ name, input }: Call, { schemas, hasOthers }: Tools): boolean {
  const schema = schemas.get(name);
  if (schema === undefined && !hasOthers) return false;
  // A tool without parameters is called with nothing by some.
  const parsed = parseJson(Buffer.from(input.trim() === '' ? '{}' : input));
  return parsed.ok && (schema === undefined || schema === null || fitsSchema(parsed.value, schema));
}
